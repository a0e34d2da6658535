import { describe, expect, test } from "bun:test";
import { existsSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Clock } from "../../src/kernel/clock.ts";
import { LIMITS } from "../../src/kernel/limits.ts";
import { type TestDeps, testDeps } from "../support/test-deps.ts";

/** `masque hook expand` and `masque slash`, as one hands over to the other. */

const SESSION = "c0111a4d-0000-4000-8000-000000000001";
const AGENT = { CLAUDE_CODE_SESSION_ID: SESSION };

const payload = (name: string, words: unknown, more: object = {}) =>
  JSON.stringify({
    session_id: SESSION,
    hook_event_name: "UserPromptExpansion",
    command_name: name,
    command_args: words,
    ...more,
  });

function typedIn(world: TestDeps): string[] {
  const folder = join(world.deps.paths.data, "host/claude/typed");
  return existsSync(folder) ? readdirSync(folder) : [];
}

/** Types a command, and runs its block. */
async function type(name: string, words: string, more: { env?: Record<string, string>; clock?: Clock } = {}) {
  const world = testDeps({
    env: { ...AGENT, ...more.env },
    stdin: payload(name, words),
    ...(more.clock && { clock: more.clock }),
  });
  expect(await world.run("hook", "expand")).toEqual({ exit: 0, stdout: "", stderr: "" });
  const ran = await world.run("slash", name.replace("masques:", ""));
  return { world, ran };
}

describe("masque slash", () => {
  test.each([
    ["codesmith", null],
    ["codesmith   ", null],
    ["codesmith fix it", "fix it"],
    ["  codesmith\n\tfix  it\n", "fix  it\n"],
    ["codesmith --help", "--help"],
    ["codesmith -- -x", "-- -x"],
    ["codesmith --json=true -h", "--json=true -h"],
    [`codesmith "a" 'b' $(c) \`d\` \\e`, `"a" 'b' $(c) \`d\` \\e`],
  ])("dons with the intent of %j as typed", async (words, intent) => {
    const { world, ran } = await type("masques:don", words);
    await using _ = world;
    expect(ran).toMatchObject({ exit: 0, stderr: "" });
    expect(ran.stdout).toContain('<masque-identity name="Codesmith"');
    const shown = JSON.parse((await world.run("id", "--json")).stdout);
    expect(shown.worn.intent).toBe(intent);
  });

  test.each([
    ["don", "", /name/i],
    ["don", "--help", /"--help"/],
    ["don", "--", /"--"/],
    ["don", "constructor", /"constructor"/],
    ["don", "../../etc/passwd", /passwd/],
  ])("refuses /%s %s in words", async (name, words, said) => {
    const { world, ran } = await type(name, words);
    await using _ = world;
    expect(ran.exit).not.toBe(0);
    expect(ran.stderr).toMatch(said);
    expect(existsSync(world.deps.paths.events)).toBe(false);
  });

  test("splits the words of every other command, and refuses its unknown flags", async () => {
    const listed = await type("list", "  --category\nart ");
    await using _listed = listed.world;
    expect(listed.ran).toMatchObject({ exit: 0, stderr: "" });
    expect(listed.ran.stdout).not.toContain("Codesmith");
    const refused = await type("list", "--categry art");
    await using _refused = refused.world;
    expect(refused.ran).toMatchObject({ exit: 2, stderr: expect.stringContaining("--categry") });
  });

  test("does its work in the project that was handed over, not in the folder that it runs in", async () => {
    await using world = testDeps({ env: { ...AGENT }, stdin: payload("don", "codesmith") });
    const project = join(world.root, "a\nproject");
    mkdirSync(join(project, ".claude"), { recursive: true });
    const before = world.deps.elsewhere({ ...world.deps, project });
    const { expandCommand } = await import("../../src/cli/wear/hook.ts");
    await expandCommand.run({ args: {}, lists: {}, rest: [] } as never, before, async () => 0);
    await before.close();
    expect((await world.run("slash", "don")).exit).toBe(0);
    const event = await Bun.file(world.deps.paths.events).text();
    expect(event).toContain(JSON.stringify(project).slice(1, -1));
    expect(event).not.toContain(JSON.stringify(world.project));
  });

  test("runs once for what was typed once", async () => {
    const { world, ran } = await type("don", "codesmith");
    await using _ = world;
    expect(ran.exit).toBe(0);
    const again = await world.run("slash", "don");
    expect(again).toMatchObject({ exit: 1, stdout: "" });
    expect(again.stderr).toContain('Cannot run "/don": its hook UserPromptExpansion did not run');
    expect(again.stderr).toContain("hint: ");
  });

  test("does nothing for what a clock that has changed since dates an hour away", async () => {
    for (const hour of [-3_600_000_000_000n, 3_600_000_000_000n]) {
      let now = 1_800_000_000_000_000_000n;
      const clock = { nowUnixNano: () => now };
      await using world = testDeps({ env: AGENT, stdin: payload("don", "codesmith"), clock });
      await world.run("hook", "expand");
      now += hour;
      expect(await world.run("slash", "don")).toMatchObject({
        exit: 1,
        stderr: expect.stringContaining("not from the last 30 seconds"),
      });
      expect(typedIn(world)).toEqual([]);
      expect(existsSync(world.deps.paths.events)).toBe(false);
    }
  });

  test("says that more was typed than it takes", async () => {
    const { world, ran } = await type("don", `codesmith ${"x".repeat(LIMITS.slashArgumentBytesMax)}`);
    await using _ = world;
    expect(ran).toMatchObject({ exit: 1, stdout: "", stderr: expect.stringContaining("more than 64 KiB") });
  });

  test.each([["nothing"], ["constructor"], ["masques:"], ["hook"], ["judge"]])("knows no /%s", async (name) => {
    await using world = testDeps({ env: AGENT });
    expect(await world.run("slash", name)).toMatchObject({
      exit: 2,
      stderr: expect.stringContaining("no such slash command"),
    });
  });

  test("outside Claude Code says who calls it", async () => {
    await using world = testDeps();
    expect(await world.run("slash", "id")).toMatchObject({
      exit: 2,
      stderr: expect.stringContaining("only Claude Code"),
    });
  });
});

describe("masque hook expand", () => {
  test.each([
    ["no JSON", "{"],
    ["no session", payload("don", "x", { session_id: "" })],
    ["a session that is a path", payload("don", "x", { session_id: "../../x" })],
    ["a command of somebody else's", payload("deploy", "x")],
    ["no command", payload("", "x")],
  ])("keeps nothing of %s", async (_what, stdin) => {
    await using world = testDeps({ env: AGENT, stdin });
    expect(await world.run("hook", "expand")).toEqual({ exit: 0, stdout: "", stderr: "" });
    expect(typedIn(world)).toEqual([]);
  });

  test.each([[undefined], [null], [7], [["a"]], [{ a: 1 }]])("takes arguments that are %j for none", async (words) => {
    await using world = testDeps({ env: AGENT, stdin: payload("id", words) });
    await world.run("hook", "expand");
    expect((await world.run("slash", "id")).exit).toBe(3);
  });

  test("where nothing can be kept says nothing to Claude Code, and why with MASQUE_DEBUG", async () => {
    for (const [debug, said] of [
      ["", ""],
      ["1", "Cannot write"],
    ] as const) {
      await using world = testDeps({ env: { ...AGENT, MASQUE_DEBUG: debug }, stdin: payload("don", "codesmith") });
      mkdirSync(join(world.deps.paths.data, "host"), { recursive: true });
      writeFileSync(join(world.deps.paths.data, "host/claude"), "");
      const { exit, stdout, stderr } = await world.run("hook", "expand");
      expect([exit, stdout]).toEqual([0, ""]);
      if (said === "") expect(stderr).toBe("");
      else expect(stderr).toContain(said);
      expect((await world.run("slash", "don")).exit).toBe(1);
    }
  });
});
