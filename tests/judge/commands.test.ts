import { describe, expect, test } from "bun:test";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { readYaml } from "../../src/kernel/text/yaml.ts";
import { hostLine, markLine, NOON_UNIX_NANO } from "../support/telemetry-lines.ts";
import { type TestDeps, testDeps } from "../support/test-deps.ts";

/** `masque judge` and `masque performance`, as typed. */

const MINUTE = 60_000_000_000n;
const at = (minutes: number) => NOON_UNIX_NANO + BigInt(minutes) * MINUTE;
let sequence = 0;

/** One prompt with a request and two tool results, one of them failing, in that minute. */
function work(session: string, minutes: number): string {
  const attributes = (more: Record<string, string | number>) => ({
    "session.id": session,
    "event.sequence": sequence++,
    "prompt.id": `prompt-${session}-${minutes}`,
    ...more,
  });
  const tokens = { input_tokens: 100, output_tokens: 50, cache_read_tokens: 900, cache_creation_tokens: 0 };
  return hostLine([
    { unixNano: at(minutes), body: "claude_code.api_request", attributes: attributes({ cost_usd: 0.05, ...tokens }) },
    { unixNano: at(minutes), body: "claude_code.tool_result", attributes: attributes({ success: "true" }) },
    { unixNano: at(minutes), body: "claude_code.tool_result", attributes: attributes({ success: "false" }) },
  ]);
}

const don = (session: string, masqueSession: string, minutes: number, name = "Codesmith") =>
  markLine("don", { session, masqueSession, unixNano: at(minutes), name });
const doff = (session: string, masqueSession: string, minutes: number) =>
  markLine("doff", { session, masqueSession, unixNano: at(minutes) });

/** The user's own telemetry. */
function captured(world: TestDeps, files: Readonly<Record<string, readonly string[]>>): string {
  const folder = world.deps.paths.otel;
  mkdirSync(folder, { recursive: true });
  for (const [name, lines] of Object.entries(files)) writeFileSync(join(folder, name), `${lines.join("\n")}\n`);
  return folder;
}

/** A session before, in and after one masque; another without any. */
const HISTORY = {
  "logs-20261122T120000Z.jsonl": [work("s-1", 0), work("s-1", 11)],
  "logs.jsonl": [work("s-1", 12), work("s-1", 30), work("s-2", 40)],
  "masque.jsonl": [don("s-1", "m-1", 10), doff("s-1", "m-1", 20)],
};

async function json(world: TestDeps, ...argv: string[]) {
  const { exit, stdout, stderr } = await world.run("judge", "--json", ...argv);
  expect({ exit, stderr }).toEqual({ exit: 0, stderr: "" });
  return JSON.parse(stdout);
}

describe("masque judge", () => {
  test("scores the masque session with the latest don, though a baseline is later", async () => {
    await using world = testDeps();
    captured(world, HISTORY);
    expect(await json(world)).toMatchObject({
      session: "s-1",
      masque_session: "m-1",
      masque: "Codesmith",
      version: "0.2.0",
      duration_min: 10,
      dimensions: { quality: 5, token_efficiency: 9 },
      stats: { total_tools: 4, prompts: 2 },
    });
  });

  test("prints YAML that reads back as the JSON, scores with one decimal", async () => {
    await using world = testDeps();
    captured(world, HISTORY);
    const { stdout } = await world.run("judge");
    expect(stdout).toContain("dimensions: { quality: 5.0, ");
    const reading = readYaml(stdout);
    if (reading.kind !== "read") throw new TypeError(stdout);
    const exact = await json(world);
    expect(Object.keys(reading.value ?? {})).toEqual(Object.keys(exact));
    expect(reading.value).toMatchObject({
      digest: exact.digest,
      started_at: exact.started_at,
      version: "0.2.0",
      scale: exact.scale,
      composite: Number(exact.composite.toFixed(1)),
    });
  });

  test.each([
    ["a colon: and # and 'quotes'", "it stands"],
    ["true", "text stays text"],
    ["1e3", "text stays text"],
    ["\u001b]0;owned\u0007", "nothing drives a terminal"],
  ])("YAML keeps a foreign name as it is: %j (%s)", async (name) => {
    await using world = testDeps();
    captured(world, { ...HISTORY, "masque.jsonl": [don("s-1", "m-1", 10, name)] });
    const { stdout } = await world.run("judge", "--all");
    expect(stdout).not.toContain("\u001b");
    const reading = readYaml(stdout);
    expect(reading.kind === "read" && reading.value).toMatchObject(
      expect.arrayContaining([expect.objectContaining({ masque: name })]),
    );
  });

  test("--all gives every masque session and baseline, oldest first", async () => {
    await using world = testDeps();
    captured(world, HISTORY);
    const all = await json(world, "--all");
    expect(all.map((one: Record<string, unknown>) => [one["session"], one["masque_session"]])).toEqual([
      ["s-1", null],
      ["s-1", "m-1"],
      ["s-2", null],
    ]);
    expect(all[0]).toMatchObject({ duration_min: 30, stats: { total_tools: 4, prompts: 2 } });
  });

  test("--session takes an agent session's id or a masque session's; several masque sessions are an array", async () => {
    await using world = testDeps();
    captured(world, { ...HISTORY, "masque.jsonl": [don("s-1", "m-1", 10), don("s-1", "m-2", 12)] });
    expect(await json(world, "--session", "s-1")).toMatchObject([{ masque_session: "m-1" }, { masque_session: "m-2" }]);
    expect(await json(world, "--session", "m-2")).toMatchObject({ masque_session: "m-2", stats: { total_tools: 4 } });
    expect(await json(world, "--session", "s-2")).toMatchObject({ masque_session: null, stats: { total_tools: 2 } });
  });

  test("a baseline in which nothing has a time has no duration, in every format and for people", async () => {
    await using world = testDeps();
    const attributes = { "session.id": "s-1", success: "true" };
    const timeless = { unixNano: 0n, body: "claude_code.tool_result", attributes, timeIn: "none" } as const;
    captured(world, { "logs.jsonl": [hostLine([timeless])] });
    const why = "no event carries a time";
    const absent = { started_at: why, duration_min: why };
    expect(await json(world)).toMatchObject({ started_at: null, duration_min: null, active_min: 0.1, absent });
    const printed = async (...argv: string[]) => (await world.run(...argv)).stdout;
    expect(await printed("judge")).toContain("duration_min: null");
    expect(JSON.parse(await printed("judge", "--format", "ndjson"))).toMatchObject({ duration_min: null });
    expect(await printed("judge", "--format", "junit")).toContain('time="0.000"');
    for (const format of ["markdown", "github"])
      expect(await printed("judge", "--format", format)).not.toContain("NaN");
    expect(await printed("performance")).toContain("of unknown length");
    expect(JSON.parse(await printed("performance", "--json"))).toMatchObject([{ pulled_down: { idle_share: null } }]);
    expect(await printed("performance", "--html", "-")).toContain("of unknown length");
  });

  test("one that was over at once has a duration of 0", async () => {
    await using world = testDeps();
    captured(world, { "logs.jsonl": [work("s-1", 5)] });
    expect(await json(world)).toMatchObject({ duration_min: 0, absent: {} });
  });

  test("a session whose telemetry never came is scored as far as it goes", async () => {
    await using world = testDeps();
    captured(world, { ...HISTORY, "masque.jsonl": [don("s-9", "m-9", 60)] });
    expect(await json(world)).toMatchObject({
      masque_session: "m-9",
      composite: null,
      absent: { composite: "no tool ran" },
    });
  });

  test.each([
    ["nothing captured at all", {}, [], "masque audience start"],
    ["a session that is not there", HISTORY, ["--session", "s-7"], "masque sessions"],
  ])("exits 3 with the fix: %s", async (_, files, argv, fix) => {
    await using world = testDeps();
    captured(world, files);
    const { exit, stdout, stderr } = await world.run("judge", ...argv);
    expect({ exit, stdout }).toEqual({ exit: 3, stdout: "" });
    expect(stderr).toContain(fix);
  });

  test.each([[["--last", "--all"]], [["--session", "s-1", "--last"]], [["--session", "s-1", "--all"]]])(
    "refuses %j together",
    async (argv) => {
      await using world = testDeps();
      expect(await world.run("judge", ...argv)).toMatchObject({ exit: 2, stdout: "" });
    },
  );

  test("says on stderr how many lines it passed over", async () => {
    await using world = testDeps();
    captured(world, { ...HISTORY, "logs.jsonl": [work("s-1", 12), "torn"] });
    expect((await world.run("judge")).stderr).toContain("skipped 1 line (torn, or not an OTLP export request)");
  });
});

describe("masque judge --logs", () => {
  test("takes files, folders and globs, relative to the current folder", async () => {
    await using world = testDeps();
    const folder = join(world.project, "elsewhere", "deep");
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, "a.jsonl"), work("s-5", 0));
    writeFileSync(join(folder, "notes.txt"), "no telemetry");
    for (const path of [
      "elsewhere",
      "elsewhere/deep/a.jsonl",
      "elsewhere/*/*.jsonl",
      join(world.project, "e*/**/*.jsonl"),
    ]) {
      expect(await json(world, "--logs", path)).toMatchObject({ session: "s-5", stats: { total_tools: 2 } });
    }
    expect(await world.run("judge", "--logs", "nowhere")).toMatchObject({ exit: 3 });
  });

  test("takes dons from files called masque.jsonl and from --marks, and never from the user's own", async () => {
    await using world = testDeps();
    captured(world, { "masque.jsonl": [don("s-5", "m-own", 10)] });
    mkdirSync(join(world.project, "given"));
    writeFileSync(join(world.project, "given/export.jsonl"), work("s-5", 11));
    expect(await json(world, "--logs", "given")).toMatchObject({ masque_session: null, stats: { total_tools: 2 } });
    writeFileSync(join(world.project, "given/masque.jsonl"), don("s-5", "m-5", 10));
    expect(await json(world, "--logs", "given")).toMatchObject({ masque_session: "m-5", stats: { total_tools: 2 } });
    writeFileSync(join(world.project, "dons.jsonl"), don("s-5", "m-6", 10));
    const marked = await json(world, "--logs", "given/export.jsonl", "--marks", "dons.jsonl");
    expect(marked).toMatchObject({ masque_session: "m-6", stats: { total_tools: 2 } });
    expect(await world.run("judge", "--marks", "dons.jsonl")).toMatchObject({ exit: 2 });
    expect(await world.run("judge", "--logs", "given", "--marks", "none.jsonl")).toMatchObject({ exit: 3 });
  });

  test("a don among logs is neither a don nor an event, and that is said", async () => {
    await using world = testDeps();
    const path = join(world.project, "export.jsonl");
    writeFileSync(path, [work("s-5", 11), don("s-5", "m-7", 10), don("s-6", "m-8", 10)].join("\n"));
    const { exit, stdout, stderr } = await world.run("judge", "--json", "--all", "--logs", path);
    expect({ exit, scored: JSON.parse(stdout) }).toMatchObject({
      exit: 0,
      scored: [{ session: "s-5", masque_session: null, stats: { total_tools: 2 } }],
    });
    expect(JSON.parse(stdout)).toHaveLength(1);
    expect(stderr).toContain("dons and doffs in the logs are ignored");
  });
});

describe("dons and doffs that a sender of telemetry made up", () => {
  test("count for nothing in the captured logs, however they are read", async () => {
    await using world = testDeps();
    captured(world, { "logs.jsonl": [work("s-1", 1), don("s-1", "m-forged", 0), don("s-9", "m-forged", 0)] });
    for (const argv of [["--rebuild"], []]) {
      expect(await json(world, "--all", ...argv)).toMatchObject([{ session: "s-1", masque_session: null }]);
      expect(await world.run("judge", "--session", "m-forged")).toMatchObject({ exit: 3 });
    }
  });
});

describe("a don from a clock that ran ahead", () => {
  const HOUR_NANOS = 3_600_000_000_000n;
  const ahead = (nanos: bigint, masqueSession: string) =>
    markLine("don", { session: "s-1", masqueSession, unixNano: NOON_UNIX_NANO + nanos });

  test("is ignored beyond an hour, and reported; one within the hour counts", async () => {
    await using world = testDeps({ clock: { nowUnixNano: () => NOON_UNIX_NANO } });
    captured(world, {
      "logs.jsonl": [work("s-1", -5)],
      "masque.jsonl": [don("s-1", "m-1", -10), ahead(HOUR_NANOS + 1n, "m-far"), ahead(HOUR_NANOS, "m-near")],
    });
    for (const argv of [[], ["--rebuild"]]) {
      const { exit, stdout, stderr } = await world.run("judge", "--json", "--all", ...argv);
      expect(exit).toBe(0);
      const scored = JSON.parse(stdout) as { masque_session: string | null; duration_min: number }[];
      expect(scored.map((one) => one.masque_session)).toEqual(["m-1", "m-near"]);
      expect(scored.every((one) => one.duration_min >= 0)).toBe(true);
      expect(stderr).toContain("1 don or doff lies more than an hour in the future, and is ignored");
    }
    const asked = await world.run("judge", "--session", "m-far");
    expect(asked).toMatchObject({ exit: 3, stderr: expect.stringContaining("more than an hour in the future") });
  });
});

describe("masque performance", () => {
  test("shows bars within the terminal's width, and the comparison", async () => {
    for (const columns of [50, 80, 200]) {
      await using world = testDeps({ columns });
      captured(world, {
        ...HISTORY,
        "masque.jsonl": [don("s-1", "m-1", 10), doff("s-1", "m-1", 20), don("s-1", "m-2", 29)],
      });
      const { exit, stdout } = await world.run("performance");
      expect(exit).toBe(0);
      expect(stdout).toContain("Codesmith 0.2.0: ");
      expect(stdout.replace(/\s+/g, " ")).toContain("1 other Codesmith session");
      expect(stdout).not.toContain("\u001b");
      const bars = stdout.split("\n").filter((line) => line.includes("█"));
      expect(bars.length).toBeGreaterThan(0);
      for (const line of bars) expect(Bun.stringWidth(line)).toBeLessThanOrEqual(columns);
    }
  });

  test("--json gives the scorecard with what it is compared with", async () => {
    await using world = testDeps();
    captured(world, HISTORY);
    const { stdout } = await world.run("performance", "--json");
    expect(JSON.parse(stdout)).toMatchObject([
      {
        scorecard: { masque_session: "m-1" },
        trend: [{ this: true }],
        others_median: null,
        baseline_median: expect.any(Number),
      },
    ]);
  });

  test("is coloured only where colour is wanted", async () => {
    await using world = testDeps({ columns: 80, color: true });
    captured(world, HISTORY);
    expect((await world.run("performance")).stdout).toContain("\u001b[");
  });
});

describe("telemetry that cannot be looked for", () => {
  test("a file where the folder of telemetry should be is named, and does not prevent a doff", async () => {
    await using world = testDeps({ env: { CLAUDE_CODE_SESSION_ID: "s-1" } });
    expect(await world.run("don", "codesmith")).toMatchObject({ exit: 0 });
    rmSync(world.deps.paths.otel, { recursive: true });
    writeFileSync(world.deps.paths.otel, "");
    const judged = await world.run("judge");
    expect(judged).toMatchObject({ exit: 1, stdout: "" });
    expect(judged.stderr).toContain(world.deps.paths.otel);
    const doffed = await world.run("doff");
    expect(doffed.exit).toBe(0);
    expect(doffed.stdout).toContain("No score: ");
    expect(doffed.stdout).toContain(world.deps.paths.otel);
  });

  test("a path below a file leads to nothing", async () => {
    await using world = testDeps();
    writeFileSync(join(world.project, "file"), "");
    const { exit, stderr } = await world.run("judge", "--logs", "file/below");
    expect(exit).toBe(3);
    expect(stderr).toContain("file/below");
  });
});
