import type { Json } from "../kernel/text/json.ts";
import { isObject } from "../kernel/text/json.ts";
import type { Masque } from "./masque.ts";
import { rubricText } from "./rubric/rubric-text.ts";

/** One field that is not the same in two masques; `null` where a masque does not have it. */
export type FieldDifference = {
  /** The key, such as `lens`, or of an attribute `attributes.domain`. */
  readonly field: string;
  readonly before: string | null;
  readonly after: string | null;
};

/** The fields in which two masques differ, in the order of the first masque, then those that only the second one has. */
export function differencesOf(before: Masque, after: Masque): FieldDifference[] {
  const [left, right] = [textsOf(before), textsOf(after)];
  const fields = new Set([...left.keys(), ...right.keys()]);
  return [...fields]
    .map((field) => ({ field, before: left.get(field) ?? null, after: right.get(field) ?? null }))
    .filter((difference) => difference.before !== difference.after);
}

/** Every field as the text that is compared: prose as it was written, a list as one line an element. */
function textsOf(masque: Masque): Map<string, string> {
  const fields = Object.entries({ ...masque, rubric: rubricText(masque) }).flatMap(([key, value]) => {
    if (value === undefined) return [];
    if (key !== "attributes") return [[key, textOf(value as Json)] as const];
    return Object.entries(masque.attributes ?? {}).map(([name, of]) => [`attributes.${name}`, textOf(of)] as const);
  });
  return new Map(fields);
}

function textOf(value: Json): string {
  if (Array.isArray(value)) return value.map(lineOf).join("\n");
  if (!isObject(value)) return lineOf(value);
  return Object.entries(value)
    .map(([key, member]) => `${key}: ${lineOf(member ?? null)}`)
    .join("\n");
}

function lineOf(value: Json): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}
