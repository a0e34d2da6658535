import type { ComparedMasque, Comparison } from "../../app/masques/compare-masques.ts";
import { compareLines, type LineRun } from "../../kernel/text/compare-lines.ts";
import { printableLine } from "../../kernel/text/printable.ts";
import type { FieldDifference } from "../../masque/difference.ts";
import { jsonText } from "../print/output.ts";
import { type Style, styleFor } from "../print/style.ts";

/** What `diff` prints. */

/** Lines around a change that are shown too. */
const LINES_AROUND = 2;

/** The fields that differ, for people: lines that were removed after `-`, lines that were added after `+`. */
export function comparisonText({ before, after, fields }: Comparison, output: { readonly color: boolean }): string {
  const style = styleFor(output);
  const heading = `${style.red(`--- ${labelOf(before)}`)}\n${style.green(`+++ ${labelOf(after)}`)}\n`;
  if (fields.length === 0) return `${heading}\n${sameText(before, after)}\n`;
  return heading + fields.map((field) => `\n${fieldText(field, style)}`).join("");
}

/** The same for programs. */
export function comparisonJson({ before, after, fields }: Comparison): string {
  const side = ({ masque, source, digest, path }: ComparedMasque) => {
    return { name: masque.name, version: masque.version, source, digest, path };
  };
  return jsonText({
    equal: fields.length === 0,
    same_bytes: before.digest === after.digest,
    before: side(before),
    after: side(after),
    fields,
  });
}

function labelOf({ masque, source, path }: ComparedMasque): string {
  const where = source === "file" || source === "private" ? `${source}, ${printableLine(path ?? "")}` : source;
  return `${masque.name} ${printableLine(masque.version)} (${where})`;
}

function sameText(before: ComparedMasque, after: ComparedMasque): string {
  return before.digest === after.digest
    ? "The two are the same, byte for byte."
    : "The two say the same. Only comments or layout differ.";
}

function fieldText({ field, before, after }: FieldDifference, style: Style): string {
  const lines = shortened(compareLines(before ?? "", after ?? "")).map((line) => coloured(line, style));
  return `${style.bold(printableLine(field))}\n${lines.join("\n")}\n`;
}

type Line = { readonly sign: " " | "-" | "+" | "…"; readonly text: string };

function coloured({ sign, text }: Line, style: Style): string {
  const line = `${sign} ${printableLine(text)}`.trimEnd();
  if (sign === "-") return style.red(line);
  return sign === "+" ? style.green(line) : style.dim(line);
}

/** The lines of all runs; of a long run that is the same, only what is next to a change. */
function shortened(runs: readonly LineRun[]): Line[] {
  return runs.flatMap(({ kind, lines }, at): Line[] => {
    if (kind !== "same") return lines.map((text) => ({ sign: kind === "added" ? "+" : "-", text }) as const);
    const [head, tail] = [at === 0 ? 0 : LINES_AROUND, at === runs.length - 1 ? 0 : LINES_AROUND];
    const same = (some: readonly string[]) => some.map((text) => ({ sign: " ", text }) as const);
    if (lines.length <= head + tail) return same(lines);
    const cut = { sign: "…", text: "" } as const;
    return [...same(lines.slice(0, head)), cut, ...same(lines.slice(lines.length - tail))];
  });
}
