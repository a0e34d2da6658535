import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { defineMasqueCommand } from "../../src/cli/command.ts";
import { nearestFlag } from "../../src/cli/flags.ts";
import { asksForHelp, parseCommandLine } from "../../src/cli/parse.ts";
import { MasqueError, whatNextLines } from "../../src/kernel/errors.ts";

/** Command lines to values, where flags, lists, words and `--` meet. */

const COMMAND = defineMasqueCommand({
  args: {
    path: { type: "positional", required: false, description: "where" },
    id: { type: "string", description: "which" },
    page: { type: "boolean", valueHint: "PATH", description: "as a page", default: false },
    quiet: { type: "boolean", alias: "q", description: "silent", default: false },
    kind: { type: "enum", options: ["art", "meta"], description: "what kind" },
    count: { type: "string", default: "50", description: "how many" },
  },
  lists: { logs: { description: "files", valueHint: "PATH" } },
  examples: [["masque x", "try"]],
  run: async () => undefined,
});

const WITH_REST = { ...COMMAND, rest: "[more…]" };
const FLAGS_FIRST = { ...WITH_REST, flagsFirst: true } as const;

/** A part of a command line, and what it must come to. */
type Piece = {
  readonly argv: readonly string[];
  readonly word?: string;
  readonly log?: string;
  readonly page?: string;
  readonly id?: string;
};

const PIECE: fc.Arbitrary<Piece> = fc.oneof(
  fc.constantFrom("a", "b", "-", "", "no").map((word) => ({ argv: [word], word })),
  fc.constantFrom("1", "-", "x=y").map((id) => ({ argv: ["--id", id], id })),
  fc.constantFrom("1", "--", "-x", "=").map((id) => ({ argv: [`--id=${id}`], id })),
  fc.constantFrom("--quiet", "-q", "--no-quiet", "--page", "--kind=art").map((flag) => ({ argv: [flag] })),
  fc.constantFrom("p", "-p", "--").map((page) => ({ argv: [`--page=${page}`], page })),
  fc.constantFrom("l", "-").map((log) => ({ argv: ["--logs", log], log })),
);

describe("parseCommandLine()", () => {
  test.each<[string[], Record<string, unknown>]>([
    [[], { path: undefined, id: undefined, page: false, quiet: false, count: "50" }],
    [["a"], { path: "a" }],
    [[""], { path: "" }],
    [["-"], { path: "-" }],
    [["--", "a"], { path: "a" }],
    [["--", "--"], { path: "--" }],
    [["--", "--page"], { path: "--page", page: false }],
    [["--id", "7", "--page", "--", "-a"], { path: "-a", id: "7", page: true }],
    [["--page=a", "--id", "7"], { path: "a", page: true, id: "7" }],
    [["--page=-a"], { path: "-a", page: true }],
    [["--page=false"], { page: false }],
    [["--page=true"], { page: true, path: undefined }],
    [["--quiet", "--no-quiet"], { quiet: false }],
    [["-q"], { quiet: true }],
    [["--id=-7"], { id: "-7" }],
    [["--id=a=b"], { id: "a=b" }],
    [["--id", "-"], { id: "-" }],
    [["--id", "1", "--id", "2"], { id: "2" }],
    [["--kind", "art"], { kind: "art" }],
    [["--logs", "b", "c", "--page", "a"], { path: "a", page: true }],
  ])("reads %j as %j", (argv, expected) => {
    expect(parseCommandLine("x", COMMAND, argv).args).toMatchObject(expected);
  });

  test.each<[string[], string[], string[]]>([
    [["--logs", "a", "b", "--quiet", "c"], ["a", "b"], ["c"]],
    [["--logs=a", "b", "--logs", "c"], ["a", "b", "c"], []],
    [["--logs", "a", "--", "b"], ["a"], ["b"]],
    [["--logs", "-"], ["-"], []],
    [["w", "--logs=--x", "y"], ["--x", "y"], ["w"]],
  ])("reads %j as the list %j and the words %j", (argv, list, words) => {
    const { lists, args, rest } = parseCommandLine("x", WITH_REST, argv);
    expect(lists["logs"]).toEqual(list);
    expect([args["path"], ...rest].filter((word) => word !== undefined)).toEqual(words);
  });

  test.each([
    [["a", "b"], 'unexpected argument "b"'],
    [["--", "a", "b"], 'unexpected argument "b"'],
    [["--", "a", "--"], 'unexpected argument "--"'],
    [["--page=a", "b"], 'unexpected argument "b"'],
    [["--page="], "--page needs a value"],
    [["--quiet=yes"], '--quiet takes no value, and got "yes"'],
    [["--quiet="], "--quiet takes no value"],
    [["--no-quiet=true"], '--no-quiet takes no value, and got "true"'],
    [["--id"], "--id needs a value"],
    [["--id="], "--id needs a value"],
    [["--id", ""], "--id needs a value"],
    [["--id", "--"], "--id needs a value"],
    [["--id", "--", "7"], "--id needs a value"],
    [["--id", "--page"], '--id needs a value; one that begins with "-" is written --id=--page'],
    [["--id", "-7"], "written --id=-7"],
    [["--logs"], "--logs needs a value"],
    [["--logs", "--quiet"], "--logs needs a value"],
    [["--logs", "--", "a"], "--logs needs a value"],
    [["--kind", "constructor"], 'Cannot use --kind "constructor": it takes one of art, meta'],
  ])("refuses %j", (argv, says) => {
    expect(() => parseCommandLine("x", COMMAND, argv)).toThrow(says);
  });

  test.each([
    ["-quiet", "did you mean --quiet?"],
    ["-page=a", "did you mean --page?"],
    ["-no-quiet", "did you mean --no-quiet?"],
    ["-qx", "masque x --help"],
    ["-qq", "masque x --help"],
    ["-q=1", "did you mean -q?"],
    ["-Q", "did you mean -q?"],
    ["--q", "did you mean -q?"],
    ["-1", "masque x --help"],
    ["-é", "masque x --help"],
    ["---", "masque x --help"],
    ["---quiet", "did you mean --quiet?"],
    ["--=", "masque x --help"],
    ["--quite", "did you mean --quiet?"],
    ["--no-quite", "did you mean --no-quiet?"],
    ["--no-id", "did you mean --id?"],
    ["--no-logs", "did you mean --logs?"],
    ["--Quiet", "did you mean --quiet?"],
    ["--no-no-quiet", "did you mean --no-quiet?"],
    ["--path", "did you mean --page?"],
    ["--toString", "masque x --help"],
    ["--constructor", "masque x --help"],
    ["--__proto__", "masque x --help"],
    ["--__proto__=x", "masque x --help"],
    ["--hasOwnProperty", "masque x --help"],
  ])("refuses the unknown flag %s, and says %j", (flag, said) => {
    for (const argv of [[flag], [flag, "a"], ["a", flag], ["--logs", "a", flag]]) {
      const refused = refusalOf(() => parseCommandLine("x", COMMAND, argv));
      expect(refused).toMatchObject({ code: "cli.unknown-flag" });
      expect(whatNextLines(refused).join("\n")).toContain(said);
      expect(refused.message).toContain(`unknown flag "${flag}"`);
    }
  });

  test("words after -- follow those before, each once", () => {
    expect(parseCommandLine("x", WITH_REST, ["a", "b", "--", "--page", "c"]).rest).toEqual(["b", "--page", "c"]);
    expect(parseCommandLine("x", WITH_REST, ["--", "a", "--b"])).toMatchObject({ args: { path: "a" }, rest: ["--b"] });
  });

  test.each<[string[], string[], boolean]>([
    [["a", "--quiet"], ["a", "--quiet"], false],
    [["--quiet", "a", "fix", "the", "--help", "flag"], ["a", "fix", "the", "--help", "flag"], true],
    [["a", "-x", "--json", "--", "--"], ["a", "-x", "--json", "--", "--"], false],
    [["-q", "--", "a", "--"], ["a", "--"], true],
    [["--", "--quiet", "--quiet"], ["--quiet", "--quiet"], false],
    [["--id", "7", "a", "--id"], ["a", "--id"], false],
    [["-", "-q"], ["-", "-q"], false],
  ])("of a command whose flags come first, reads %j as the words %j", (argv, words, quiet) => {
    const { args, rest } = parseCommandLine("x", FLAGS_FIRST, argv);
    expect([args["path"], ...rest]).toEqual(words);
    expect<unknown>(args["quiet"]).toBe(quiet);
  });

  test("no word is dropped, and none is read twice", () => {
    fc.assert(
      fc.property(fc.array(PIECE), fc.array(fc.constantFrom("a", "-", "--", "--quiet", "-xyz", "")), (pieces, tail) => {
        const typed = {
          argv: [] as string[],
          words: [] as string[],
          logs: [] as string[],
          id: undefined as string | undefined,
        };
        let isListOpen = false;
        for (const { argv, word, log, page, id } of pieces) {
          if (page !== undefined) typed.words.push(page);
          typed.argv.push(...argv);
          if (argv[0]?.startsWith("-") && argv[0] !== "-") isListOpen = log !== undefined;
          if (log !== undefined) typed.logs.push(log);
          if (word !== undefined) (isListOpen ? typed.logs : typed.words).push(word);
          typed.id = id ?? typed.id;
        }
        const { args, rest, lists } = parseCommandLine("x", WITH_REST, [...typed.argv, "--", ...tail]);
        expect([args["path"], ...rest].filter((word) => word !== undefined)).toEqual([...typed.words, ...tail]);
        expect(lists["logs"] ?? []).toEqual(typed.logs);
        expect<unknown>(args["id"]).toBe(typed.id);
      }),
      { numRuns: 2_000 },
    );
  });

  test("a word that begins with - and is not a flag is refused at any place", () => {
    const foreign = fc.constantFrom("-quiet", "--toString", "-x", "--quite=1", "-ab", "---", "--__proto__");
    fc.assert(
      fc.property(fc.array(PIECE), foreign, fc.array(PIECE), (left, word, right) => {
        const argv = [...left.flatMap(({ argv }) => argv), word, ...right.flatMap(({ argv }) => argv)];
        expect(refusalOf(() => parseCommandLine("x", WITH_REST, argv)).code).toBe("cli.unknown-flag");
      }),
      { numRuns: 1_000 },
    );
  });
});

describe("asksForHelp()", () => {
  test.each<[string[], boolean]>([
    [["--help"], true],
    [["a", "-h"], true],
    [["--nonsense", "--help"], true],
    [["--id", "--help"], true],
    [["--logs", "a", "-h"], true],
    [["--", "--help"], false],
    [["--id=--help"], false],
    [["-hq"], false],
    [["help"], false],
  ])("of %j is %p", (argv, expected) => {
    expect(asksForHelp(COMMAND, argv)).toBe(expected);
  });

  test.each<[string[], boolean]>([
    [["--help", "a"], true],
    [["-h"], true],
    [["a", "--help"], false],
    [["--quiet", "a", "-h"], false],
  ])("of a command whose flags come first, of %j is %p", (argv, expected) => {
    expect(asksForHelp(FLAGS_FIRST, argv)).toBe(expected);
  });
});

test.each<[string, string | undefined]>([
  ["-V", "-v"],
  ["-version", "--version"],
  ["--hepl", "--help"],
  ["-H", "-h"],
  ["-x", undefined],
  ["--toString", undefined],
])("nearestFlag(%j) among the program's is %p", (word, expected) => {
  expect(nearestFlag(word, ["--help", "-h", "--version", "-v"])).toBe(expected);
});

function refusalOf(act: () => unknown): MasqueError {
  try {
    act();
  } catch (error) {
    if (error instanceof MasqueError) return error;
    throw error;
  }
  throw new Error("Nothing was refused");
}
