import { describe, expect, test } from "bun:test";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { digestOf } from "../../src/kernel/text/digest.ts";
import { commandsIn } from "../support/actions-runner.ts";
import { faultsInJunit } from "../support/junit-schema.ts";
import { masqueText, writeInto } from "../support/masque-files.ts";
import { hostLine, markLine, NOON_UNIX_NANO } from "../support/telemetry-lines.ts";
import { type TestDeps, testDeps } from "../support/test-deps.ts";

/** `masque judge --transcript`: the rubric's checks, decided over the session's transcript. */

const RUBRIC = `rubric:
  - text: It decides
    check: { must: '(?m)^Verdict:' }
  - text: It is short
    check: { maxWords: 4 }
  - text: Nothing is edited
    check: { tool: { unused: Edit } }
  - text: It is true
`;
const SESSION = "s-1";

/** A session that wore a masque with this rubric, pinned unless `isPinned` is false. */
function judged({ rubric = RUBRIC, isPinned = true } = {}): TestDeps {
  const world = testDeps({ clock: { nowUnixNano: () => NOON_UNIX_NANO + 3_600_000_000_000n } });
  const masque = masqueText({ more: rubric });
  const digest = digestOf(Buffer.from(masque));
  const { otel, store } = world.deps.paths;
  if (isPinned) writeInto(store, `${digest.slice("sha256:".length)}.masque.yaml`, masque);
  const mark = { session: SESSION, masqueSession: "m-1", name: "Tester", digest, unixNano: NOON_UNIX_NANO };
  mkdirSync(otel, { recursive: true });
  writeFileSync(join(otel, "masque.jsonl"), `${markLine("don", mark)}\n`);
  const tool = { unixNano: NOON_UNIX_NANO + 1n, body: "claude_code.tool_result" };
  const attributes = { "session.id": SESSION, "event.sequence": 1, success: "true" };
  writeFileSync(join(otel, "logs.jsonl"), `${hostLine([{ ...tool, attributes }])}\n`);
  return world;
}

function transcript(world: TestDeps, answer: string, { tools = ["Read"], session = SESSION } = {}): string {
  const content = [...tools.map((name) => ({ type: "tool_use", name })), { type: "text", text: answer }];
  const entry = { type: "assistant", sessionId: session, message: { id: "m", content } };
  return writeInto(world.root, "transcript.jsonl", `${JSON.stringify(entry)}\n`);
}

async function outcomes(world: TestDeps, ...argv: string[]) {
  const { exit, stdout } = await world.run("judge", "--last", "--json", ...argv);
  const { criteria } = JSON.parse(stdout) as { criteria: { outcome: string; reason: string }[] };
  return { exit, outcomes: criteria.map(({ outcome }) => outcome), reasons: criteria.map(({ reason }) => reason) };
}

describe("masque judge --transcript", () => {
  test("decides each check, and leaves a criterion without one to a person", async () => {
    await using world = judged();
    const path = transcript(world, "Verdict: no", { tools: ["Edit"] });
    expect(await outcomes(world, "--transcript", path)).toEqual({
      exit: 0,
      outcomes: ["passed", "passed", "failed", "absent"],
      reasons: ['"Verdict:" at 0', "2 words", "the tool Edit was used", "it has no check: a person decides"],
    });
  });

  test.each<[string, string[], string, string[], number]>([
    ["all checks pass", ["--min-checks", "all"], "Verdict: no", ["Read"], 0],
    ["one fails", ["--min-checks", "all"], "Verdict: no", ["Edit"], 4],
    ["one fails, two are asked for", ["--min-checks", "2"], "Verdict: no", ["Edit"], 0],
    ["two fail, two are asked for", ["--min-checks", "2"], "No verdict", ["Edit"], 4],
    ["more are asked for than there are", ["--min-checks", "4"], "Verdict: no", ["Read"], 4],
  ])("is a gate: %s", async (_what, bar, answer, tools, exit) => {
    await using world = judged();
    expect((await outcomes(world, ...bar, "--transcript", transcript(world, answer, { tools }))).exit).toBe(exit);
  });

  test("says below the bar which checks did not pass, and why", async () => {
    await using world = judged();
    const path = transcript(world, "No, for it has many words", { tools: ["Edit"] });
    const { exit, stderr } = await world.run("judge", "--last", "--min-checks", "all", "--transcript", path);
    expect(exit).toBe(4);
    expect(stderr).toContain("0 checks of the rubric passed, 3 below the bar of 3");
    expect(stderr).toContain('"It is short" failed: 6 words, at most 4 are allowed');
    expect(stderr).not.toContain("It is true");
  });

  test("passes no bar without a transcript, and no bar on tools with an answer as text", async () => {
    await using world = judged();
    const without = await outcomes(world, "--min-checks", "1");
    expect(without).toMatchObject({ exit: 4, outcomes: ["absent", "absent", "absent", "absent"] });
    expect(without.reasons[0]).toBe("no transcript was given");
    const answer = writeInto(world.root, "answer.txt", "Verdict: no\n");
    const texts = await outcomes(world, "--transcript", answer, "--min-checks", "all");
    expect(texts).toMatchObject({ exit: 4, outcomes: ["passed", "passed", "absent", "absent"] });
    expect((await outcomes(world, "--transcript", answer, "--min-checks", "2")).exit).toBe(0);
  });

  test.each([
    ["a rubric without checks", { rubric: "rubric: It held.\n" }, "the rubric has no criterion with a check"],
    ["no rubric", { rubric: "" }, "the rubric has no criterion with a check"],
    ["a masque that is pinned nowhere", { isPinned: false }, "is not pinned on this machine"],
  ])("passes no bar with %s, and says why", async (_what, given, why) => {
    await using world = judged(given);
    const path = transcript(world, "Verdict: no");
    const bar = ["--min-checks", "all", "--transcript", path];
    const { exit, stderr } = await world.run("judge", "--last", ...bar);
    expect(exit).toBe(4);
    expect(stderr).toContain(why);
  });

  test("refuses a transcript of another session, and one for several sessions", async () => {
    await using world = judged();
    const other = transcript(world, "Verdict: no", { session: "s-2" });
    const refused = await world.run("judge", "--last", "--transcript", other);
    expect(refused).toMatchObject({ exit: 2, stdout: "" });
    expect(refused.stderr).toContain('the transcript of the session "s-2"');
    const { otel } = world.deps.paths;
    const again = { session: SESSION, masqueSession: "m-2", name: "Other", unixNano: NOON_UNIX_NANO + 2n };
    writeFileSync(join(otel, "masque.jsonl"), `${markLine("don", again)}\n`, { flag: "a" });
    const several = await world.run("judge", "--session", SESSION, "--transcript", other);
    expect(several).toMatchObject({ exit: 2, stdout: "" });
    expect(several.stderr).toContain("2 were selected");
  });

  test("shows the criteria in every format", async () => {
    await using world = judged();
    const path = transcript(world, "Verdict: [no](x) | ##[group]", { tools: ["Edit"] });
    const run = async (format: string) =>
      (await world.run("judge", "--last", "--transcript", path, "--min-checks", "3", "--format", format)).stdout;
    expect(await run("yaml")).toContain("  - text: It decides\n    has_check: true\n    outcome: passed\n");
    expect(JSON.parse(await run("ndjson")).criteria[2]).toEqual({
      text: "Nothing is edited",
      has_check: true,
      outcome: "failed",
      reason: "the tool Edit was used",
    });
    expect(await run("markdown")).toContain("| ❌ | Nothing is edited | the tool Edit was used |");
    const junit = await run("junit");
    expect(await faultsInJunit(junit)).toEqual([]);
    expect(junit).toContain('tests="4" failures="2"');
    expect(junit).toContain('name="criterion.absent.1" value="It is true: it has no check: a person decides"');
    const [error] = commandsIn(await run("github"));
    expect(error?.message).toContain('"Nothing is edited" failed: the tool Edit was used');
  });
});
