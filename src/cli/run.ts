import type { Deps } from "../deps.ts";
import { BUILD } from "../kernel/build.ts";
import { EXIT, type ExitCode, MasqueError } from "../kernel/errors.ts";
import { nearest } from "../kernel/nearest.ts";
import { printableLine } from "../kernel/printable.ts";
import type { Command } from "./command.ts";
import { COMMANDS, type CommandEntry } from "./commands.ts";
import { commandHelp, groupHelp } from "./help.ts";
import { parseCommandLine } from "./parse.ts";

const SUMMARY = "masque: AssumeRole for agents. Don an identity, work, doff it, and see honestly how it went";

const ROOT_EXAMPLES = [
  ["masque list", "see who there is to be"],
  ["masque don codesmith fix the parser", "become one, with an intent"],
  ["masque doff", "take it off and read the score"],
  ["masque setup claude", "wire /don and its siblings into Claude Code"],
] as const;

/**
 * Runs one command line.
 *
 * @param argv What follows the program's name.
 * @throws {MasqueError} for whatever could not be done; printing it is the caller's.
 */
export async function runCli(argv: readonly string[], deps: Deps): Promise<ExitCode> {
  const first = argv[0];
  if (first === "--version" || first === "-v") {
    deps.io.stdout.write(`${BUILD.version}\n`);
    return EXIT.ok;
  }
  const asksHelp = first === "help";
  const found = findCommand(asksHelp ? argv.slice(1) : argv);
  if (found.kind === "group" || asksHelp || wantsHelp(found.argv)) return printHelp(found, deps);
  const command = await found.entry.load();
  return (await command.run(parseCommandLine(found.path, command, found.argv), deps, runCli)) ?? EXIT.ok;
}

type Found =
  | { kind: "group"; path: string; summary: string; group: Readonly<Record<string, CommandEntry>> }
  | {
      kind: "command";
      path: string;
      entry: { summary: string; load: () => Promise<Command> };
      argv: readonly string[];
    };

function findCommand(argv: readonly string[]): Found {
  let group: Readonly<Record<string, CommandEntry>> = COMMANDS;
  let summary = SUMMARY;
  const path: string[] = [];
  for (const [index, word] of argv.entries()) {
    if (word === "--help" || word === "-h") break;
    const entry = Object.hasOwn(group, word) ? group[word] : undefined;
    if (!entry) throw unknownCommand(path.join(" "), word, group);
    path.push(word);
    if ("load" in entry) return { kind: "command", path: path.join(" "), entry, argv: argv.slice(index + 1) };
    ({ group, summary } = entry);
  }
  return { kind: "group", path: path.join(" "), summary, group };
}

function unknownCommand(path: string, word: string, group: Readonly<Record<string, CommandEntry>>): MasqueError {
  const prefix = path ? `${path} ` : "";
  const near = nearest(word, Object.keys(group));
  const isFlag = word.startsWith("-");
  return new MasqueError(
    isFlag ? "cli.unknown-flag" : "cli.unknown-command",
    `Cannot run "masque ${prefix}${printableLine(word)}": ${isFlag ? "no such flag" : "no such command"}`,
    { hint: near ? `did you mean "masque ${prefix}${near}"?` : `masque ${prefix}--help` },
  );
}

function wantsHelp(argv: readonly string[]): boolean {
  const end = argv.indexOf("--");
  const before = end === -1 ? argv : argv.slice(0, end);
  return before.includes("--help") || before.includes("-h");
}

async function printHelp(found: Found, deps: Deps): Promise<ExitCode> {
  const text =
    found.kind === "group"
      ? groupHelp(found.path, found.summary, found.group, found.path === "" ? ROOT_EXAMPLES : [])
      : commandHelp(found.path, found.entry.summary, await found.entry.load());
  deps.io.stdout.write(text);
  return EXIT.ok;
}
