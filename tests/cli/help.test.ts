import { describe, expect, test } from "bun:test";
import { COMMANDS, SECTIONS } from "../../src/cli/commands.ts";
import { groupHelp } from "../../src/cli/help.ts";
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
