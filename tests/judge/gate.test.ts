import { describe, expect, test } from "bun:test";
import { existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseSince } from "../../src/cli/judge/since.ts";
import { judgingLine } from "../../src/cli/print/progress.ts";
import { LIMITS } from "../../src/kernel/limits.ts";
import { commandsIn } from "../support/actions-runner.ts";
import { CHECKOUT } from "../support/binary.ts";
import { faultsInJunit } from "../support/junit-schema.ts";
import { hostLine, markLine, NOON_UNIX_NANO } from "../support/telemetry-lines.ts";
import { type TestDeps, type TestWorld, testDeps } from "../support/test-deps.ts";

/** `masque judge` in a pipeline: which sessions, which bars, in which format, and what people read. */

const HOUR = 3_600_000_000_000n;
const at = (hours: number) => NOON_UNIX_NANO + BigInt(hours) * HOUR;
let sequence = 0;

/** A prompt in which three of four tools succeed, for ten cents. */
function work(session: string, hours: number): string {
  const attributes = (more: Record<string, string | number>) => ({
    "session.id": session,
    "event.sequence": sequence++,
    "prompt.id": `prompt-${session}-${hours}`,
    ...more,
  });
  const tokens = { input_tokens: 100, output_tokens: 50, cache_read_tokens: 900, cache_creation_tokens: 0 };
  const record = (body: string, more: Record<string, string | number>) => ({
    unixNano: at(hours) + 1n,
    body: `claude_code.${body}`,
    attributes: attributes(more),
  });
  return hostLine([
    record("api_request", { cost_usd: 0.1, ...tokens }),
    ...["true", "true", "true", "false"].map((success) => record("tool_result", { success })),
  ]);
}

const don = (masqueSession: string, hours: number, more: { name?: string; project?: string; session?: string } = {}) =>
  markLine("don", { session: "s-1", masqueSession, unixNano: at(hours), ...more });

/** Codesmith at noon, The Fool at one, Codesmith in another project at two; a baseline at three. */
async function history(given: TestWorld = {}): Promise<TestDeps> {
  const world = testDeps({ clock: { nowUnixNano: () => at(3) }, ...given });
  const folder = world.deps.paths.otel;
  mkdirSync(folder, { recursive: true });
  const logs = [0, 1, 2].map((hour) => work("s-1", hour));
  const marks = [
    don("m-1", 0, { project: world.project }),
    don("m-2", 1, { name: "The Fool", project: world.project }),
    don("m-3", 2, { project: "/elsewhere" }),
  ];
  writeFileSync(join(folder, "logs.jsonl"), `${[...logs, work("s-2", 3)].join("\n")}\n`);
  writeFileSync(join(folder, "masque.jsonl"), `${marks.join("\n")}\n`);
  return world;
}

async function chosen(world: TestDeps, ...argv: string[]): Promise<unknown> {
  const { exit, stdout, stderr } = await world.run("judge", "--format", "ndjson", ...argv);
  expect({ exit, stderr }).toEqual({ exit: 0, stderr: "" });
  return stdout
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line).masque_session);
}

describe("masque judge, narrowed", () => {
  test.each<[string[], (string | null)[]]>([
    [
      ["--masque", "codesmith"],
      ["m-1", "m-3"],
    ],
    [["--masque", "the-fool"], ["m-2"]],
    [["--masque", "CODESMITH", "--last"], ["m-3"]],
    [
      ["--project", "."],
      ["m-1", "m-2"],
    ],
    [["--project", ".", "--masque", "Codesmith"], ["m-1"]],
    [["--project", "/elsewhere", "--last"], ["m-3"]],
    [
      ["--since", "90m"],
      ["m-3", null],
    ],
    [
      ["--since", "2026-11-22T13:00:00Z"],
      ["m-2", "m-3", null],
    ],
    [["--since", "2026-11-22T13:00", "--last"], ["m-3"]],
    [["--since", "0h", "--last"], [null]],
    [
      ["--since", "7d", "--all"],
      ["m-1", "m-2", "m-3", null],
    ],
  ])("%j gives %j", async (argv, expected) => {
    await using world = await history();
    expect(await chosen(world, ...argv)).toEqual(expected);
  });

  test.each([
    [["--session", "s-1", "--masque", "x"], "--session and --masque exclude each other"],
    [["--since", "yesterday"], "it takes an ISO time"],
    [["--since", "2026-02-31"], "it takes an ISO time"],
    [["--json", "--format", "yaml"], "--json and --format yaml exclude each other"],
    [["--rebuild", "--logs", "."], "--rebuild and --logs exclude each other"],
    [["--format", "xml"], "xml"],
    [["--min-quality", "11"], "it takes a number from 0 to 10"],
    [["--min-quality", "high"], "it takes a number from 0 to 10"],
    [["--max-cost", "1e3"], "it takes a number from 0"],
    [["--require-confidence", "total"], "total"],
  ])("refuses %j", async (argv, told) => {
    await using world = await history();
    const { exit, stdout, stderr } = await world.run("judge", ...argv);
    expect({ exit, stdout }).toEqual({ exit: 2, stdout: "" });
    expect(stderr).toContain(told);
  });

  test("exits 3 and says what was looked for where nothing is left", async () => {
    await using world = await history();
    const { exit, stderr } = await world.run("judge", "--masque", "Nobody", "--since", "1d");
    expect(exit).toBe(3);
    expect(stderr).toContain('of masque "Nobody" since 2026-11-21T15:00:00.000Z: none of the 2 agent sessions seen');
  });
});

test.each([
  ["2026-11-22", 1_795_305_600_000n],
  ["2026-11-22T12:00:00+02:00", 1_795_341_600_000n],
  ["30m", 1_795_348_800_000n - 30n * 60_000n],
  ["24h", 1_795_348_800_000n - 24n * 3_600_000n],
  ["7d", 1_795_348_800_000n - 7n * 86_400_000n],
  ["2w", 1_795_348_800_000n - 14n * 86_400_000n],
])("parseSince() reads %s", (text, ms) => {
  expect(parseSince(text, NOON_UNIX_NANO)).toBe(ms * 1_000_000n);
});

describe("masque judge as a gate", () => {
  test("exits 0 at the bar and 4 below it, saying by how much; the verdict is on stdout either way", async () => {
    await using world = await history();
    expect(await world.run("judge", "--min-quality", "7.5")).toMatchObject({ exit: 0, stderr: "" });
    const { exit, stdout, stderr } = await world.run("judge", "--min-quality", "7.6", "--max-cost", ".05", "--json");
    expect(exit).toBe(4);
    expect(JSON.parse(stdout).verdict).toMatchObject({
      passed: false,
      bars: [{ bar: "min_quality" }, { bar: "max_cost" }],
    });
    expect(stderr).toBe(
      "masque: Codesmith 0.2.0, masque session m-3: quality 7.5 is 0.1 below the bar of 7.6\n" +
        "masque: Codesmith 0.2.0, masque session m-3: cost $0.1 is $0.05 above the bar of $0.05\n",
    );
  });

  test("every session must pass, and those that do not are named", async () => {
    await using world = await history({ clock: { nowUnixNano: () => at(9) } });
    writeFileSync(join(world.deps.paths.otel, "masque.jsonl"), `${don("m-1", 0)}\n${don("m-9", 9)}\n`);
    const { exit, stderr } = await world.run("judge", "--all", "--min-quality", "7", "--quiet");
    expect(exit).toBe(4);
    expect(stderr).toBe(
      "masque: Codesmith 0.2.0, masque session m-9: quality is absent, which is below any bar: no tool ran\n",
    );
  });

  test("takes bars from the project's settings, and flags before them", async () => {
    await using world = await history();
    mkdirSync(join(world.project, ".claude"));
    writeFileSync(
      join(world.project, ".claude/masque.config.yaml"),
      "judge:\n  minQuality: 9\n  requireConfidence: high\n",
    );
    expect((await world.run("judge")).exit).toBe(4);
    expect(await world.run("judge", "--min-quality", "7", "--require-confidence", "any")).toMatchObject({ exit: 0 });
  });

  test("--format junit keeps to the schemas", async () => {
    await using world = await history();
    const { exit, stdout } = await world.run("judge", "--all", "--format", "junit", "--min-quality", "8");
    expect(exit).toBe(4);
    expect(await faultsInJunit(stdout)).toEqual([]);
  });
});

describe("masque judge in GitHub Actions", () => {
  const inActions = async (summary: string) =>
    history({ env: { GITHUB_ACTIONS: "true", GITHUB_STEP_SUMMARY: summary } });

  test("a gate annotates on stderr and adds to the job's summary; stdout stays data", async () => {
    await using folder = testDeps();
    const summary = join(folder.root, "summary.md");
    writeFileSync(summary, "# Before");
    await using world = await inActions(summary);
    const { exit, stdout, stderr } = await world.run("judge", "--json", "--min-quality", "8");
    expect(exit).toBe(4);
    expect(JSON.parse(stdout)).toMatchObject({ masque_session: "m-3" });
    expect(commandsIn(stderr)).toMatchObject([{ name: "error", message: "quality 7.5 is 0.5 below the bar of 8" }]);
    const text = readFileSync(summary, "utf8");
    expect(text.startsWith("# Before\n")).toBe(true);
    expect(Bun.markdown.html(text)).toContain("<td>❌</td>");
  });

  test("without a bar it does neither, unless asked for by --format github", async () => {
    await using folder = testDeps();
    const summary = join(folder.root, "summary.md");
    await using world = await inActions(summary);
    expect(await world.run("judge", "--json")).toMatchObject({ exit: 0, stderr: "" });
    expect(existsSync(summary)).toBe(false);
    const { stdout, stderr } = await world.run("judge", "--format", "github");
    expect(stderr).toBe("");
    expect(commandsIn(stdout)).toMatchObject([{ name: "notice", properties: { title: "masque: 1 session judged" } }]);
    expect(existsSync(summary)).toBe(true);
  });

  test.each([
    [["--min-quality", "7", "--session", "s-none"], "stderr", 3],
    [["--format", "github", "--session", "s-none"], "stdout", 3],
    [["--format", "github", "--logs", "no|where"], "stdout", 3],
    [["--format", "github", "--session", "s-1", "--logs", "locked"], "stdout", 1],
  ] as const)("%j judges nothing, which %s and the summary say", async (argv, stream, exit) => {
    await using folder = testDeps();
    const summary = join(folder.root, "summary.md");
    await using world = await inActions(summary);
    symlinkSync("locked", join(world.project, "locked"));
    const ran = await world.run("judge", ...argv);
    expect(ran.exit).toBe(exit);
    expect(commandsIn(ran[stream])).toMatchObject([
      {
        name: "error",
        properties: { title: "masque: nothing was judged" },
        message: expect.stringMatching(/\nhint: /),
      },
    ]);
    expect(Bun.markdown.html(readFileSync(summary, "utf8"))).toMatch(/<h3>masque: nothing was judged<\/h3>\n<p>\w/);
    expect(ran.stderr).toContain("\n  hint: ");
  });

  test("a failure to judge writes no annotations without a runner, or without a bar", async () => {
    await using folder = testDeps();
    const summary = join(folder.root, "summary.md");
    await using elsewhere = await history({ env: { GITHUB_STEP_SUMMARY: summary } });
    await using asked = await inActions(summary);
    for (const ran of [
      await elsewhere.run("judge", "--min-quality", "7", "--session", "s-none"),
      await asked.run("judge", "--session", "s-none"),
    ]) {
      expect(ran.exit).toBe(3);
      expect(commandsIn(ran.stdout + ran.stderr)).toEqual([]);
    }
    expect(existsSync(summary)).toBe(false);
  });

  test("no name in a warning is a command", async () => {
    await using world = await history({ env: { GITHUB_ACTIONS: "true" } });
    writeFileSync(join(world.deps.paths.otel, "masque.jsonl"), `${don("m-1", 0, { name: "##[add-mask]7" })}\n`);
    writeFileSync(join(world.project, "##[error]x.jsonl"), `torn\n${work("s-1", 0)}\n`);
    const gate = await world.run("judge", "--min-quality", "9");
    expect(gate).toMatchObject({ exit: 4, stderr: expect.stringContaining("#\\u0023[add-mask]7") });
    const torn = await world.run("judge", "--logs", "##[[]error]x.jsonl");
    expect(torn.stderr).toContain("#\\u0023[error]x.jsonl:1");
    expect(commandsIn(gate.stderr + torn.stderr)).toEqual([]);
  });

  test("a summary that is full, or cannot be written, is said and changes no verdict", async () => {
    await using folder = testDeps();
    const full = join(folder.root, "full.md");
    writeFileSync(full, "x".repeat(LIMITS.githubSummaryBytesMax));
    for (const [summary, told] of [
      [full, "is full: the report was not added"],
      [folder.root, "cannot be written"],
    ] as const) {
      await using world = await inActions(summary);
      const { exit, stderr } = await world.run("judge", "--min-quality", "7");
      expect(exit).toBe(0);
      expect(stderr).toContain(told);
    }
    expect(readFileSync(full)).toHaveLength(LIMITS.githubSummaryBytesMax);
  });
});

describe("masque judge --logs -", () => {
  const RECORDED = join(CHECKOUT, "tests/fixtures/telemetry");

  test.each([
    ["JSONL", `${work("s-7", 0)}\n${work("s-7", 1)}`],
    ["JSONL behind an empty line", `\n${work("s-7", 0)}\n`],
    ["a request body over several lines", JSON.stringify(JSON.parse(work("s-7", 0)), null, 2)],
    ["a recorded JSON body", readFileSync(join(RECORDED, "quick-http-json/000-logs.json"))],
    ["a recorded protobuf body", readFileSync(join(RECORDED, "quick-http-protobuf/000-logs.pb"))],
  ])("reads %s and leaves nothing behind", async (_, stdin) => {
    await using world = testDeps({ stdin });
    const { exit, stdout, stderr } = await world.run("judge", "--logs", "-", "--json");
    expect({ exit, stderr }).toEqual({ exit: 0, stderr: "" });
    expect(JSON.parse(stdout).stats.total_tools).toBeGreaterThan(0);
    expect(readdirSync(world.deps.paths.judge)).toEqual([]);
  });

  test("says which lines were bad, beside those of files", async () => {
    await using world = testDeps({ stdin: `torn\n${work("s-7", 0)}\n` });
    writeFileSync(join(world.project, "more.jsonl"), `${work("s-7", 1)}\n\n{"a":1}\n${"[]\n".repeat(9)}`);
    const { stderr } = await world.run("judge", "--logs", "-", "more.jsonl");
    expect(stderr).toBe(
      "masque: skipped 11 lines (torn, or not an OTLP export request): " +
        "standard input:1, more.jsonl:3, more.jsonl:4, more.jsonl:5, more.jsonl:6 …\n",
    );
    expect((await world.run("judge", "--logs", "more.jsonl", "--quiet")).stderr).toBe("");
  });

  test("clears away what a process that was ended left a day ago, and nothing younger", async () => {
    await using world = testDeps({ stdin: work("s-7", 0) });
    const folders = ["stdin-old", "stdin-young"].map((name) => join(world.deps.paths.judge, name));
    for (const folder of folders) mkdirSync(folder, { recursive: true });
    const [old = ""] = folders;
    utimesSync(old, 0, 0);
    expect((await world.run("judge", "--logs", "-")).exit).toBe(0);
    expect(readdirSync(world.deps.paths.judge)).toEqual(["stdin-young"]);
  });

  test("of nothing at all exits 3", async () => {
    await using world = testDeps();
    expect(await world.run("judge", "--logs", "-")).toMatchObject({ exit: 3, stdout: "" });
  });
});

describe("judgingLine()", () => {
  const progress = (isTerminal: boolean, isQuiet: boolean) => {
    const written: string[] = [];
    let now = 0n;
    const output = { write: (text: string) => void written.push(text), isTerminal, columns: 80, color: false };
    {
      using line = judgingLine(output, { nowUnixNano: () => now }, isQuiet);
      for (const [ms, bytesRead] of [
        [900, 1],
        [1000, 10 * 1024 ** 2],
        [1050, 11 * 1024 ** 2],
        [1200, 12 * 1024 ** 2],
      ] as const) {
        now = BigInt(ms) * 1_000_000n;
        line.onProgress({ doing: "reading", bytesRead, bytesTotal: 100 * 1024 ** 2 });
      }
      now = 1_300n * 1_000_000n;
      line.onProgress({ doing: "scoring", sessionsScored: 70, sessionsTotal: 276 });
    }
    return written;
  };

  test("shows on a terminal from the first second on, and takes its line away", () => {
    expect(progress(true, false)).toEqual([
      "\r\u001b[Kmasque: reading 10.0 MiB of 100.0 MiB",
      "\r\u001b[Kmasque: reading 12.0 MiB of 100.0 MiB",
      "\r\u001b[Kmasque: scoring, 70 of 276 sessions done",
      "\r\u001b[K",
    ]);
  });

  test("is silent off a terminal and with --quiet", () => {
    expect([progress(false, false), progress(true, true)]).toEqual([[], []]);
  });
});
