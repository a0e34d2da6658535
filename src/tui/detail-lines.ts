import type { CatalogItem, Detail } from "./catalog-item.ts";
import { wrap } from "./fit-text.ts";
import { type Line, line, type Tone } from "./line.ts";

/**
 * One masque as lines: its name, version, category, domain and tagline, then its texts. `detail` is absent until the
 * masque has been read.
 */
export function detailLines(item: CatalogItem, detail: Detail | undefined, columns: number): readonly Line[] {
  const facts = [item.category, item.domain, item.source].filter((fact) => fact !== null);
  const head = [
    ...wrapped(`${item.name} ${item.version}`.trimEnd(), "strong", columns),
    ...wrapped(facts.join(" · "), "faint", columns),
    ...(item.tagline === null ? [] : wrapped(item.tagline, "accent", columns)),
  ];
  return [...head, ...bodyLines(detail, columns)];
}

function bodyLines(detail: Detail | undefined, columns: number): readonly Line[] {
  if (!detail) return [line(""), line("reading…", "faint")];
  if (detail.kind === "unreadable") return [line(""), ...wrapped(detail.reason, "alarm", columns)];
  return detail.sections.flatMap(({ title, text }) => [
    line(""),
    line(title, "strong"),
    ...wrapped(text, "plain", columns),
  ]);
}

function wrapped(text: string, tone: Tone, columns: number): readonly Line[] {
  return wrap(text, columns).map((part) => line(part, tone));
}
