import type { ArgDef } from "citty";
import { nearest } from "../kernel/text/nearest.ts";
import type { Command } from "./command.ts";

/** The flags of a command, as they are typed. */

/** What shows help, of every command and of the program. */
export const HELP_FLAGS: readonly string[] = ["--help", "-h"];

/** One way to type a flag, such as `--json`, `--no-score` or `-f`. */
export type Flag = {
  /** Its name among the command's arguments or lists. */
  readonly name: string;
  readonly rawName: string;
  readonly kind: "switch" | "value" | "list";
  /** Whether it turns its switch off. */
  readonly isNegation: boolean;
  /** Of a switch: what it may bring along, as help shows it. */
  readonly valueHint: string | undefined;
};

/** Every way to type a flag of a command, `--help` among them. */
export function flagsOf(command: Command): ReadonlyMap<string, Flag> {
  const flags = new Map<string, Flag>();
  const add = (rawName: string, flag: Omit<Flag, "rawName" | "isNegation">, isNegation = false) =>
    flags.set(rawName, { ...flag, rawName, isNegation });
  for (const [name, arg] of Object.entries(command.args)) {
    if (arg.type === "positional") continue;
    const kind = arg.type === "boolean" ? "switch" : "value";
    const flag = { name, kind, valueHint: arg.valueHint } as const;
    for (const rawName of [`--${name}`, ...aliasesOf(arg)]) add(rawName, flag);
    if (kind === "switch") add(`--no-${name}`, flag, true);
  }
  for (const name of Object.keys(command.lists ?? {})) add(`--${name}`, { name, kind: "list", valueHint: undefined });
  for (const rawName of HELP_FLAGS) add(rawName, { name: "help", kind: "switch", valueHint: undefined });
  return flags;
}

/** A flag's other names as they are typed, `-f`; a positional has none. */
export function aliasesOf(arg: ArgDef): readonly string[] {
  const aliases = "alias" in arg ? [arg.alias ?? []].flat() : [];
  return aliases.map((alias) => (alias.length === 1 ? `-${alias}` : `--${alias}`));
}

/**
 * The flag that was probably meant: `--json` for `-json` and `--jsn`, `-v` for `-V`.
 *
 * @param known Flags as they are typed, `--json` or `-v`.
 */
export function nearestFlag(word: string, known: Iterable<string>): string | undefined {
  const flags = [...known];
  const typed = word.replace(/^-+/, "").replace(/=.*$/s, "");
  if ([...typed].length < 2) return flags.find((flag) => flag.toLowerCase() === `-${typed.toLowerCase()}`);
  const long = flags.filter((flag) => flag.startsWith("--")).map((flag) => flag.slice(2));
  const positive = typed.replace(/^no-/, "");
  const near = [typed, positive].find((name) => long.includes(name)) ?? nearest(typed, long) ?? nearest(positive, long);
  return near === undefined ? undefined : `--${near}`;
}
