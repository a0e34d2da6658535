import { appendFileSync, mkdirSync, readdirSync, renameSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { readManifest } from "../../src/judge/store/manifest.ts";
import { segmentName } from "../../src/telemetry/file-names.ts";
import { givenNumbers } from "../support/given-numbers.ts";
import { historyPaths, rebuildStore, scoresOf } from "../support/judge-process.ts";
import { seededRandom } from "../support/random.ts";
import { freshSeed } from "../support/seed.ts";
import { hostLine, markLine, NOON_UNIX_NANO } from "../support/telemetry-lines.ts";
import { temporaryFolder } from "../support/temp-folder.ts";

/**
 * The judge's store is brought up to date again and again while telemetry grows, is rotated and is dropped by retention,
 * and each update is killed with SIGKILL at a random moment. Then the scores must be to the bit those of every line that
 * was ever written, and those of a store built again.
 *
 *     bun tests/long/judge-kills.ts --updates 200
 */

const PROGRAM = join(import.meta.dir, "../support/judge-process.ts");
const SESSIONS = 5;
const RECORDS_A_LINE = 30;
const LINES_MAX = 60;
const WINDOW_MS_AT_FIRST = 60;
const WINDOW_GROWTH = 1.1;

/** What the updates came to. */
export type JudgeKills = {
  readonly updates: number;
  readonly killed: number;
  /** Kills after which the store was further on than before. */
  readonly furtherOn: number;
  readonly segments: number;
  readonly dropped: number;
  readonly records: number;
  readonly seconds: number;
};

/**
 * Plays the updates.
 *
 * @throws Error naming the first difference in the scores.
 */
export async function judgeKills({ updates, seed }: { updates: number; seed: number }): Promise<JudgeKills> {
  using root = temporaryFolder();
  using everything = temporaryFolder();
  const random = seededRandom(seed);
  const began = performance.now();
  const [paths, all] = [historyPaths(root.path), historyPaths(everything.path)];
  for (const folder of [paths.otel, all.otel]) mkdirSync(folder, { recursive: true });
  const counts = { killed: 0, furtherOn: 0, segments: 0, dropped: 0 };
  let windowMs = WINDOW_MS_AT_FIRST;
  for (let n = 0; n < updates; n++) {
    const text = newLines(n, random.whole);
    for (const { otel } of [paths, all]) appendFileSync(join(otel, "logs.jsonl"), text);
    const mark = newMark(n, random.whole);
    for (const { events } of [paths, all]) appendFileSync(events, mark);
    if (random.whole(4) === 0) {
      renameSync(join(paths.otel, "logs.jsonl"), join(paths.otel, segmentName("logs", 1_000 + n)));
      counts.segments += 1;
    }
    if (random.whole(6) === 0) counts.dropped += dropOldest(paths);
    const before = readManifest(paths.judge)?.generation ?? 0;
    const killAfterMs = random.whole(Math.ceil(windowMs));
    const wasKilled = await update(root.path, killAfterMs);
    counts.killed += Number(wasKilled);
    if (wasKilled && (readManifest(paths.judge)?.generation ?? 0) > before) counts.furtherOn += 1;
    // So that about as many are killed as come through, whatever the machine does besides.
    windowMs = wasKilled ? windowMs * WINDOW_GROWTH : windowMs / WINDOW_GROWTH;
  }
  const expected = await scoresOf(everything.path, { store: "none" });
  const isAsExpected = async (what: string) => {
    const found = await scoresOf(root.path);
    if (found.problem !== null) throw new Error(`${what}: ${found.problem}`);
    if (JSON.stringify(found.scorecards) !== JSON.stringify(expected.scorecards)) {
      throw new Error(`${what}, the scores differ (seed ${seed})`);
    }
  };
  await isAsExpected("After the kills");
  await update(root.path, undefined);
  await isAsExpected("After a last update");
  await rebuildStore(root.path);
  await isAsExpected("Built again");
  const seconds = (performance.now() - began) / 1000;
  return { updates, ...counts, records: expected.eventsRead, seconds };
}

/** Runs one update, killed so long after it began; answers whether it was. */
async function update(root: string, killAfterMs: number | undefined): Promise<boolean> {
  const child = Bun.spawn([process.execPath, PROGRAM, "update", root], { stdout: "pipe", stderr: "pipe" });
  const begun = child.stdout.getReader().read();
  const stderr = new Response(child.stderr).text();
  await begun;
  const timer = killAfterMs === undefined ? undefined : setTimeout(() => child.kill("SIGKILL"), killAfterMs);
  const exit = await child.exited;
  clearTimeout(timer);
  if (child.signalCode === "SIGKILL") return true;
  if (exit !== 0) throw new Error(`An update ended with ${exit}: ${await stderr}`);
  return false;
}

/** As retention does: the oldest segment, once the store has seen it whole. */
function dropOldest({ otel, judge }: { readonly otel: string; readonly judge: string }): number {
  const oldest = readdirSync(otel)
    .filter((name) => name.startsWith("logs-"))
    .sort()[0];
  if (oldest === undefined) return 0;
  const { ino, dev, size } = statSync(join(otel, oldest), { bigint: true });
  const known = readManifest(judge)?.sources.find(({ inode }) => inode === `${dev}:${ino}`);
  if (known === undefined || BigInt(known.bytesRead) < size) return 0;
  rmSync(join(otel, oldest));
  return 1;
}

function newLines(n: number, whole: (below: number) => number): string {
  const lines = Array.from({ length: 1 + whole(LINES_MAX) }, (_, line) =>
    hostLine(
      Array.from({ length: RECORDS_A_LINE }, (_, at) => ({
        unixNano: NOON_UNIX_NANO + BigInt(n) * 60_000_000_000n + BigInt(line * 1_000 + at) * 1_000_000n,
        body: at % 3 === 0 ? "claude_code.api_request" : "claude_code.tool_result",
        attributes: {
          "session.id": `s-${whole(SESSIONS)}`,
          "event.sequence": at,
          "prompt.id": `p-${n}-${whole(3)}`,
          success: whole(5) > 0 ? "true" : "false",
          cost_usd: whole(1_000_000) / 7_000_000,
          input_tokens: `${whole(5_000)}`,
          cache_read_tokens: whole(50_000),
        },
      })),
    ),
  );
  // An exporter that retries sends the same again.
  const again = whole(3) === 0 ? lines.slice(0, 2) : [];
  return `${[...lines, ...again].join("\n")}\n`;
}

function newMark(n: number, whole: (below: number) => number): string {
  const session = `s-${whole(SESSIONS)}`;
  const kind = whole(3) === 0 ? "doff" : "don";
  const unixNano = NOON_UNIX_NANO + BigInt(n) * 60_000_000_000n + BigInt(whole(60)) * 1_000_000_000n;
  return `${markLine(kind, { session, masqueSession: `${session}.${n >> 2}`, unixNano })}\n`;
}

if (import.meta.main) {
  const result = await judgeKills(givenNumbers({ updates: 200, seed: freshSeed() }));
  process.stdout.write(`${JSON.stringify(result)}\n`);
}
