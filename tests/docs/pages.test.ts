import { describe, expect, test } from "bun:test";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { CHECKOUT } from "../support/binary.ts";
import { asShown, readDocPage, trimmed } from "../support/doc-page.ts";
import { runDocPage } from "../support/run-doc-page.ts";
import { terminal } from "../support/terminal.ts";

/** Every command of every page that shows what commands print, run in order, with its output compared. */

const CEILING_MS = 120_000;

const PAGES = readdirSync(join(CHECKOUT, "docs"))
  .filter((name) => name.endsWith(".md"))
  .map((name) => ({ name: `docs/${name}`, markdown: readFileSync(join(CHECKOUT, "docs", name), "utf8") }))
  .filter(({ markdown }) => /^```console$/m.test(markdown))
  .map(({ name, markdown }) => ({ name, ...readDocPage(markdown) }));

test("pages that show commands are found", () => {
  expect(PAGES.map(({ name }) => name)).toContain("docs/authoring.md");
});

describe.each(PAGES)("$name", ({ steps, faults }) => {
  test("is written so that it can be run", () => {
    expect(faults).toEqual([]);
  });

  test(
    "prints what it shows",
    async () => {
      using me = terminal();
      const commands = steps.filter((step) => step.kind === "command");
      expect(commands.length).toBeGreaterThan(0);
      const runs = await runDocPage(me, steps);
      for (const [at, { line, command, output }] of commands.entries()) {
        const { printed, exit } = runs[at] ?? { printed: "(not run)", exit: -1 };
        const isLookedAt = commands[at + 1]?.command === "echo $?";
        const ran = { line, command, exit: isLookedAt ? "shown next" : exit, output: asShown(output, printed) };
        expect(ran).toEqual({ line, command, exit: isLookedAt ? "shown next" : 0, output: trimmed(output.join("\n")) });
      }
    },
    CEILING_MS,
  );
});
