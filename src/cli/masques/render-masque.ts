import type { Json } from "../../kernel/text/json.ts";
import { printable, printableLine } from "../../kernel/text/printable.ts";
import type { Output } from "../../kernel/world.ts";
import type { ResolvedMasque } from "../../masque/masque.ts";
import { criteriaOf } from "../../masque/rubric/criteria.ts";
import { rubricText } from "../../masque/rubric/rubric-text.ts";
import { jsonText } from "../print/output.ts";
import { styleFor } from "../print/style.ts";

/** What `inspect` prints: one masque in full. */

/** The masque for people to read. */
export function masqueText({ masque, source, digest, path }: ResolvedMasque, output: Output): string {
  const { bold, dim } = styleFor(output);
  const attributes = Object.entries(masque.attributes ?? {}).map(
    ([key, value]) => [printableLine(key), valueText(value)] as const,
  );
  const where = path === null ? source : `${source}, ${printableLine(path)}`;
  const facts = [...attributes, ["source", where] as const, ["digest", digest] as const];
  const width = Math.max(...facts.map(([key]) => Bun.stringWidth(key)));
  const lines = facts.map(([key, value]) => `  ${dim(key.padEnd(width))}  ${value}`);
  const { lens, context, anchor, spinnerVerbs } = masque;
  return [
    `${bold(printableLine(masque.name))} ${printableLine(masque.version)}\n${lines.join("\n")}`,
    prose(bold("Lens"), lens),
    prose(bold("Context"), context),
    prose(bold("Anchor"), anchor),
    prose(bold("Rubric"), rubricText(masque)),
    prose(bold("Spinner verbs"), spinnerVerbs && `${spinnerVerbs.mode}: ${spinnerVerbs.verbs.join(", ")}`),
  ]
    .filter((part) => part !== "")
    .join("\n\n")
    .concat("\n");
}

/** `inspect --json` */
export function masqueJson({ masque, source, digest, path }: ResolvedMasque): string {
  return jsonText({
    name: masque.name,
    version: masque.version,
    source,
    digest,
    path,
    attributes: masque.attributes ?? {},
    context: masque.context ?? null,
    lens: masque.lens,
    anchor: masque.anchor ?? null,
    rubric: masque.rubric ?? null,
    criteria: criteriaOf(masque).map(({ text, check }) => ({ text, check: check ?? null })),
    spinnerVerbs: masque.spinnerVerbs ?? null,
  });
}

function prose(title: string, text: string | undefined): string {
  const shown = printable(text ?? "").trim();
  return shown === "" ? "" : `${title}\n${shown.replace(/^(?=.)/gm, "  ")}`;
}

function valueText(value: Json): string {
  return printableLine(typeof value === "string" ? value.trim() : JSON.stringify(value));
}
