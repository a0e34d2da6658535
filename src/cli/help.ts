import type { ArgDef } from "citty";
import type { Command } from "./command.ts";
import type { CommandEntry } from "./commands.ts";
import { aliasesOf } from "./flags.ts";

/** Help texts: what a command is for, how it is written, its flags, and lines to try. */

/** Help of one command. */
export function commandHelp(path: string, summary: string, command: Command): string {
  const args = Object.entries(command.args);
  const positionals = args.filter(([, arg]) => arg.type === "positional");
  const words = positionals.map(([name, arg]) => (arg.required === false ? `[${name}]` : `<${name}>`));
  if (command.rest) words.push(command.rest);
  const usage = command.flagsFirst ? [path, "[flags]", ...words] : [path, ...words, "[flags]"];
  return [
    `${summary}.\n`,
    `Usage:\n  masque ${usage.join(" ")}\n`,
    section(
      "Arguments",
      positionals.map(([name, arg]) => [name, arg.description ?? ""]),
    ),
    section("Flags", [...flagRows(command), ["--help, -h", "Show this"]]),
    section("Examples", command.examples),
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

/** Help of the program, or of a group of commands. */
export function groupHelp(
  path: string,
  summary: string,
  group: Readonly<Record<string, CommandEntry>>,
  examples: Command["examples"],
): string {
  return [
    `${summary}.\n`,
    `Usage:\n  masque ${path ? `${path} ` : ""}<command> [flags]\n`,
    section(
      "Commands",
      Object.entries(group).map(([name, entry]) => [name, entry.summary]),
    ),
    section("Examples", examples),
    `\`masque ${path ? `${path} ` : ""}<command> --help\` shows more about one command.\n`,
  ]
    .filter((part) => part !== "")
    .join("\n");
}

function section(title: string, rows: readonly (readonly [string, string])[]): string {
  if (rows.length === 0) return "";
  const width = Math.max(...rows.map(([left]) => left.length));
  return `${title}:\n${rows.map(([left, right]) => `  ${left.padEnd(width)}  ${right}`.trimEnd()).join("\n")}\n`;
}
