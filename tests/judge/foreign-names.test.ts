import { describe, expect, test } from "bun:test";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { FORMATS } from "../../src/cli/judge/report.ts";
import { hostLine, markLine, NOON_UNIX_NANO } from "../support/telemetry-lines.ts";
import { type TestDeps, testDeps } from "../support/test-deps.ts";

/** Names and times from telemetry that a program might mistake for its own. */

const at = (minutes: number) => NOON_UNIX_NANO + BigInt(Math.round(minutes * 60)) * 1_000_000_000n;
let sequence = 0;
const tool = (session: string, minutes: number, name: string) => ({
  unixNano: at(minutes),
  body: "claude_code.tool_result",
  attributes: {
    "session.id": session,
    "event.sequence": sequence++,
    "prompt.id": name,
    tool_name: name,
    success: "false",
  },
});

function captured(world: TestDeps, logs: readonly string[], marks: readonly string[]): void {
  mkdirSync(world.deps.paths.otel, { recursive: true });
  writeFileSync(join(world.deps.paths.otel, "logs.jsonl"), `${logs.join("\n")}\n`);
  writeFileSync(join(world.deps.paths.otel, "masque.jsonl"), `${marks.join("\n")}\n`);
}

test.each(["constructor", "__proto__", "toString", "hasOwnProperty", "valueOf"])(
  "a session, a masque, a prompt and a tool called %s are like any other",
  async (name) => {
    await using world = testDeps();
    captured(
      world,
      [hostLine([tool(name, 1, name), tool("s-1", 2, "Bash")])],
      [markLine("don", { session: name, masqueSession: `m.${name}`, unixNano: at(0), name })],
    );
    for (const argv of [
      ["--session", name],
      ["--masque", name],
      ["--session", `m.${name}`],
    ]) {
      for (const format of FORMATS) {
        expect(await world.run("judge", ...argv, "--format", format)).toMatchObject({ exit: 0, stderr: "" });
      }
      const { stdout } = await world.run("judge", ...argv, "--format", "ndjson");
      expect(JSON.parse(stdout)).toMatchObject({ session: name, masque: name, stats: { total_tools: 1 } });
    }
    const shown = await world.run("performance", "--session", name, "--json");
    expect(JSON.parse(shown.stdout)[0]).toMatchObject({
      pulled_down: { failing_tools: [{ tool: name, failed: 1, calls: 1 }] },
    });
    expect((await world.run("performance", "--session", name)).stdout).toContain(`${name} 1 of 1`);
    for (const other of ["judge", "performance"]) {
      expect(await world.run(other, "--session", `${name}.none`)).toMatchObject({ exit: 3 });
    }
  },
);

test("members of JSON that objects have by themselves are members like any other", async () => {
  await using world = testDeps();
  const line = hostLine([tool("s-1", 1, "Bash")]);
  const planted = '"__proto__":{"resourceLogs":[1]},"constructor":{"prototype":{"tool":1}},"toString":null,';
  captured(world, [line.replace("{", `{${planted}`), `{${planted}"hasOwnProperty":1}`], []);
  const { exit, stdout, stderr } = await world.run("judge", "--json", "--all");
  expect(exit).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject([{ session: "s-1", stats: { total_tools: 1 } }]);
  expect(stderr).toContain("skipped 1 line (torn, or not an OTLP export request)");
});

describe("a clock that jumps", () => {
  test.each([
    ["backwards between don and doff", [0, -30]],
    ["forwards for a day and back", [24 * 60, 3]],
    ["to another century and back", [60 * 24 * 365 * 100, 3]],
    ["backwards by half an hour within the session", [30, 1]],
  ])("%s freezes no session and makes no time negative", async (_, [donned = 0, doffed = 0]) => {
    await using world = testDeps({ clock: { nowUnixNano: () => at(60) } });
    captured(
      world,
      [hostLine([tool("s-1", -40, "Bash"), tool("s-1", 2, "Bash"), tool("s-1", 40, "Bash"), tool("s-2", 50, "Bash")])],
      [
        markLine("don", { session: "s-1", masqueSession: "m-1", unixNano: at(donned) }),
        markLine("doff", { session: "s-1", masqueSession: "m-1", unixNano: at(doffed), reason: "user" }),
        markLine("don", { session: "s-2", masqueSession: "m-2", unixNano: at(45) }),
      ],
    );
    const { stdout } = await world.run("judge", "--json", "--all");
    const cards = JSON.parse(stdout) as { session: string; duration_min: number | null; active_min: number | null }[];
    for (const card of cards) {
      expect(card.duration_min === null || (card.duration_min >= 0 && card.duration_min <= 100)).toBe(true);
      expect(card.active_min === null || card.active_min >= 0).toBe(true);
    }
    const last = await world.run("judge", "--json");
    expect(JSON.parse(last.stdout)).toMatchObject({ session: "s-2", masque_session: "m-2" });
  });
});
