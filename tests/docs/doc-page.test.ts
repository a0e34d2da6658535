import { describe, expect, test } from "bun:test";
import { asShown, readDocPage } from "../support/doc-page.ts";
import { runDocPage } from "../support/run-doc-page.ts";
import { terminal } from "../support/terminal.ts";

/** What runs the pages of the docs, on pages of a test's own. */

const CEILING_MS = 60_000;
const fenced = (language: string, ...lines: string[]) => [`\`\`\`${language}`, ...lines, "```", ""].join("\n");

describe("readDocPage()", () => {
  test("finds commands with what they print, and files, in order", () => {
    const page = [
      "# Title",
      fenced("console", "$ echo a", "a", "", "$ cat <<'E'", "> one", ">", "> E", "one"),
      "<!-- file: ~/x.yaml -->",
      fenced("yaml", "a: 1"),
    ].join("\n");
    expect(readDocPage(page)).toEqual({
      faults: [],
      steps: [
        { kind: "command", line: 3, command: "echo a", output: ["a", ""] },
        { kind: "command", line: 6, command: "cat <<'E'\none\n\nE", output: ["one"] },
        { kind: "file", line: 14, path: "~/x.yaml", text: "a: 1\n" },
      ],
    });
  });

  test.each([
    ["a command that is not run", fenced("sh", "masque list"), "line 1: commands are in a block that is not run"],
    ["output without a command", fenced("console", "Codesmith"), "line 2: output without a command"],
    ["no reason", `<!-- not run:  -->\n${fenced("console", "$ x")}`, "line 2: the block is not run, and no reason"],
  ])("reports %s", (_what, page, fault) => {
    expect(readDocPage(page).faults).toEqual([expect.stringContaining(fault)]);
  });

  test("leaves out a block that says why", () => {
    const page = `<!-- not run: needs a key -->\n\n${fenced("console", "$ masque test x")}`;
    expect(readDocPage(page)).toEqual({ steps: [], faults: [] });
  });

  test("a comment is about the next block alone", () => {
    const page = `<!-- not run: needs a key -->\n\nWords.\n\n${fenced("console", "$ a")}`;
    expect(readDocPage(page).steps).toHaveLength(1);
  });
});

describe("asShown()", () => {
  test.each([
    ["the same", ["a", "b"], "a\nb\n", true],
    ["another text", ["a"], "b\n", false],
    ["a line more", ["a"], "a\nb\n", false],
    ["a line less", ["a", "b"], "a\n", false],
    ["nothing, where something is shown", ["a"], "", false],
    ["something, where nothing is shown", [], "a\n", false],
    ["spaces at the end of a line", ["a"], "a  \n", true],
    ["… within a line", ["id … (1 ms)"], "id 4711 (1 ms)\n", true],
    ["… within a line, over two", ["id … ms"], "id 4\n7 ms\n", false],
    ["… for lines", ["a", "…", "z"], "a\nb\nc\nz\n", true],
    ["… for no lines", ["a", "…", "z"], "a\nz\n", true],
    ["… for lines, and another end", ["a", "…", "z"], "a\nb\n", false],
    ["signs of patterns", ["a.c (1+)"], "abc (1+)\n", false],
  ])("%s", (_what, shown, printed, isSame) => {
    const page = shown.join("\n");
    expect(asShown(shown, printed) === page).toBe(isSame);
  });
});

test(
  "runDocPage() runs everything in one shell, with both streams, and shows the reader's home",
  async () => {
    using me = terminal();
    const page = [
      fenced("console", "$ pwd", "$ cd ..; name=x", "$ echo $name; echo err >&2; false", "$ echo $?"),
      "<!-- file: ~/new/it's.txt -->",
      fenced("text", "$HOME `date`"),
      fenced("console", "$ cat new/*.txt", "$ printf end", "$ masque id"),
    ].join("\n");
    expect(await runDocPage(me, readDocPage(page).steps)).toEqual([
      { printed: "/home/you/project\n", exit: 0 },
      { printed: "", exit: 0 },
      { printed: "x\nerr\n", exit: 1 },
      { printed: "1\n", exit: 0 },
      { printed: "$HOME `date`\n", exit: 0 },
      { printed: "end", exit: 0 },
      { printed: expect.stringMatching(/^No masque is worn/), exit: 3 },
    ]);
  },
  CEILING_MS,
);

test(
  "runDocPage() reports a page that the shell cannot read to its end",
  async () => {
    using me = terminal();
    const { steps } = readDocPage(fenced("console", "$ echo a", "$ echo 'b"));
    await expect(runDocPage(me, steps)).rejects.toThrow(/The shell ran \d of 2 commands/);
  },
  CEILING_MS,
);
