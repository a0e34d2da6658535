import { isObject, type Json } from "./json.ts";

/**
 * Writes YAML. Bun decides how a text is quoted; the layout is ours, since Bun has neither maps on one line nor a least
 * number of decimals. The `yaml` package has both, but takes 8 ms to load, which every judgement would pay.
 */

/** How a value is laid out where the plain form is not wanted, by the keys of its maps at any depth. */
export type YamlLayout = {
  /** Keys whose map goes on one line, in braces. */
  readonly onOneLine?: readonly string[];
  /** Digits after the point that the numbers of a key, or in its map, always show. */
  readonly decimals?: Readonly<Record<string, number>>;
};

/** A value as YAML text that ends in a newline; long lines are not broken. */
export function writeYaml(value: Json, layout: YamlLayout = {}): string {
  return `${blockLines(value, layout, 0).join("\n")}\n`;
}

/** One value on as many lines as it takes, the first one not indented. */
function blockLines(value: Json, layout: YamlLayout, digits: number): string[] {
  if (isList(value) && value.length > 0) {
    return value.flatMap((member) => {
      const [first, ...rest] = blockLines(member, layout, digits);
      return [`- ${first}`, ...rest.map((line) => `  ${line}`)];
    });
  }
  const entries = isObject(value) ? entriesOf(value) : [];
  if (entries.length === 0) return [flowText(value, digits)];
  return entries.flatMap(([key, member]) => {
    const shown = digitsOf(key, layout) ?? digits;
    const name = `${Bun.YAML.stringify(key)}:`;
    if (isShort(member) || (isObject(member) && layout.onOneLine?.includes(key))) {
      return [`${name} ${flowText(member, shown)}`];
    }
    return [name, ...blockLines(member, layout, shown).map((line) => `  ${line}`)];
  });
}

/** A value on one line. */
function flowText(value: Json, digits: number): string {
  if (typeof value === "number") return numberText(value, digits);
  if (isList(value)) return value.length === 0 ? "[]" : `[ ${value.map((one) => flowText(one, digits)).join(", ")} ]`;
  if (!isObject(value)) return Bun.YAML.stringify(value);
  const members = entriesOf(value).map(([key, member]) => `${Bun.YAML.stringify(key)}: ${flowText(member, digits)}`);
  return members.length === 0 ? "{}" : `{ ${members.join(", ")} }`;
}

/** Never rounds: a number that has more digits keeps them. */
function numberText(value: number, digits: number): string {
  const text = String(value);
  if (digits === 0 || !/^-?\d+(?:\.\d+)?$/.test(text)) return text;
  const [whole, fraction = ""] = text.split(".");
  return `${whole}.${fraction.padEnd(digits, "0")}`;
}

function digitsOf(key: string, { decimals }: YamlLayout): number | undefined {
  return decimals && Object.hasOwn(decimals, key) ? decimals[key] : undefined;
}

/** `Array.isArray` does not narrow a list that is read-only. */
function isList(value: Json): value is readonly Json[] {
  return Array.isArray(value);
}

function isShort(value: Json): boolean {
  if (isList(value)) return value.length === 0;
  return !isObject(value) || entriesOf(value).length === 0;
}

function entriesOf(value: object): [key: string, member: Json][] {
  return Object.entries(value).filter(([, member]) => member !== undefined);
}
