import { describe, expect, test } from "bun:test";
import { type Command, type CommandTable, defineMasqueCommand } from "../../src/cli/command.ts";
import { COMMANDS, SECTIONS } from "../../src/cli/commands.ts";
import { commandHelp, groupHelp } from "../../src/cli/help.ts";
import { testDeps } from "../support/test-deps.ts";

const ROOT = {
  path: "",
  summary: "A program",
  sections: SECTIONS,
  examples: [["masque list", "list every masque"]],
} as const;

describe("help of the program", () => {
  test("shows every command once, below the title of its section, and the program's own flags", () => {
    const text = groupHelp(ROOT, Number.POSITIVE_INFINITY);
    for (const name of Object.keys(COMMANDS)) expect(text.match(new RegExp(`^  ${name} `, "gm"))).toHaveLength(1);
    for (const { title, commands } of SECTIONS) {
      const below = text.slice(text.indexOf(`\n${title}:\n`)).split("\n\n")[0];
      for (const name of Object.keys(commands)) expect(below).toContain(`\n  ${name} `);
    }
    expect(text).toContain("\n  --help, -h ");
    expect(text).toContain("\n  --version, -v ");
  });

  test.each([40, 60, 80, 100])("fits a terminal of %d columns, and loses no word", (columns) => {
    const text = groupHelp({ ...ROOT, summary: "x" }, columns);
    const body = text.split("\n").filter((line) => line.startsWith("  "));
    for (const line of body) expect({ line, fits: Bun.stringWidth(line) <= columns }).toEqual({ line, fits: true });
    const words = (help: string) => help.split(/\s+/);
    expect(words(text)).toEqual(words(groupHelp({ ...ROOT, summary: "x" }, Number.POSITIVE_INFINITY)));
  });
});

describe("help of a command", () => {
  test.each(leavesOf(COMMANDS))(
    "%s is a sentence, and fits terminals of 40, 80 and 120 columns",
    async (path, entry) => {
      const command = await entry.load();
      const flags = Object.entries(command.args).map(([name]) => name);
      for (const columns of [40, 80, 120]) {
        const lines = commandHelp({ path, summary: entry.summary, command }, columns).split("\n");
        // A command line stays whole, so that it can be copied; the values of a flag are one word.
        const texts = lines.filter((line) => !/masque | --?\w|^ {2}--/.test(line));
        expect(texts.filter((line) => Bun.stringWidth(line) > columns)).toEqual([]);
        expect(lines.some((line) => line.startsWith("  --help, -h"))).toBe(true);
        for (const name of flags) expect(lines.join("\n")).toContain(name);
      }
    },
  );

  test("puts the text of a long flag below it, not beside all others", () => {
    const command = defineMasqueCommand({
      args: {
        short: { type: "boolean", description: "Short" },
        long: { type: "enum", options: ["a-rather-long-value", "another-rather-long-value"], description: "Long" },
      },
      examples: [],
      run: () => Promise.resolve(undefined),
    });
    expect(commandHelp({ path: "x", summary: "X", command }, 80)).toBe(
      `X.

Usage:
  masque x [flags]

Flags:
  --short     Short
  --long a-rather-long-value|another-rather-long-value
              Long
  --help, -h  Show this help
`,
    );
  });
});

test.each([
  ["ls", "masque list"],
  ["perf", "masque performance"],
  ["status", "masque id"],
  ["-V", "masque -v"],
  ["dofff", "masque doff"],
  ["LS", "masque list"],
])("%s is answered with the command that was meant", async (word, meant) => {
  await using world = testDeps();
  const { exit, stderr } = await world.run(word);
  expect(exit).toBe(2);
  expect(stderr).toContain(`\n  try: ${meant}`);
});

type Leaf = { readonly summary: string; readonly load: () => Promise<Command> };

function leavesOf(table: CommandTable, prefix = ""): [path: string, leaf: Leaf][] {
  return Object.entries(table).flatMap(([name, entry]): [string, Leaf][] =>
    "load" in entry ? [[`${prefix}${name}`, entry]] : leavesOf(entry.group, `${prefix}${name} `),
  );
}
