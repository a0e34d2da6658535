import { expect, test } from "bun:test";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { testDeps } from "../support/test-deps.ts";

/** What don and doff print: a summary for a person at a terminal, the identity block for an agent, why there is no score. */

const SESSION = "bcd06328-9d01-4e42-bf7a-4c6a8ede615a";
/** 24 November 2026, 14:03 here. */
const NOW = { nowUnixNano: () => BigInt(new Date(2026, 10, 24, 14, 3).getTime()) * 1_000_000n };

test("a terminal shows what is worn now, and that it gets no score", async () => {
  await using me = testDeps({ columns: 90, clock: NOW });
  await me.run("don", "helmsman");
  expect((await me.run("don", "codesmith", "fix the --help flag")).stdout).toMatchInlineSnapshot(`
    "You now wear Codesmith 0.3.0 (shared).
      A terminal session gets no score: only Claude Code sends telemetry.
      For a score, run \`masque setup claude\`, then type /don codesmith in Claude Code.

      purpose   Adds a feature the way this code base would have added it
      kind      specialist, feature-work
      intent    fix the --help flag
      since     14:03 today
      replaced  Helmsman

      \`masque inspect\` shows the whole masque, \`masque doff\` takes it off.
    "
  `);
});

test("a terminal shows that the masque is off, and that it gets no score", async () => {
  await using me = testDeps({ columns: 90, clock: NOW });
  await me.run("don", "codesmith");
  expect((await me.run("doff")).stdout).toMatchInlineSnapshot(`
    "Codesmith 0.3.0 is off.
      You put it on at 14:03 today, just now.
      A terminal session gets no score: only Claude Code sends telemetry.
      For a score, run \`masque setup claude\`, then type /don codesmith in Claude Code.
    "
  `);
  await me.run("don", "codesmith");
  expect((await me.run("doff", "--no-score")).stdout).toBe(
    "Codesmith 0.3.0 is off.\n  You put it on at 14:03 today, just now.\n",
  );
});

test("where Claude Code is set up, a terminal only says what to type there", async () => {
  await using me = testDeps({ columns: 90, clock: NOW });
  expect((await me.run("setup", "claude", "--yes")).exit).toBe(0);
  const advice = "\n  For a score, type /don codesmith in Claude Code.\n";
  expect((await me.run("don", "codesmith")).stdout).toContain(advice);
  expect((await me.run("doff")).stdout).toContain(advice);
});

test("where the plugin is installed and telemetry is on, a terminal names the plugin's command", async () => {
  await using me = testDeps({ columns: 90, clock: NOW });
  expect((await me.run("audience", "config", "--write")).exit).toBe(0);
  const path = join(me.home, ".claude/settings.json");
  const settings = JSON.parse(readFileSync(path, "utf8"));
  writeFileSync(path, JSON.stringify({ ...settings, enabledPlugins: { "masques@masque": true } }));
  expect((await me.run("don", "codesmith")).stdout).toContain("For a score, type /masques:don codesmith in");
});

test.each([
  ["where no terminal is", {}],
  ["under Claude Code", { columns: 80, env: { CLAUDE_CODE_SESSION_ID: SESSION } }],
])("the notice for the agent is printed %s", async (_where, world) => {
  await using me = testDeps(world);
  await me.run("don", "codesmith");
  expect((await me.run("doff")).stdout).toStartWith('<masque-off name="Codesmith"');
});

test("a terminal shows that a masque is worn already, with a new intent", async () => {
  await using me = testDeps({ columns: 90, clock: NOW });
  await me.run("don", "codesmith");
  const same = await me.run("don", "codesmith");
  expect(same.stdout).toStartWith("You already wear Codesmith 0.3.0 (shared).\n");
  const other = await me.run("don", "codesmith", "another");
  expect(other.stdout).toStartWith("You already wear Codesmith 0.3.0 (shared); the intent is new.\n");
  expect(other.stdout).toMatch(/^ {2}intent {4}another$/m);
});

test.each([32, 40, 80, 200])("a summary fits a terminal of %p columns", async (columns) => {
  await using me = testDeps({ columns, clock: NOW });
  const { stdout } = await me.run("don", "codesmith", "an intent of many words ".repeat(40));
  // The first line is not wrapped: it holds a name and a version.
  const rows = stdout.split("\n").slice(1);
  expect(rows.filter((row) => Bun.stringWidth(row) > columns)).toEqual([]);
});

test("nothing of an intent drives the terminal", async () => {
  await using me = testDeps({ columns: 80, clock: NOW });
  const { stdout } = await me.run("don", "codesmith", "a\u001b[2Jb\nc");
  expect(stdout).not.toContain("\u001b");
  expect(stdout).toMatch(/^ {2}intent {4}a.*b.*c$/m);
});

test.each([
  ["where no terminal is", {}, []],
  ["with --block", { columns: 80 }, ["--block"]],
  ["under Claude Code", { columns: 80, env: { CLAUDE_CODE_SESSION_ID: SESSION } }, []],
])("the identity block is printed %s", async (_where, world, flags) => {
  await using me = testDeps(world);
  expect((await me.run("don", ...flags, "codesmith")).stdout).toStartWith('<masque-identity name="Codesmith"');
});

test("--json prints JSON on a terminal too", async () => {
  await using me = testDeps({ columns: 80 });
  expect(JSON.parse((await me.run("don", "--json", "codesmith")).stdout)).toMatchObject({ outcome: "donned" });
});

test.each([
  [{ env: { CLAUDE_CODE_SESSION_ID: SESSION } }, "no telemetry was captured on this machine yet"],
  [{}, "only Claude Code sends telemetry, and this is a terminal session"],
])("doff says why there is no score: %j", async (world, reason) => {
  await using me = testDeps(world);
  await me.run("don", "codesmith");
  const { stdout } = await me.run("doff");
  expect(stdout).toContain(`No score: ${reason}`);
  await me.run("don", "codesmith");
  expect(JSON.parse((await me.run("doff", "--json")).stdout)).toMatchObject({
    score: null,
    no_score_because: expect.stringContaining(reason),
  });
});
