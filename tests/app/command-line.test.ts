import { describe, expect, test } from "bun:test";
import { defineMasqueCommand } from "../../src/cli/command.ts";
import { parseCommandLine } from "../../src/cli/parse.ts";

/** Command lines to values, where flags, lists, words and `--` meet. */

const COMMAND = defineMasqueCommand({
  args: {
    path: { type: "positional", required: false, description: "where" },
    id: { type: "string", description: "which" },
    page: { type: "boolean", valueHint: "PATH", description: "as a page", default: false },
    quiet: { type: "boolean", description: "silent", default: false },
  },
  lists: { logs: { description: "files", valueHint: "PATH" } },
  examples: [["masque x", "try"]],
  run: async () => undefined,
});

describe("parseCommandLine()", () => {
  test.each<[string[], Record<string, unknown>]>([
    [["a"], { path: "a" }],
    [["--", "a"], { path: "a" }],
    [["--", "--page"], { path: "--page", page: false }],
    [["--id", "7", "--page", "--", "-a"], { path: "-a", id: "7", page: true }],
    [["--page=a", "--id", "7"], { path: "a", page: true, id: "7" }],
    [["--page=-a"], { path: "-a", page: true }],
    [["--page=false"], { page: false }],
    [["--logs", "b", "c", "--page", "a"], { path: "a", page: true }],
  ])("reads %j as %j", (argv, expected) => {
    expect(parseCommandLine("x", COMMAND, argv).args).toMatchObject(expected);
  });

  test.each([
    [["a", "b"], 'it takes no "b"'],
    [["--", "a", "b"], 'it takes no "b"'],
    [["--page=a", "b"], "it takes no"],
    [["--page="], "--page needs a value"],
    [["--quiet=yes"], '--quiet takes no value, and got "yes"'],
    [["--quiet="], "--quiet takes no value"],
  ])("refuses %j", (argv, told) => {
    expect(() => parseCommandLine("x", COMMAND, argv)).toThrow(told);
  });

  test("words behind -- follow those before, each once", () => {
    const command = { ...COMMAND, rest: "[more...]" };
    expect(parseCommandLine("x", command, ["a", "b", "--", "--page", "c"]).rest).toEqual(["b", "--page", "c"]);
    expect(parseCommandLine("x", command, ["--", "a", "--b"])).toMatchObject({ args: { path: "a" }, rest: ["--b"] });
  });
});
