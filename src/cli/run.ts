import type { Deps } from "../deps.ts";
import { EXIT, type ExitCode, MasqueError } from "../kernel/errors.ts";
import { requireSafePlace } from "../kernel/files/owned-folder.ts";
import { BUILD } from "../kernel/process/build.ts";
import { nearest } from "../kernel/text/nearest.ts";
import { printableLine } from "../kernel/text/printable.ts";
import type { Command, CommandTable } from "./command.ts";
import { COMMANDS, SECTIONS } from "./commands.ts";
import { HELP_FLAGS, nearestFlag } from "./flags.ts";
import { commandHelp, groupHelp, type HelpGroup } from "./help.ts";
import { asksForHelp, parseCommandLine } from "./parse.ts";

const SUMMARY = "masque gives an agent a temporary identity: put one on, work, take it off, and see how it went";

const VERSION_FLAGS: readonly string[] = ["--version", "-v"];

const ROOT_EXAMPLES = [
  ["masque list", "list every masque"],
  ["masque don codesmith fix the parser", "put on Codesmith, with an intent"],
  ["masque doff", "take it off, and read the score"],
  ["masque setup claude", "set up Claude Code, with /don, /doff and the others"],
] as const;

/** Words that people type for commands with another name. */
const MEANT: ReadonlyMap<string, string> = new Map([
  ["ls", "list"],
  ["show", "inspect"],
  ["cat", "inspect"],
  ["wear", "don"],
  ["on", "don"],
  ["off", "doff"],
  ["whoami", "id"],
  ["status", "id"],
  ["perf", "performance"],
  ["score", "judge"],
  ["history", "sessions"],
  ["create", "new"],
  ["init", "new"],
  ["copy", "fork"],
  ["compare", "diff"],
  ["check", "validate"],
  ["install", "setup claude"],
  ["settings", "config"],
  ["start", "audience start"],
  ["stop", "audience stop"],
]);

/** Commands that run even where masque's folders are unsafe: they do not use these folders, or say what is wrong with them. */
const WITHOUT_OUR_FOLDERS: readonly string[] = ["doctor", "config", "schema", "demo", "version"];

/**
 * Runs one command line.
 *
 * @param argv What follows the program's name.
 * @throws {MasqueError} for whatever could not be done; printing it is the caller's.
 */
export async function runCli(argv: readonly string[], deps: Deps): Promise<ExitCode> {
  const [first = ""] = argv;
  if (VERSION_FLAGS.includes(first)) {
    deps.io.stdout.write(`${BUILD.version}\n`);
    return EXIT.ok;
  }
  const asksHelp = first === "help";
  const found = findCommand(asksHelp ? argv.slice(1) : argv);
  const { stdout } = deps.io;
  const columns = stdout.isTerminal ? stdout.columns : Number.POSITIVE_INFINITY;
  if (found.kind === "group") {
    return printHelp(groupHelp(helpOf(found), columns), deps);
  }
  const command = await found.entry.load();
  if (asksHelp || asksForHelp(command, found.argv)) {
    return printHelp(commandHelp({ path: found.path, summary: found.entry.summary, command }, columns), deps);
  }
  const given = parseCommandLine(found.path, command, found.argv);
  if (!WITHOUT_OUR_FOLDERS.includes(found.path)) {
    requireSafePlace(deps.paths.data, "data");
    requireSafePlace(deps.paths.masques, "masques");
  }
  return (await command.run(given, deps, runCli)) ?? EXIT.ok;
}

function helpOf({ path, summary, group }: Extract<Found, { kind: "group" }>): HelpGroup {
  if (path === "") return { path, summary, sections: SECTIONS, examples: ROOT_EXAMPLES };
  return { path, summary, sections: [{ title: "Commands", commands: group }], examples: [] };
}

type Found =
  | { kind: "group"; path: string; summary: string; group: CommandTable }
  | {
      kind: "command";
      path: string;
      entry: { summary: string; load: () => Promise<Command> };
      argv: readonly string[];
    };

function findCommand(argv: readonly string[]): Found {
  let group: CommandTable = COMMANDS;
  let summary = SUMMARY;
  const path: string[] = [];
  for (const [index, word] of argv.entries()) {
    if (HELP_FLAGS.includes(word)) break;
    const entry = new Map(Object.entries(group)).get(word);
    if (!entry) throw unknownWord(path.join(" "), word, group);
    path.push(word);
    if ("load" in entry) return { kind: "command", path: path.join(" "), entry, argv: argv.slice(index + 1) };
    ({ group, summary } = entry);
  }
  return { kind: "group", path: path.join(" "), summary, group };
}

/** A word where a command's name was expected: a misspelt name, or a flag that only a command takes. */
function unknownWord(path: string, word: string, group: CommandTable): MasqueError {
  const prefix = path ? `${path} ` : "";
  const isFlag = word.startsWith("-");
  const near = isFlag
    ? nearestFlag(word, path ? HELP_FLAGS : [...HELP_FLAGS, ...VERSION_FLAGS])
    : ((path ? undefined : MEANT.get(word.toLowerCase())) ?? nearest(word, Object.keys(group)));
  return new MasqueError(
    isFlag ? "cli.unknown-flag" : "cli.unknown-command",
    `Cannot run "masque ${prefix}${printableLine(word)}": ${isFlag ? "no such flag" : "no such command"}`,
    { try: near ? `masque ${prefix}${near}` : `masque ${prefix}--help` },
  );
}

function printHelp(text: string, deps: Deps): ExitCode {
  deps.io.stdout.write(text);
  return EXIT.ok;
}
