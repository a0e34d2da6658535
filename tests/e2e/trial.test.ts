import { describe, expect, test } from "bun:test";
import { chmodSync, existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { MASQUE_BINARY } from "../support/binary.ts";
import { writeInto } from "../support/masque-files.ts";
import { openPty } from "../support/pty.ts";
import { type Terminal, terminal } from "../support/terminal.ts";

/** `masque test` without a model: what is asked of the person, and what a promptfoo that is not well does. */

const CEILING_MS = 60_000;
const ASKS = ["test", "bloodhound", "--provider", "echo", "--runs", "1"];

/** A promptfoo that leaves a note that it ran, then does what `script` says; `$out` is where results belong. */
function promptfoo(me: Terminal, script: string): string {
  const note = join(me.root, "ran");
  const path = writeInto(me.root, "promptfoo", `#!/bin/sh\nout="$5"\nenv >'${note}'\n${script}\n`);
  chmodSync(path, 0o755);
  return path;
}

const hasRun = (me: Terminal) => existsSync(join(me.root, "ran"));

test("nothing is asked before the person agrees, and a program that cannot be asked is refused", async () => {
  using me = terminal();
  const program = promptfoo(me, "exit 1");
  const ran = await me.masque([...ASKS, "--promptfoo", program]);
  expect(ran).toMatchObject({ exit: 1, stdout: "" });
  expect(ran.stderr).toContain("= 9 requests of echo\nAbout ");
  expect(ran.stderr).toContain('Nothing was asked: you did not agree to the trial of "bloodhound"');
  expect(hasRun(me)).toBe(false);
});

test.each([
  ["n\n", false],
  ["y\n", true],
])(
  "a person at a terminal answers %j",
  async (keys, isAsked) => {
    using me = terminal();
    const program = promptfoo(me, `echo '{"results":{"results":[]}}' >"$out"`);
    const at = { cwd: me.project, env: me.env, columns: 100, rows: 30 };
    await using person = openPty([MASQUE_BINARY, ...ASKS, "--promptfoo", program], at);
    await person.until("Ask the model?");
    expect(hasRun(me)).toBe(false);
    person.type(keys);
    expect(await person.exited).toBe(isAsked ? 0 : 1);
    expect(hasRun(me)).toBe(isAsked);
  },
  CEILING_MS,
);

test("promptfoo runs without telemetry, updates, sharing and templates, and gets the key of the user", async () => {
  using me = terminal();
  const program = promptfoo(me, `echo '{"results":{"results":[]}}' >"$out"`);
  const ran = await me.masque([...ASKS, "--promptfoo", program, "--yes"], { ANTHROPIC_API_KEY: "mine" });
  expect(ran).toMatchObject({ exit: 0, stdout: expect.stringContaining("9 answers did not come") });
  const env = readFileSync(join(me.root, "ran"), "utf8").split("\n");
  for (const line of [
    "PROMPTFOO_DISABLE_TELEMETRY=1",
    "PROMPTFOO_DISABLE_UPDATE=1",
    "PROMPTFOO_DISABLE_SHARING=true",
    "PROMPTFOO_DISABLE_TEMPLATING=true",
    "ANTHROPIC_API_KEY=mine",
  ]) {
    expect(env).toContain(line);
  }
});

describe("what goes wrong is said", () => {
  test.each([
    ["no results", "echo 'no such model' >&2; exit 1", 1, "left no results", "no such model"],
    ["results that are not JSON", 'echo "{" >"$out"', 1, "left no results", "--provider"],
    ["results that are a link", 'ln -s /etc/passwd "$out"', 1, "it is a link", "hint:"],
  ])("%s", async (_what, script, exit, why, more) => {
    using me = terminal();
    const ran = await me.masque([...ASKS, "--promptfoo", promptfoo(me, script), "--yes"]);
    expect(ran).toMatchObject({ exit, stdout: "" });
    expect(ran.stderr).toContain(why);
    expect(ran.stderr).toContain(more);
  });

  test.each([
    [["test", "bloodhound"], 2, "no model is named"],
    [["test", "bloodhound", "--dry-run", "--price-in", "3"], 2, "are given together"],
    [["test", "bloodhound", "--dry-run", "--runs", "0"], 2, '--runs "0"'],
    [["test", "marshal", "--dry-run"], 3, "masque has no cases for it"],
    [["test", "bloodhound", "--cases", "none.yaml", "--dry-run"], 3, "there is no such file"],
    [["test", "bloodhound", "--cases", "broken.yaml", "--dry-run"], 2, "line 1"],
    [["test", "nowhere", "--dry-run"], 3, "no masque has that name"],
    [["export", "bloodhound"], 2, "--evals claude"],
    [["export", "bloodhound", "--evals", "claude", "--out", "none/below"], 1, "Cannot write"],
  ] as const)("%j", async (args, exit, why) => {
    using me = terminal();
    writeInto(me.project, "broken.yaml", "cases: [");
    const ran = await me.masque(args);
    expect(ran).toMatchObject({ exit, stdout: "" });
    expect(ran.stderr).toContain(why);
  });
});
