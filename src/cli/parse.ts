import { type ArgDef, type ArgsDef, parseArgs } from "citty";
import { MasqueError } from "../kernel/errors.ts";
import { nearest } from "../kernel/nearest.ts";
import { printableLine } from "../kernel/printable.ts";
import type { Command, Given } from "./command.ts";

/**
 * Command line to values. citty parses what is declared; it lets a misspelt flag pass in silence and makes the next
 * word a positional, so unknown flags are refused here first; words behind `--` are never looked at as flags.
 */

/** @throws {MasqueError} `cli.unknown-flag` or `cli.usage`, with the nearest flag or the line to type instead. */
export function parseCommandLine(path: string, command: Command, argv: readonly string[]): Given<ArgsDef> {
  const end = argv.indexOf("--");
  const before = end === -1 ? argv : argv.slice(0, end);
  const { lists, others: given } = takeLists(path, command, before);
  refuseUnknownFlags(path, command, given);
  const { others, values } = splitSwitches(path, command, given);
  const behind = [...values, ...(end === -1 ? [] : argv.slice(end + 1))];
  refuseMissingValues(path, command, others);
  const declared = Object.entries(command.args).filter(([, arg]) => arg.type === "positional");
  const parsed = parseDeclared(path, command, behind.length === 0 ? others : [...others, "--", ...behind]);
  const rest = parsed._.slice(declared.length);
  if (rest.length > 0 && command.rest === undefined) {
    throw usage(path, `Cannot run "masque ${path}": it takes no "${printableLine(rest[0] ?? "")}"`);
  }
  return { args: parsed, lists, rest };
}

function parseDeclared(path: string, command: Command, argv: string[]) {
  try {
    return parseArgs<ArgsDef>(argv, command.args);
  } catch (error) {
    // citty does not export its error class: it is known by name.
    if (error instanceof Error && error.name === "CLIError") {
      throw usage(path, `Cannot run "masque ${path}": ${lowerFirst(Bun.stripANSI(error.message))}`, error);
    }
    throw error;
  }
}

function takeLists(path: string, command: Command, argv: readonly string[]) {
  const lists: Record<string, string[]> = {};
  const others: string[] = [];
  let open: string[] | undefined;
  for (const word of argv) {
    const [flag, value] = splitFlag(word);
    if (flag !== undefined && command.lists && flag in command.lists) {
      open = lists[flag] ??= [];
      if (value !== undefined) open.push(value);
    } else if (word.startsWith("-") && word !== "-") {
      open = undefined;
      others.push(word);
    } else {
      (open ?? others).push(word);
    }
  }
  const empty = Object.entries(lists).find(([, values]) => values.length === 0);
  if (empty) throw usage(path, `Cannot run "masque ${path}": --${empty[0]} needs a value`);
  return { lists, others };
}

function refuseUnknownFlags(path: string, command: Command, argv: readonly string[]): void {
  const known = knownFlags(command);
  for (const word of argv) {
    if (!word.startsWith("-") || word === "-") continue;
    const flag = word.startsWith("--") ? (splitFlag(word)[0] ?? "") : word.slice(1);
    if (known.has(flag)) continue;
    const near = nearest(flag.replace(/^no-/, ""), known);
    throw new MasqueError("cli.unknown-flag", `Cannot run "masque ${path}": unknown flag "${printableLine(word)}"`, {
      hint: near ? `did you mean --${near}? A word that begins with "-" goes behind "--"` : `masque ${path} --help`,
    });
  }
}

/**
 * citty drops what a switch is given. One with a `valueHint` brings the command's positional with it, as if that stood
 * behind `--`: `--html=page.html`; every other takes none.
 */
function splitSwitches(path: string, command: Command, argv: readonly string[]) {
  const others: string[] = [];
  const values: string[] = [];
  for (const word of argv) {
    const [flag, value] = splitFlag(word);
    const arg = flag === undefined ? undefined : command.args[flag];
    if (arg?.type !== "boolean" || value === undefined || value === "true" || value === "false") others.push(word);
    else if (arg.valueHint !== undefined && value !== "") {
      others.push(`--${flag}`);
      values.push(value);
    } else {
      const found = arg.valueHint === undefined ? `takes no value, and got "${printableLine(value)}"` : "needs a value";
      throw usage(path, `Cannot run "masque ${path}": --${flag} ${found}`);
    }
  }
  return { others, values };
}

/** citty answers a flag without its value with an empty string; an empty answer is never what was meant. */
function refuseMissingValues(path: string, command: Command, argv: readonly string[]): void {
  for (const [index, word] of argv.entries()) {
    const [flag, value] = splitFlag(word);
    const type = flag === undefined ? undefined : command.args[flag]?.type;
    if (type !== "string" && type !== "enum") continue;
    const next = argv[index + 1];
    if (value === "" || (value === undefined && (next === undefined || next.startsWith("--")))) {
      throw usage(path, `Cannot run "masque ${path}": --${flag} needs a value`);
    }
  }
}

function knownFlags(command: Command): Set<string> {
  const known = new Set<string>();
  for (const [name, arg] of Object.entries(command.args)) {
    if (arg.type === "positional") continue;
    known.add(name);
    if (arg.type === "boolean") known.add(`no-${name}`);
    for (const alias of aliasesOf(arg)) known.add(alias);
  }
  return known;
}

/** A flag's other names; a positional has none. */
export function aliasesOf(arg: ArgDef): readonly string[] {
  return "alias" in arg ? [arg.alias ?? []].flat() : [];
}

function splitFlag(word: string): readonly [flag: string | undefined, value: string | undefined] {
  if (!word.startsWith("--")) return [undefined, undefined];
  const equals = word.indexOf("=");
  return equals === -1 ? [word.slice(2), undefined] : [word.slice(2, equals), word.slice(equals + 1)];
}

/**
 * A flag's value as a whole number between bounds.
 *
 * @throws {MasqueError} `cli.usage`
 */
export function wholeNumber(path: string, flag: string, text: string, range: { min: number; max: number }): number {
  const value = /^\d{1,15}$/.test(text) ? Number(text) : Number.NaN;
  if (value >= range.min && value <= range.max) return value;
  throw usage(
    path,
    `Cannot use --${flag} "${printableLine(text)}": it takes a whole number from ${range.min} to ${range.max}`,
  );
}

/**
 * A flag's value as a number between bounds, whole or with a point.
 *
 * @throws {MasqueError} `cli.usage`
 */
export function decimalNumber(path: string, flag: string, text: string, range: { min: number; max: number }): number {
  const value = /^(?:\d{1,15}(?:\.\d{0,17})?|\.\d{1,17})$/.test(text) ? Number(text) : Number.NaN;
  if (value >= range.min && value <= range.max) return value;
  throw usage(
    path,
    `Cannot use --${flag} "${printableLine(text)}": it takes a number from ${range.min} to ${range.max}`,
  );
}

/** A command line that cannot be run, with where to read how it is written. */
export function usage(path: string, message: string, cause?: unknown): MasqueError {
  return new MasqueError("cli.usage", message, { hint: `masque ${path} --help`.replace("  ", " "), cause });
}

function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}
