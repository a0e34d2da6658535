import { parseArgs } from "node:util";
import type { ArgsDef } from "citty";
import { MasqueError } from "../kernel/errors.ts";
import { printableLine } from "../kernel/text/printable.ts";
import type { Command, Given } from "./command.ts";
import { type Flag, flagsOf, HELP_FLAGS, nearestFlag } from "./flags.ts";

/**
 * Reads a command line. `node:util` splits the words into tokens. This file decides which tokens are refused, because the
 * strict mode of `node:util` has neither lists nor suggestions, and its loose mode reads `-dry-run` as flags of one letter.
 */

type OptionToken = Extract<ReturnType<typeof tokensOf>[number], { kind: "option" }>;

/** Whether `--help` or `-h` is among the flags. A word after `--`, or in the text of a `flagsFirst` command, is not a flag. */
export function asksForHelp(command: Command, argv: readonly string[]): boolean {
  const { before } = splitText(command, argv);
  const isHelp = (word: string | undefined) => word !== undefined && HELP_FLAGS.includes(word);
  return tokensOf(command, before).some(
    (token) => token.kind === "option" && (isHelp(before[token.index]) || (!token.inlineValue && isHelp(token.value))),
  );
}

/** @throws {MasqueError} `cli.unknown-flag` or `cli.usage`, with the nearest flag or the line to type instead. */
export function parseCommandLine(path: string, command: Command, argv: readonly string[]): Given<ArgsDef> {
  const { before, text } = splitText(command, argv);
  const flags = flagsOf(command);
  const values = new Map<string, string | boolean>();
  const lists = new Map<string, string[]>();
  const words: string[] = [];
  let openList: string[] | undefined;
  for (const token of tokensOf(command, before)) {
    if (token.kind === "positional") (openList ?? words).push(token.value);
    else openList = undefined;
    if (token.kind !== "option") continue;
    const flag = flags.get(token.rawName);
    const word = before[token.index] ?? "";
    if (!flag || isRunTogether(word)) throw unknownFlag(path, command, word);
    if (flag.kind === "switch") {
      const read = readSwitch(path, flag, token);
      values.set(flag.name, read.isOn);
      words.push(...read.words);
    } else if (flag.kind === "value") {
      values.set(flag.name, readValue(path, token));
    } else {
      openList = [...(lists.get(flag.name) ?? []), readValue(path, token)];
      lists.set(flag.name, openList);
    }
  }
  return { ...placed(path, command, values, [...words, ...text]), lists: Object.fromEntries(lists) };
}

/** In a command whose flags come first, everything from the first word on is text. Other commands have no such text. */
function splitText(command: Command, argv: readonly string[]) {
  const first = command.flagsFirst ? tokensOf(command, argv).find(({ kind }) => kind === "positional") : undefined;
  return first ? { before: argv.slice(0, first.index), text: argv.slice(first.index) } : { before: argv, text: [] };
}

function tokensOf(command: Command, argv: readonly string[]) {
  const options = [...flagsOf(command).values()]
    .filter(({ rawName }) => rawName.startsWith("--"))
    .map(({ rawName, kind }) => [rawName.slice(2), { type: kind === "switch" ? "boolean" : "string" }] as const);
  return parseArgs({
    args: [...argv],
    options: Object.fromEntries(options),
    strict: false,
    allowPositionals: true,
    tokens: true,
  }).tokens;
}

/** `-json`, which the tokens show as `-j -s -o -n`. */
function isRunTogether(word: string): boolean {
  return !word.startsWith("--") && [...word].length > 2;
}

function unknownFlag(path: string, command: Command, word: string): MasqueError {
  const near = nearestFlag(word, flagsOf(command).keys());
  const takesWords =
    command.rest !== undefined || Object.values(command.args).some(({ type }) => type === "positional");
  const advice = takesWords ? ' A word that begins with "-" goes after "--"' : "";
  return new MasqueError("cli.unknown-flag", `Cannot run "masque ${path}": unknown flag "${printableLine(word)}"`, {
    try: `masque ${path} --help`,
    hint: near ? `did you mean ${near}?${advice}` : advice.trim(),
  });
}

/** A switch takes true, false or nothing; one with a `valueHint` brings the positional with it: `--html=page.html`. */
function readSwitch(path: string, { rawName, isNegation, valueHint }: Flag, { value }: OptionToken) {
  if (value === undefined) return { isOn: !isNegation, words: [] };
  if (!isNegation && /^(true|false)$/.test(value)) return { isOn: value === "true", words: [] };
  if (isNegation || valueHint === undefined) {
    throw cannot(path, `${rawName} takes no value, and got "${printableLine(value)}"`);
  }
  if (value === "") throw cannot(path, `${rawName} needs a value`);
  return { isOn: true, words: [value] };
}

/** An empty value is refused: it comes from a shell variable that is not set. */
function readValue(path: string, { rawName, value, inlineValue }: OptionToken): string {
  if (value === undefined || value === "") throw cannot(path, `${rawName} needs a value`);
  if (inlineValue || value === "-" || !value.startsWith("-")) return value;
  throw cannot(
    path,
    `${rawName} needs a value; one that begins with "-" is written ${rawName}=${printableLine(value)}`,
  );
}

/** Assigns the words to the declared positionals, and fills in defaults. */
function placed(
  path: string,
  command: Command,
  values: ReadonlyMap<string, string | boolean>,
  words: readonly string[],
): Pick<Given<ArgsDef>, "args" | "rest"> {
  const rest = [...words];
  const args: Record<string, string | boolean | undefined> = {};
  for (const [name, arg] of Object.entries(command.args)) {
    const given = arg.type === "positional" ? rest.shift() : values.get(name);
    if (given === undefined && arg.type === "positional" && arg.required !== false) {
      throw cannot(path, `<${name}> is missing`);
    }
    if (arg.type === "enum" && given !== undefined && !arg.options?.includes(String(given))) {
      const options = arg.options?.join(", ");
      throw usage(path, `Cannot use --${name} "${printableLine(String(given))}": it takes one of ${options}`);
    }
    args[name] = given ?? arg.default;
  }
  if (rest.length > 0 && command.rest === undefined)
    throw cannot(path, `unexpected argument "${printableLine(rest[0] ?? "")}"`);
  // What each name holds follows from its own declaration, which this general type cannot say.
  return { args: args as Given<ArgsDef>["args"], rest };
}

function cannot(path: string, found: string): MasqueError {
  return usage(path, `Cannot run "masque ${path}": ${found}`);
}

/** A command line that cannot be run, with where to read how it is written. */
export function usage(path: string, message: string): MasqueError {
  return new MasqueError("cli.usage", message, { try: `masque ${path} --help`.replace("  ", " ") });
}
