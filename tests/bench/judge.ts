import { appendFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { MASQUE_BINARY, requireFreshBinary } from "../support/binary.ts";
import { markLine } from "../support/telemetry-lines.ts";
import { temporaryFolder } from "../support/temp-folder.ts";
import { RecordedHistory } from "./judge/recorded-history.ts";
import { spreadOf } from "./statistics.ts";

/**
 * What judging costs with a long history, for docs/performance.md: the latest session scored by the compiled program
 * beside `node -e 0`, round by round, and new telemetry brought into the store beside the straightforward way to do it.
 *
 *   bun tests/bench/judge.ts [--history-mb 1000] [--new-mb 200] [--rounds 15] [--check]
 *
 * `--history-mb 5000` is the long run. `--check` exits 1 when a bound is broken.
 */

const SCORE_RATIO_MAX = 3;
const BRING_IN_RATIO_MIN = 4;
const BRING_IN_MB_MAX = 400;
const BYTES_PER_MB = 1_000_000;
const UNSEEN_LINES = 10;

const { values } = parseArgs({
  options: {
    "history-mb": { type: "string", default: "1000" },
    "new-mb": { type: "string", default: "200" },
    rounds: { type: "string", default: "15" },
    check: { type: "boolean", default: false },
  },
});

/** One command's wall-clock time and peak memory. */
type Run = { readonly ms: number; readonly peakMb: number; readonly stdout: string };

requireFreshBinary();
if (process.env["NODE_EXTRA_CA_CERTS"]) say("NODE_EXTRA_CA_CERTS is set, which makes node itself slower to start");
const isKept = [...bringIn(Number(values["new-mb"])), ...score(Number(values["history-mb"]))];
process.exitCode = values.check && isKept.includes(false) ? 1 : 0;

function bringIn(mb: number): boolean[] {
  using folder = temporaryFolder();
  const { otel, judge } = placesIn(folder.path);
  new RecordedHistory().write(otel, mb, Number.POSITIVE_INFINITY);
  const file = join(otel, "logs.jsonl");
  const straight = join(import.meta.dir, "judge", "straightforward.ts");
  judged(folder.path);
  const rounds = Array.from({ length: 3 }, () => {
    rmSync(judge, { recursive: true });
    const ours = judged(folder.path);
    const theirs = run([process.execPath, straight, file], folder.path);
    return { ours, theirs };
  });
  const [ours, theirs] = [spreadOf(rounds.map((one) => one.ours.ms)), spreadOf(rounds.map((one) => one.theirs.ms))];
  const peakMb = Math.max(...rounds.map((one) => one.ours.peakMb));
  const theirPeakMb = Math.max(...rounds.map((one) => one.theirs.peakMb));
  const ratio = theirs.median / ours.median;
  say(`bringing in one file of ${mb} MB, median of 3, whole processes`);
  say(`  read_json_auto and unnest  ${theirs.median.toFixed(0)} ms, ${theirPeakMb.toFixed(0)} MB`);
  say(`  masque judge, no store     ${ours.median.toFixed(0)} ms, ${peakMb.toFixed(0)} MB`);
  return [
    kept(`${ratio.toFixed(1)} times as fast, at least ${BRING_IN_RATIO_MIN}`, ratio >= BRING_IN_RATIO_MIN),
    kept(`peak memory ${peakMb.toFixed(0)} MB, at most ${BRING_IN_MB_MAX}`, peakMb <= BRING_IN_MB_MAX),
  ];
}

function score(mb: number): boolean[] {
  using folder = temporaryFolder();
  const { otel, events } = placesIn(folder.path);
  const history = new RecordedHistory();
  history.write(otel, mb);
  const [session, active] = [crypto.randomUUID(), join(otel, "logs.jsonl")];
  writeFileSync(
    events,
    `${markLine("don", { session, masqueSession: crypto.randomUUID(), unixNano: history.nextUnixNano })}\n`,
  );
  appendFileSync(active, history.linesOf(session, UNSEEN_LINES));
  const first = judged(folder.path);
  say(
    `\n${mb} MB of history: first brought in within ${(first.ms / 1000).toFixed(1)} s, ${first.peakMb.toFixed(0)} MB`,
  );
  const rounds = Number(values.rounds);
  const seen = timed(folder.path, rounds);
  const bytes = appended(active, history.linesOf(session, UNSEEN_LINES));
  const withNew = timed(folder.path, rounds);
  const all = Array.from({ length: 3 }, () => judged(folder.path, "--all"));
  say(`judge, the latest session, ${rounds} rounds beside node -e 0`);
  const allMs = spreadOf(all.map(({ ms }) => ms)).median;
  const allPeakMb = Math.max(...all.map(({ peakMb }) => peakMb));
  say(`  --all, every session of it: ${allMs.toFixed(0)} ms, ${allPeakMb.toFixed(0)} MB, median of 3`);
  return [
    kept(textOf("all of it seen", seen), seen.judge / seen.node <= SCORE_RATIO_MAX),
    kept(
      textOf(`${(bytes / 1000).toFixed(0)} kB not yet seen`, withNew),
      withNew.judge / withNew.node <= SCORE_RATIO_MAX,
    ),
  ];
}

function timed(root: string, rounds: number): { node: number; judge: number } {
  const node = Bun.which("node") ?? "node";
  const all = Array.from({ length: rounds }, () => ({
    node: run([node, "-e", "0"], root).ms,
    judge: judged(root).ms,
  }));
  return { node: spreadOf(all.map((one) => one.node)).median, judge: spreadOf(all.map((one) => one.judge)).median };
}

function textOf(what: string, { node, judge }: { node: number; judge: number }): string {
  const ratio = (judge / node).toFixed(2);
  return `${what}: ${judge.toFixed(1)} ms, ${ratio} × node's ${node.toFixed(1)} ms, at most ${SCORE_RATIO_MAX}`;
}

function appended(path: string, text: string): number {
  appendFileSync(path, text);
  return Buffer.byteLength(text);
}

function judged(root: string, ...more: string[]): Run {
  return run([MASQUE_BINARY, "judge", "--json", ...more], root);
}

function placesIn(root: string) {
  const data = join(root, "data");
  return { otel: join(data, "otel"), judge: join(data, "judge"), events: join(data, "otel", "masque.jsonl") };
}

function run(command: string[], root: string): Run {
  const inherited = Object.entries(process.env).filter(([name]) => !/^(MASQUE|CLAUDE|XDG_|OTEL_)/.test(name));
  const env = { ...Object.fromEntries(inherited), HOME: root, MASQUE_DATA_DIR: join(root, "data") };
  const began = performance.now();
  const { exitCode, stdout, stderr, resourceUsage } = Bun.spawnSync(command, { cwd: root, env });
  const ms = performance.now() - began;
  if (exitCode !== 0) throw new Error(`${command.join(" ")} exited ${exitCode}: ${stderr.toString()}`);
  return { ms, peakMb: (resourceUsage?.maxRSS ?? 0) / BYTES_PER_MB, stdout: stdout.toString() };
}

function kept(text: string, isWithin: boolean): boolean {
  say(`  ${text}  ${isWithin ? "kept" : "BROKEN"}`);
  return isWithin;
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
