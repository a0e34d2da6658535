import { printableLine } from "../kernel/text/printable.ts";
import { usage } from "./parse.ts";

/**
 * A flag's value as a whole number between bounds.
 *
 * @throws {MasqueError} `cli.usage`
 */
export function wholeNumber(path: string, flag: string, text: string, range: { min: number; max: number }): number {
  return numberIn(path, flag, text, { ...range, written: /^\d{1,15}$/, called: "a whole number" });
}

/**
 * A flag's value as a number between bounds, whole or with a point.
 *
 * @throws {MasqueError} `cli.usage`
 */
export function decimalNumber(path: string, flag: string, text: string, range: { min: number; max: number }): number {
  const written = /^(?:\d{1,15}(?:\.\d{0,17})?|\.\d{1,17})$/;
  return numberIn(path, flag, text, { ...range, written, called: "a number" });
}

function numberIn(
  path: string,
  flag: string,
  text: string,
  { min, max, written, called }: { min: number; max: number; written: RegExp; called: string },
): number {
  const value = written.test(text) ? Number(text) : Number.NaN;
  if (value >= min && value <= max) return value;
  throw usage(path, `Cannot use --${flag} "${printableLine(text)}": it takes ${called} from ${min} to ${max}`);
}
