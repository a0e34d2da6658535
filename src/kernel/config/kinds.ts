import type { Kind } from "./setting.ts";

/** What the values of settings and flags may be. */

const DECIMAL = /^(?:\d{1,15}(?:\.\d{0,17})?|\.\d{1,17})$/;

/** A whole number between bounds. */
export function wholeNumber({ min, max }: { readonly min: number; readonly max: number }, hint = "N"): Kind<number> {
  const inBounds = (value: number) => (Number.isInteger(value) && value >= min && value <= max ? value : undefined);
  return {
    takes: `a whole number from ${min} to ${max}`,
    hint,
    read: (value) => (typeof value === "number" ? inBounds(value) : undefined),
    readText: (text) => (/^\d{1,16}$/.test(text) ? inBounds(Number(text)) : undefined),
  };
}

/** A number from 0, whole or with a point; `null`, which only a default can be, is none. */
export function decimal({ max, takes, hint }: { max: number; takes: string; hint: string }): Kind<number | null> {
  const inBounds = (value: number) => (value >= 0 && value <= max ? value : undefined);
  return {
    takes,
    hint,
    read: (value) => (typeof value === "number" ? inBounds(value) : undefined),
    readText: (text) => (DECIMAL.test(text) ? inBounds(Number(text)) : undefined),
  };
}

/** `true` or `false`. */
export const yesOrNo: Kind<boolean> = {
  takes: "true or false",
  hint: "true|false",
  read: (value) => (typeof value === "boolean" ? value : undefined),
  readText: (text) => (/^(?:true|1)$/i.test(text) ? true : /^(?:false|0)$/i.test(text) ? false : undefined),
};

/** Text that a pattern fits. */
export function patterned(pattern: RegExp, { takes, hint }: { takes: string; hint: string }): Kind<string> {
  const readText = (text: string) => (pattern.test(text) ? text : undefined);
  return { takes, hint, read: (value) => (typeof value === "string" ? readText(value) : undefined), readText };
}

/** One of some words; `former` has words of former versions, each with the word that it means now. */
export function choice<const T extends string>(
  values: readonly T[],
  former: ReadonlyMap<unknown, T> = new Map(),
): Kind<T> {
  const find = (text: unknown) => values.find((value) => value === text) ?? former.get(text);
  const noteOn = (text: unknown) => {
    const now = former.get(text);
    return now === undefined ? undefined : `"${text}" means "${now}" now`;
  };
  return { takes: `one of ${values.join(", ")}`, hint: values.join("|"), read: find, readText: find, noteOn };
}
