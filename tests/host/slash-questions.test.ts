import { describe, expect, test } from "bun:test";
import { mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { runCli } from "../../src/cli/run.ts";
import type { Deps } from "../../src/deps.ts";
import { parseSessionId } from "../../src/kernel/ids.ts";
import { LIMITS } from "../../src/kernel/limits.ts";
import { isObject, parseJson, stringAt } from "../../src/kernel/text/json.ts";
import { indexOfUnprintable } from "../../src/kernel/text/printable.ts";
import { type TestDeps, testDeps } from "../support/test-deps.ts";

/** Which questions the expansion hook answers, and what the person then reads. */

const SESSION = "c0111a4d-0000-4000-8000-000000000001";
const AGENT = { CLAUDE_CODE_SESSION_ID: SESSION };
const ANSWERED = "Not an error: masque answers";

type Source = "plugin" | "userSettings" | "projectSettings";

function expansion(name: string, words: string, source: Source): string {
  return JSON.stringify({
    session_id: SESSION,
    hook_event_name: "UserPromptExpansion",
    command_name: source === "plugin" ? `masques:${name}` : name,
    command_args: words,
    command_source: source,
  });
}

/** A person's world in which one command is typed. */
function typing(name: string, words = "", source: Source = "plugin"): TestDeps {
  return testDeps({ env: AGENT, stdin: expansion(name, words, source) });
}

/** What the hook answers to the person; `undefined` where it leaves the command to the model. */
async function answered(world: TestDeps): Promise<string | undefined> {
  const { exit, stdout, stderr } = await world.run("hook", "expand");
  expect([exit, stderr]).toEqual([0, ""]);
  if (stdout === "") return undefined;
  const answer = parseJson(stdout);
  expect(answer).toMatchObject({ decision: "block" });
  return isObject(answer) ? stringAt(answer, "reason") : undefined;
}

/** The same world in the agent session that the hook names. */
function testSession({ deps }: TestDeps): Deps {
  const id = parseSessionId(SESSION);
  if (!id) throw new TypeError("the test's own id is no id");
  return deps.elsewhere({ ...deps, agentSession: () => ({ id, isHosted: true }) });
}

function typedIn(world: TestDeps): string[] {
  return readdirSync(join(world.deps.paths.data, "host/claude/typed"));
}

/** Writes the commands as `masque setup claude` does, and answers the path of one. */
async function setUp(world: TestDeps, command: string, ...flags: string[]): Promise<string> {
  expect((await world.run("setup", "claude", "--yes", ...flags)).exit).toBe(0);
  return join(flags.includes("--project") ? world.project : world.home, ".claude/commands", `${command}.md`);
}

describe("masque hook expand", () => {
  test.each([
    ["id", "", "No masque is worn"],
    ["list", "", "Codesmith"],
    ["list", "--category art", "Typesetter"],
    ["inspect", "codesmith", "Spinner verbs"],
    ["audience", "", "masque audience <command>"],
    ["audience", " status ", "The audience is not running"],
    ["audience", "config", "OTEL_EXPORTER_OTLP_ENDPOINT"],
  ])("answers /%s %s with masque's own text, and leaves nothing for the block", async (name, words, text) => {
    await using world = typing(name, words);
    const reason = await answered(world);
    expect(reason).toStartWith(`${ANSWERED} /${name} itself, and the model is not asked.\n\n`);
    expect(reason).toContain(text);
    expect(typedIn(world)).toEqual([]);
  });

  test.each([
    ["inspect", "nosuch", 'Cannot find "nosuch"'],
    ["list", "--categry art", 'Cannot run "masque list": unknown flag "--categry"'],
    ["performance", "", "There is nothing to show or score yet"],
    ["audience", "logs", "there is no log yet"],
  ])("answers /%s %s, which fails, with the failure", async (name, words, text) => {
    await using world = typing(name, words);
    const reason = await answered(world);
    expect(reason).toStartWith("masque: ");
    expect(reason).toContain(text);
    expect(reason).toContain("\n  try: masque ");
    expect(typedIn(world)).toEqual([]);
  });

  test.each([
    ["don", "codesmith"],
    ["don", ""],
    ["doff", ""],
    ["sync-manifest", "private"],
    ["audience", "start"],
    ["audience", "stop"],
    ["audience", "run"],
    ["audience", "config --write"],
    ["audience", "config --undo"],
    ["audience", "logs --follow"],
    ["audience", "statuses"],
  ])("leaves /%s %s to the model", async (name, words) => {
    await using world = typing(name, words);
    expect(await answered(world)).toBeUndefined();
    expect(typedIn(world)).toHaveLength(1);
  });

  test("answers for the session that the hook names, not for the one of its environment", async () => {
    await using world = testDeps({ stdin: expansion("id", "", "plugin") });
    const inSession = testSession(world);
    await runCli(["don", "codesmith"], inSession);
    await inSession.close();
    expect((await world.run("id")).exit).toBe(3);
    expect(await answered(world)).toContain("Codesmith 0.3.0");
  });

  test("answers a command that setup wrote, for the user and for the project", async () => {
    for (const [source, ...flags] of [["userSettings"], ["projectSettings", "--project"]] as const) {
      await using world = typing("list", "", source);
      await setUp(world, "list", ...flags);
      expect(await answered(world)).toContain("Codesmith");
    }
  });

  test("leaves a command of the same name that is the user's own to the model", async () => {
    await using world = typing("list", "", "userSettings");
    const path = join(world.home, ".claude/commands/list.md");
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, "List my tasks\n");
    await setUp(world, "list");
    expect(await answered(world)).toBeUndefined();
  });

  test("leaves a command that calls the script of another command to the model", async () => {
    await using world = typing("list", "", "userSettings");
    const path = await setUp(world, "id");
    writeFileSync(join(dirname(path), "list.md"), readFileSync(path));
    expect(await answered(world)).toBeUndefined();
  });

  test("leaves a command whose file is gone, or a link in the project, to the model", async () => {
    await using gone = typing("list", "", "userSettings");
    expect(await answered(gone)).toBeUndefined();
    await using linked = typing("list", "", "projectSettings");
    const path = await setUp(linked, "list");
    mkdirSync(join(linked.project, ".claude"));
    symlinkSync(dirname(path), join(linked.project, ".claude/commands"));
    expect(await answered(linked)).toBeUndefined();
  });

  test("leaves a skill of the same name, which Claude Code prefers, to the model", async () => {
    await using world = typing("list", "", "userSettings");
    await setUp(world, "list");
    mkdirSync(join(world.home, ".claude/skills/list"), { recursive: true });
    writeFileSync(join(world.home, ".claude/skills/list/SKILL.md"), "---\nname: list\n---\n");
    expect(await answered(world)).toBeUndefined();
  });

  test("cuts a long answer, and says how to see the rest", async () => {
    const line = "Some prose that goes on and on, to fill a lens of the size that a masque may have.\n";
    await using world = typing("inspect", "long");
    const folder = join(world.home, ".masques");
    mkdirSync(folder, { mode: 0o700 });
    const lens = line.repeat(Math.floor(LIMITS.masqueFieldBytesMax / line.length) - 1);
    writeFileSync(
      join(folder, "long.masque.yaml"),
      `name: Long\nversion: 1.0.0\nlens: |\n${lens.replaceAll(/^(?=.)/gm, "  ")}`,
    );
    const reason = (await answered(world)) ?? "";
    expect(reason.length).toBeLessThan(LIMITS.answerCharsMax + 200);
    expect(reason.length).toBeGreaterThan(LIMITS.answerCharsMax - 200);
    expect(reason).toEndWith("\n… The rest is left out. In a terminal, this prints all of it: masque inspect long");
  });

  test("shows nothing that would control the terminal", async () => {
    await using world = typing("inspect", "\u001b]0;title\u0007\u202e");
    const reason = (await answered(world)) ?? "";
    expect(reason).toContain("masque: Cannot ");
    expect(indexOfUnprintable(reason)).toBe(-1);
  });

  test("fits a terminal of 80 columns, where a table is not wrapped", async () => {
    await using world = typing("list");
    const lines = ((await answered(world)) ?? "").split("\n");
    expect(Math.max(...lines.map((line) => Bun.stringWidth(line)))).toBeLessThanOrEqual(78);
  });
});
