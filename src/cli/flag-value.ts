import type { Kind } from "../kernel/config/setting.ts";
import { printableLine } from "../kernel/text/printable.ts";
import { usage } from "./parse.ts";

/**
 * A flag's value as what the flag takes.
 *
 * @throws {MasqueError} `cli.usage`
 */
export function flagValue<T>(path: string, flag: string, text: string, kind: Kind<T>): T {
  const value = kind.readText(text);
  if (value !== undefined) return value;
  throw usage(path, `Cannot use --${flag} "${printableLine(text)}": it takes ${kind.takes}`);
}
