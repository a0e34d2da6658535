import { expect, test } from "bun:test";
import { appendFileSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { manifestPath, readManifest } from "../../src/judge/store/manifest.ts";
import { LIMITS } from "../../src/kernel/limits.ts";
import { segmentName } from "../../src/telemetry/file-names.ts";
import { hostLine, NOON_UNIX_NANO } from "../support/telemetry-lines.ts";
import { type TestDeps, testDeps } from "../support/test-deps.ts";

/** Lines that were passed over are located in every run, also when it was an earlier one that read them. */

let sequence = 0;
function work(): string {
  const attributes = { "session.id": "s-1", "event.sequence": sequence++, success: "true" };
  return hostLine([{ unixNano: NOON_UNIX_NANO, body: "claude_code.tool_result", attributes }]);
}

function log(world: TestDeps, name = "logs.jsonl"): string {
  mkdirSync(world.deps.paths.otel, { recursive: true });
  return join(world.deps.paths.otel, name);
}

/** What `masque judge` says on stderr once the store is up to date. */
async function told(world: TestDeps): Promise<string> {
  expect(await world.run("judge", "--update")).toMatchObject({ exit: 0 });
  const { exit, stderr } = await world.run("judge");
  expect(exit).toBe(0);
  return stderr;
}

const places = (path: string, lines: readonly number[]) => lines.map((line) => `${path}:${line}`).join(", ");

test("lines that the store has counted, followed by those of this run", async () => {
  await using world = testDeps();
  const path = log(world);
  writeFileSync(path, [work(), "torn", work(), "{}", '{"a":1}', ""].join("\n"));
  expect(await told(world)).toEndWith(`(torn, or not an OTLP export request): ${places(path, [2, 5])}\n`);
  appendFileSync(path, `${work()}\nhello\n`);
  expect((await world.run("judge")).stderr).toContain("skipped 3 lines (torn, or not an OTLP export request)");
  expect((await world.run("judge")).stderr).toEndWith(
    `(torn, or not an OTLP export request): ${places(path, [2, 5, 7])}\n`,
  );
  expect(await told(world)).toEndWith(`(torn, or not an OTLP export request): ${places(path, [2, 5, 7])}\n`);
});

test("by the name that a file has now, after it was rotated", async () => {
  await using world = testDeps();
  const path = log(world);
  writeFileSync(path, [work(), "torn", ""].join("\n"));
  await told(world);
  const rotated = log(world, segmentName("logs", 1_000));
  renameSync(path, rotated);
  writeFileSync(path, ["foreign", work(), ""].join("\n"));
  expect((await world.run("judge")).stderr).toEndWith(
    `(torn, or not an OTLP export request): ${rotated}:2, ${path}:1\n`,
  );
  expect(await told(world)).toEndWith(`(torn, or not an OTLP export request): ${rotated}:2, ${path}:1\n`);
});

test("the first few of each file, and of all of them together, however many there are", async () => {
  await using world = testDeps();
  const bad = (count: number) => [work(), ...Array.from({ length: count }, () => "bad"), ""].join("\n");
  const [older, newer] = [log(world, segmentName("logs", 1_000)), log(world)];
  writeFileSync(older, bad(LIMITS.skippedLinesLocated - 2));
  writeFileSync(newer, bad(1_000));
  expect(await told(world)).toEndWith(
    `(torn, or not an OTLP export request): ${older}:2, ${older}:3, ${older}:4, ${newer}:2, ${newer}:3 …\n`,
  );
  const kept = readManifest(world.deps.paths.judge)?.sources.map(({ skipped }) => skipped.length);
  expect(kept).toEqual([LIMITS.skippedLinesLocated - 2, LIMITS.skippedLinesLocated]);
});

test("a last line that is not ended yet, in a file that has no other", async () => {
  await using world = testDeps();
  writeFileSync(log(world, segmentName("logs", 1_000)), `${work()}\n`);
  writeFileSync(log(world), "torn");
  expect(await told(world)).toEndWith(`skipped 1 line (torn, or not an OTLP export request): ${log(world)}:1\n`);
});

test("a store from before they were kept counts them, and is as good otherwise", async () => {
  await using world = testDeps();
  const path = log(world);
  writeFileSync(path, [work(), "torn", work(), ""].join("\n"));
  await told(world);
  const { judge } = world.deps.paths;
  const text = readFileSync(manifestPath(judge), "utf8");
  const former = text.replace(/,"skipped":\[[^\]]*\]/g, "");
  expect(former).not.toBe(text);
  writeFileSync(manifestPath(judge), former);
  const generation = readManifest(judge)?.generation;
  expect((await world.run("judge")).stderr).toEndWith("skipped 1 line (torn, or not an OTLP export request)\n");
  expect(readManifest(judge)?.generation).toBe(generation);
  await world.run("judge", "--rebuild");
  expect(await told(world)).toEndWith(`(torn, or not an OTLP export request): ${path}:2\n`);
});
