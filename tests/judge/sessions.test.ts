import { describe, expect, test } from "bun:test";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { hostLine, markLine, NOON_UNIX_NANO } from "../support/telemetry-lines.ts";
import { type TestDeps, testDeps } from "../support/test-deps.ts";

/** `masque sessions`, and ids that are shortened to their beginning. */

const MINUTE = 60_000_000_000n;
const at = (minutes: number) => NOON_UNIX_NANO + BigInt(minutes) * MINUTE;

function work(session: string, minutes: number, costUsd: number | null): string {
  const shared = { "session.id": session, "prompt.id": `p-${session}-${minutes}`, "event.sequence": minutes };
  const cost = costUsd === null ? {} : { cost_usd: costUsd };
  return hostLine([
    { unixNano: at(minutes), body: "claude_code.api_request", attributes: { ...shared, input_tokens: 10, ...cost } },
    { unixNano: at(minutes), body: "claude_code.tool_result", attributes: { ...shared, success: "true" } },
  ]);
}

const don = (session: string, masqueSession: string, minutes: number, more: { name?: string; project?: string } = {}) =>
  markLine("don", { session, masqueSession, unixNano: at(minutes), ...more });

/** Two masque sessions in two projects, and one session without a masque. */
function captured(): TestDeps {
  const world = testDeps();
  const { otel } = world.deps.paths;
  mkdirSync(otel, { recursive: true });
  const logs = [work("agent-one", 11, 0.25), work("agent-two", 31, null), work("bare-one", 41, 1.5)];
  const marks = [
    don("agent-one", "worn-1111-a", 10, { project: "/work/parser" }),
    don("agent-two", "worn-1112-b", 30, { project: "/work/site", name: "The Fool" }),
  ];
  writeFileSync(join(otel, "logs.jsonl"), `${logs.join("\n")}\n`);
  writeFileSync(join(otel, "masque.jsonl"), `${marks.join("\n")}\n`);
  return world;
}

async function listed(world: TestDeps, ...argv: string[]) {
  const { exit, stdout, stderr } = await world.run("sessions", "--json", ...argv);
  expect({ exit, stderr }).toEqual({ exit: 0, stderr: "" });
  return JSON.parse(stdout);
}

describe("masque sessions", () => {
  test("lists every session, the latest first, with what is absent left empty", async () => {
    await using world = captured();
    expect(await listed(world)).toMatchObject([
      { session: "bare-one", masque_session: null, masque: null, project: null, cost: 1.5, prompts: 1, tools: 1 },
      { session: "agent-two", masque_session: "worn-1112-b", masque: "The Fool", project: "/work/site", cost: null },
      { session: "agent-one", masque_session: "worn-1111-a", masque: "Codesmith", project: "/work/parser", cost: 0.25 },
    ]);
    const { stdout } = await world.run("sessions");
    const [heading, ...rows] = stdout.trimEnd().split("\n");
    expect(heading).toBe("SESSION   BEGAN          MASQUE           PROMPTS  TOOLS   COST  SCORE  PROJECT");
    expect(rows).toHaveLength(3);
    expect(rows[0]).toMatch(/^bare-one .* – .* \$1\.50 /);
    expect(rows[1]).toMatch(/^worn-111 .*The Fool 0\.2\.0 +1 +1 +– +\d\.\d+ {2}\/work\/site$/);
  });

  test.each([
    [["--masque", "the fool"], ["worn-1112-b"]],
    [["--project", "/work/parser"], ["worn-1111-a"]],
    [["--since", "2026-11-22T12:35:00Z"], [null]],
    [["--limit", "1"], [null]],
    [
      ["--limit", "2"],
      [null, "worn-1112-b"],
    ],
  ])("%j lists those alone", async (argv, ids) => {
    await using world = captured();
    const found: { masque_session: string | null }[] = await listed(world, ...argv);
    expect(found.map(({ masque_session }) => masque_session)).toEqual(ids);
  });

  test("says how many older sessions are not listed, and how to list them", async () => {
    await using world = captured();
    const { stderr } = await world.run("sessions", "--limit", "1");
    expect(stderr).toBe("masque: not listed: 2 older sessions; --limit 3 lists all\n");
  });

  test("exits 3 where there is no telemetry, with what to do", async () => {
    await using world = testDeps();
    const { exit, stdout, stderr } = await world.run("sessions");
    expect({ exit, stdout }).toEqual({ exit: 3, stdout: "" });
    expect(stderr).toContain("masque audience start");
  });
});

describe("a session's id", () => {
  test.each([
    ["worn-1111", "worn-1111-a"],
    ["worn-1112-b", "worn-1112-b"],
    ["agent-o", "worn-1111-a"],
    ["bare", null],
  ])("may be shortened to %s", async (id, masqueSession) => {
    await using world = captured();
    const { exit, stdout } = await world.run("judge", "--session", id, "--json");
    expect(exit).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ masque_session: masqueSession });
  });

  test("is refused where several begin so, with their names", async () => {
    await using world = captured();
    const { exit, stderr } = await world.run("judge", "--session", "worn-111", "--json");
    expect(exit).toBe(2);
    expect(stderr).toContain('several ids begin with it: "worn-1111-a", "worn-1112-b"\n  try: masque sessions\n');
  });

  test.each(["wor", "worn-2", "%", "____"])("%j means no session", async (id) => {
    await using world = captured();
    expect((await world.run("judge", "--session", id)).exit).toBe(3);
  });
});
