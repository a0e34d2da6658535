import type { ArgDef } from "citty";
import type { Command, CommandTable } from "./command.ts";
import { aliasesOf } from "./flags.ts";
import { MARGIN, wrapped } from "./print/wrap.ts";

/** Help texts: what a command is for, how it is written, its flags, and lines to try. */

const GAP = "  ";
/** Before a text that goes below the first part of its row. */
const BELOW = "      ";
const TEXT_COLUMNS_MIN = 24;
/** A longer first part has its text below it, so that it does not push the other texts aside. */
const LEFT_COLUMNS_MAX = 32;
const HELP_ROW = ["--help, -h", "Show this help"] as const;
const VERSION_ROW = ["--version, -v", "Print the version"] as const;

/** Help of one command. */
export function commandHelp(
  { path, summary, command }: { path: string; summary: string; command: Command },
  columns: number,
): string {
  const args = Object.entries(command.args);
  const positionals = args.filter(([, arg]) => arg.type === "positional");
  const words = positionals.map(([name, arg]) => (arg.required === false ? `[${name}]` : `<${name}>`));
  if (command.rest) words.push(command.rest);
  const usage = command.flagsFirst ? [path, "[flags]", ...words] : [path, ...words, "[flags]"];
  return [
    sentence(`${summary}.`, columns),
    `Usage:\n  masque ${usage.join(" ")}\n`,
    section(
      "Arguments",
      positionals.map(([name, arg]) => [name, arg.description ?? ""]),
      columns,
    ),
    section("Flags", [...flagRows(command), HELP_ROW], columns),
    section("Examples", command.examples, columns),
  ]
    .filter((part) => part !== "")
    .join("\n");
}

function flagRows(command: Command): [string, string][] {
  const rows: [string, string][] = [];
  for (const [name, arg] of Object.entries(command.args)) {
    if (arg.type === "positional") continue;
    const value = arg.type === "boolean" ? (arg.valueHint ? `[=${arg.valueHint}]` : "") : ` ${valuesOf(arg)}`;
    const shown = arg.default === true ? `--no-${name}` : [`--${name}`, ...aliasesOf(arg)].join(", ") + value;
    const standard = arg.type !== "boolean" && arg.default !== undefined ? ` (default ${arg.default})` : "";
    rows.push([shown, `${arg.description ?? ""}${standard}`]);
  }
  for (const [name, list] of Object.entries(command.lists ?? {})) {
    rows.push([`--${name} ${list.valueHint}…`, list.description]);
  }
  return rows;
}

function valuesOf(arg: ArgDef): string {
  return (arg.type === "enum" ? arg.options?.join("|") : undefined) ?? arg.valueHint ?? "VALUE";
}

/** Commands below a title. */
export type HelpSection = { readonly title: string; readonly commands: CommandTable };

/** A group of commands, or the program: its path, what it is for, its commands by sections, and lines to try. */
export type HelpGroup = {
  readonly path: string;
  readonly summary: string;
  readonly sections: readonly HelpSection[];
  readonly examples: Command["examples"];
};

/** Help of the program, or of a group of commands. */
export function groupHelp({ path, summary, sections, examples }: HelpGroup, columns: number): string {
  const prefix = path ? `${path} ` : "";
  const width = Math.max(...sections.flatMap(({ commands }) => Object.keys(commands).map(({ length }) => length)));
  const rows = (commands: CommandTable) =>
    Object.entries(commands).map(([name, entry]) => [name.padEnd(width), entry.summary] as const);
  return [
    sentence(`${summary}.`, columns),
    `Usage:\n  masque ${prefix}<command> [flags]\n`,
    ...sections.map(({ title, commands }) => section(title, rows(commands), columns)),
    section("Flags", path ? [HELP_ROW] : [HELP_ROW, VERSION_ROW], columns),
    section("Examples", examples, columns),
    sentence(`\`masque ${prefix}<command> --help\` shows more about one command.`, columns),
  ]
    .filter((part) => part !== "")
    .join("\n");
}

/**
 * Rows below a title, each a first part and a text beside it. Where most first parts are long, or the terminal is narrow,
 * the texts are below them.
 *
 * @param columns `Infinity` for an output that is not a terminal: there each row is one line.
 */
function section(title: string, rows: readonly (readonly [string, string])[], columns: number): string {
  if (rows.length === 0) return "";
  const leftMax = Number.isFinite(columns) ? LEFT_COLUMNS_MAX : columns;
  const short = rows.map(([left]) => left.length).filter((length) => length <= leftMax);
  const width = Math.max(0, ...short);
  const room = columns - MARGIN.length - width - GAP.length;
  const isBelow = short.length * 2 < rows.length || room < TEXT_COLUMNS_MIN;
  const inset = isBelow ? BELOW : MARGIN + " ".repeat(width) + GAP;
  const lines = rows.flatMap(([left, right]) => {
    const texts = wrapped(right, columns - inset.length).map((line) => inset + line);
    if (isBelow || left.length > width) return [MARGIN + left.trimEnd(), ...texts];
    return [MARGIN + left.padEnd(width) + GAP + (texts[0] ?? "").slice(inset.length), ...texts.slice(1)];
  });
  return `${title}:\n${lines.map((line) => line.trimEnd()).join("\n")}\n`;
}

/** A sentence of its own. */
function sentence(text: string, columns: number): string {
  return `${wrapped(text, columns).join("\n")}\n`;
}
