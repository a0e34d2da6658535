import { describe, expect, test } from "bun:test";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { hostLine, markLine, NOON_UNIX_NANO } from "../support/telemetry-lines.ts";
import { type TestDeps, testDeps } from "../support/test-deps.ts";

/** Which session `judge` and `performance` mean where none is named. */

const at = (minutes: number) => NOON_UNIX_NANO + BigInt(minutes) * 60_000_000_000n;
let sequence = 0;
const record = (session: string, minutes: number, body: string, more: Readonly<Record<string, string>>) => ({
  unixNano: at(minutes),
  body: `claude_code.${body}`,
  attributes: { "session.id": session, "event.sequence": sequence++, ...more },
});
const work = (session: string, minutes: number) =>
  hostLine([
    record(session, minutes, "user_prompt", { "prompt.id": `${session}-${minutes}` }),
    record(session, minutes, "tool_result", { "prompt.id": `${session}-${minutes}`, success: "true" }),
  ]);
const asks = (session: string, minutes: number, command: string) =>
  hostLine([
    record(session, minutes, "user_prompt", { "prompt.id": `${session}-${minutes}`, command_name: command }),
    record(session, minutes, "api_request", { "prompt.id": `${session}-${minutes}`, cost_usd: "0.1" }),
  ]);
const don = (session: string, masqueSession: string, minutes: number) =>
  markLine("don", { session, masqueSession, unixNano: at(minutes) });
const doff = (session: string, masqueSession: string, minutes: number) =>
  markLine("doff", { session, masqueSession, unixNano: at(minutes), reason: "user" });

function captured(world: TestDeps, logs: readonly string[], marks: readonly string[]): void {
  mkdirSync(world.deps.paths.otel, { recursive: true });
  writeFileSync(join(world.deps.paths.otel, "logs.jsonl"), `${logs.join("\n")}\n`);
  writeFileSync(join(world.deps.paths.otel, "masque.jsonl"), `${marks.join("\n")}\n`);
}

const LOGS = [work("s-1", 1), work("s-1", 11), work("s-1", 21), work("s-2", 31), work("s-3", 40)];
const MARKS = [
  ...[don("s-1", "m-1", 10), doff("s-1", "m-1", 12), don("s-1", "m-2", 20), don("s-3", "m-3", 39)],
  don("terminal:0123456789ab", "m-terminal", 50),
];
const inSession = (session: string) => ({ env: { CLAUDE_CODE_SESSION_ID: session } });

async function meant(world: TestDeps, ...argv: string[]): Promise<unknown> {
  const { exit, stdout, stderr } = await world.run("judge", "--json", ...argv);
  expect({ exit, stderr }).toEqual({ exit: 0, stderr: "" });
  const { session, masque_session } = JSON.parse(stdout);
  const shown = await world.run("performance", "--json", ...argv);
  expect(JSON.parse(shown.stdout)).toMatchObject([{ scorecard: { session, masque_session } }]);
  return [session, masque_session];
}

describe("in an agent session", () => {
  test.each([
    ["its latest masque session", "s-1", [], ["s-1", "m-2"]],
    ["its baseline where nothing was worn", "s-2", [], ["s-2", null]],
    ["the latest of all with --last, but no terminal's", "s-1", ["--last"], ["s-3", "m-3"]],
    ["the one that is named", "s-1", ["--session", "m-1"], ["s-1", "m-1"]],
  ])("%s is meant", async (_, session, argv, expected) => {
    await using world = testDeps(inSession(session));
    captured(world, LOGS, MARKS);
    expect(await meant(world, ...argv)).toEqual(expected);
  });

  test.each(["judge", "performance"])(
    "%s exits 3 where none of its telemetry is there, and says so",
    async (command) => {
      for (const [logs, marks] of [
        [LOGS, MARKS],
        [LOGS, [...MARKS, don("s-9", "m-9", 60)]],
      ] as const) {
        await using world = testDeps(inSession("s-9"));
        captured(world, logs, marks);
        const { exit, stdout, stderr } = await world.run(command);
        expect({ exit, stdout }).toEqual({ exit: 3, stdout: "" });
        expect(stderr).toContain('Cannot judge this session, "s-9": no telemetry of it has arrived');
        expect(stderr).toContain("--last");
      }
    },
  );

  test("what --logs names is of other sessions", async () => {
    await using world = testDeps(inSession("s-9"));
    writeFileSync(join(world.project, "x.jsonl"), work("s-5", 1));
    expect(await meant(world, "--logs", "x.jsonl")).toEqual(["s-5", null]);
  });

  test("a narrowing is about every session", async () => {
    await using world = testDeps(inSession("s-1"));
    captured(world, LOGS, MARKS);
    const { stdout } = await world.run("judge", "--masque", "codesmith", "--format", "ndjson");
    expect(stdout.trim().split("\n")).toHaveLength(3);
  });
});

describe("outside of an agent session", () => {
  test("the latest don counts, and none of a terminal's, of which no telemetry comes", async () => {
    await using world = testDeps();
    captured(world, LOGS, MARKS);
    expect(await meant(world)).toEqual(["s-3", "m-3"]);
    await using alone = testDeps();
    captured(alone, [work("s-2", 1)], [don("terminal:0123456789ab", "m-terminal", 50)]);
    expect(await meant(alone)).toEqual(["s-2", null]);
  });
});

describe("a session of a terminal", () => {
  test.each([
    ["judge", "m-terminal"],
    ["performance", "m-term"],
    ["judge", "terminal:0123456789ab"],
  ])("is not scored by %s --session %s: exit 3, with the reason", async (command, id) => {
    await using world = testDeps();
    captured(world, LOGS, MARKS);
    const { exit, stdout, stderr } = await world.run(command, "--session", id);
    expect({ exit, stdout }).toEqual({ exit: 3, stdout: "" });
    expect(stderr).toContain(`"${id}": it is of a terminal, and only Claude Code sends telemetry`);
  });

  test("is in no list and no comparison, and in sessions with --terminals", async () => {
    await using world = testDeps();
    captured(world, LOGS, MARKS);
    const listed = async (...argv: string[]) => {
      const rows: { masque_session: string | null }[] = JSON.parse((await world.run(...argv, "--json")).stdout);
      return rows.map(({ masque_session }) => masque_session).filter((id) => id !== null);
    };
    expect(await listed("judge", "--all")).toEqual(["m-1", "m-2", "m-3"]);
    expect(await listed("sessions")).toEqual(["m-3", "m-2", "m-1"]);
    expect(await listed("sessions", "--masque", "codesmith")).toEqual(["m-3", "m-2", "m-1"]);
    expect(await listed("sessions", "--terminals")).toEqual(["m-terminal", "m-3", "m-2", "m-1"]);
    const [shown] = JSON.parse((await world.run("performance", "--json")).stdout);
    expect(shown.side_by_side[0]).toMatchObject({ is_this: true, sessions: 3 });
  });

  test.each(["judge", "performance"])(
    "of Claude Code without telemetry has nothing to score either: %s",
    async (command) => {
      await using world = testDeps();
      captured(world, LOGS, [...MARKS, don("s-9", "m-9", 60)]);
      expect(await world.run(command, "--session", "m-9")).toMatchObject({ exit: 3, stdout: "" });
    },
  );
});

describe("prompts that only ask masque something", () => {
  test("make no baseline, so the last one is another session's", async () => {
    await using world = testDeps();
    captured(world, [work("s-1", 1), asks("s-2", 5, "masques:list")], []);
    expect(await meant(world)).toEqual(["s-1", null]);
    const { stdout } = await world.run("judge", "--all", "--json");
    expect(JSON.parse(stdout)).toMatchObject([{ session: "s-1" }]);
    const asked = await world.run("judge", "--session", "s-2");
    expect(asked).toMatchObject({
      exit: 3,
      stderr: expect.stringContaining("all that it did was to ask masque something"),
    });
  });

  test("never lower a score but by their cost", async () => {
    const inWork = [asks("s-1", 11, "masques:id"), asks("s-1", 11, "list"), asks("s-1", 11, "masques:performance")];
    const scores: Record<string, unknown>[] = [];
    for (const asked of [[], inWork, [...inWork, asks("s-1", 30, "masques:doff")]]) {
      await using world = testDeps();
      captured(world, [work("s-1", 11), ...asked], [don("s-1", "m-1", 10), doff("s-1", "m-1", 31)]);
      const { stdout } = await world.run("judge", "--json", "--all");
      const [card, ...others] = JSON.parse(stdout);
      expect(others).toEqual([]);
      scores.push({ ...card.dimensions, cost_efficiency: 0, prompts: card.stats.prompts });
    }
    expect(scores[0]).toMatchObject({ prompts: 1, quality: 10 });
    expect(scores[1]).toEqual(scores[0] ?? {});
    expect(scores[2]?.["prompts"]).toBe(1);
  });
});
