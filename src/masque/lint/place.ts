import { type Position, positionAt } from "../../kernel/text/position.ts";
import type { YamlReading } from "../../kernel/text/yaml.ts";
import type { Field, Spot } from "./rule.ts";

type Read = Extract<YamlReading, { kind: "read" }>;

/** Characters of a found text that are looked for in the file: a line that is broken in YAML ends the search text. */
const SEARCHED_CHARS_MAX = 60;

/**
 * Where a fault is in the file. A text in YAML may be folded or escaped, so what was found is looked for after the beginning of its
 * value; where it is not written as it was read, the value's beginning is the place.
 */
export function positionOf(spot: Spot, source: string, yaml: Read, fields: readonly Field[]): Position {
  if ("sourceAt" in spot) return positionAt(source, spot.sourceAt);
  const start = yaml.locate(spot.path, spot.part);
  if (spot.at === undefined || spot.text === undefined) return start;
  const field = fields.find(({ path }) => path.join("\n") === spot.path.join("\n"));
  const searched = (spot.text.split("\n")[0] ?? "").slice(0, SEARCHED_CHARS_MAX).trim();
  if (!field || searched === "") return start;
  return (
    occurrence(source, searched, { from: offsetOf(source, start), nth: countBefore(field.text, searched, spot.at) }) ??
    start
  );
}

function occurrence(
  source: string,
  searched: string,
  { from, nth }: { readonly from: number; readonly nth: number },
): Position | undefined {
  let at = source.indexOf(searched, from);
  for (let left = nth; left > 0 && at !== -1; left--) at = source.indexOf(searched, at + 1);
  return at === -1 ? undefined : positionAt(source, at);
}

function countBefore(text: string, searched: string, end: number): number {
  let count = 0;
  for (let at = text.indexOf(searched); at !== -1 && at < end; at = text.indexOf(searched, at + 1)) count += 1;
  return count;
}

function offsetOf(text: string, { line, column }: Position): number {
  let at = 0;
  for (let left = line - 1; left > 0; left--) at = text.indexOf("\n", at) + 1;
  return at + column - 1;
}
