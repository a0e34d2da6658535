import { appendFileSync, cpSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
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
 *   bun tests/bench/judge.ts [--history-mb 1000] [--new-mb 200] [--rounds 15] [--against BINARY] [--check]
 *
 * `--history-mb 5000` is the long run. `--against` measures another build in the same rounds, over a copy of the same
 * telemetry with a store of its own, and prints its figures in brackets. `--check` exits 1 when a bound is broken, or when
 * the latest session takes more than 5 % longer than with the other build.
 */

const SCORE_RATIO_MAX = 3;
const BRING_IN_RATIO_MIN = 4;
const BRING_IN_MB_MAX = 400;
const SLOWER_MAX = 1.05;
const BYTES_PER_MB = 1_000_000;
const UNSEEN_LINES = 10;
/** What leads to the person's own files, and certificates, which make `node` slower to start and flatter every ratio. */
const LEFT_OUT = /^(MASQUE|CLAUDE|XDG_|OTEL_|NODE_EXTRA_CA_CERTS|SSL_CERT_)/;

const { values } = parseArgs({
  options: {
    "history-mb": { type: "string", default: "1000" },
    "new-mb": { type: "string", default: "200" },
    rounds: { type: "string", default: "15" },
    against: { type: "string" },
    check: { type: "boolean", default: false },
  },
});

/** One command's wall-clock time and peak memory. */
type Run = { readonly ms: number; readonly peakMb: number; readonly stdout: string };

/** A build, and the home in which its store is. */
type Build = { readonly binary: string; readonly root: string };

/** Medians in milliseconds. */
type Timed = { readonly node: number; readonly judge: number; readonly other: number | undefined };

requireFreshBinary();
const other = values.against === undefined ? undefined : resolve(values.against);
const isKept = [...bringIn(Number(values["new-mb"])), ...score(Number(values["history-mb"]))];
process.exitCode = values.check && isKept.includes(false) ? 1 : 0;

function bringIn(mb: number): boolean[] {
  using folder = temporaryFolder();
  const { otel, judge } = placesIn(folder.path);
  new RecordedHistory().write(otel, mb, Number.POSITIVE_INFINITY);
  const file = join(otel, "logs.jsonl");
  const straight = join(import.meta.dir, "judge", "straightforward.ts");
  judged(MASQUE_BINARY, folder.path);
  const broughtIn = (binary: string) => {
    rmSync(judge, { recursive: true, force: true });
    return judged(binary, folder.path);
  };
  const rounds = Array.from({ length: 3 }, () => ({
    ours: broughtIn(MASQUE_BINARY),
    others: other === undefined ? undefined : broughtIn(other),
    theirs: run([process.execPath, straight, file], folder.path),
  }));
  const [ours, theirs] = [middleOf(rounds.map((one) => one.ours)), middleOf(rounds.map((one) => one.theirs))];
  const ratio = theirs.ms / ours.ms;
  say(`bringing in one file of ${mb} MB, median of 3, whole processes`);
  say(`  read_json_auto and unnest  ${theirs.ms.toFixed(0)} ms, ${theirs.peakMb.toFixed(0)} MB`);
  say(
    `  masque judge, no store     ${besideText(
      ours,
      rounds.flatMap((one) => one.others ?? []),
    )}`,
  );
  return [
    kept(`${ratio.toFixed(1)} times as fast, at least ${BRING_IN_RATIO_MIN}`, ratio >= BRING_IN_RATIO_MIN),
    kept(`peak memory ${ours.peakMb.toFixed(0)} MB, at most ${BRING_IN_MB_MAX}`, ours.peakMb <= BRING_IN_MB_MAX),
  ];
}

function score(mb: number): boolean[] {
  using folder = temporaryFolder();
  using copy = temporaryFolder();
  const { otel, events } = placesIn(folder.path);
  const history = new RecordedHistory();
  history.write(otel, mb);
  const [session, active] = [crypto.randomUUID(), join(otel, "logs.jsonl")];
  writeFileSync(
    events,
    `${markLine("don", { session, masqueSession: crypto.randomUUID(), unixNano: history.nextUnixNano })}\n`,
  );
  appendFileSync(active, history.linesOf(session, UNSEEN_LINES));
  const builds: Build[] = [{ binary: MASQUE_BINARY, root: folder.path }];
  if (other !== undefined) {
    cpSync(placesIn(folder.path).otel, placesIn(copy.path).otel, { recursive: true });
    builds.push({ binary: other, root: copy.path });
  }
  const [first] = builds.map(({ binary, root }) => judged(binary, root));
  say(
    `\n${mb} MB of history: first brought in within ${((first?.ms ?? 0) / 1000).toFixed(1)} s, ${first?.peakMb.toFixed(0)} MB`,
  );
  const rounds = Number(values.rounds);
  const seen = timed(builds, rounds);
  const lines = history.linesOf(session, UNSEEN_LINES);
  for (const { root } of builds) appendFileSync(join(placesIn(root).otel, "logs.jsonl"), lines);
  const withNew = timed(builds, rounds);
  const all = Array.from({ length: 3 }, () => builds.map(({ binary, root }) => judged(binary, root, "--all")));
  const [ofOurs, ofOthers] = [0, 1].map((at) => all.flatMap((round) => round[at] ?? []));
  say(`judge, the latest session, ${rounds} rounds beside node -e 0`);
  say(`  --all, every session of it: ${besideText(middleOf(ofOurs ?? []), ofOthers ?? [])}, median of 3`);
  return [
    ...keptBounds("all of it seen", seen),
    ...keptBounds(`${(Buffer.byteLength(lines) / 1000).toFixed(0)} kB not yet seen`, withNew),
  ];
}

/** Runs of `node` and of each build, in turn, round after round; the builds take turns at going first. */
function timed(builds: readonly Build[], rounds: number): Timed {
  const node = Bun.which("node") ?? "node";
  const all = Array.from({ length: rounds }, (_, round) => {
    const nodeMs = run([node, "-e", "0"], builds[0]?.root ?? "").ms;
    const order = round % 2 === 0 ? builds : builds.toReversed();
    return { nodeMs, ms: new Map(order.map(({ binary, root }) => [binary, judged(binary, root).ms])) };
  });
  const middle = (binary: string) => spreadOf(all.flatMap(({ ms }) => ms.get(binary) ?? [])).median;
  return {
    node: spreadOf(all.map(({ nodeMs }) => nodeMs)).median,
    judge: middle(MASQUE_BINARY),
    other: other === undefined ? undefined : middle(other),
  };
}

function keptBounds(what: string, { node, judge, other: otherMs }: Timed): boolean[] {
  const text = `${what}: ${judge.toFixed(1)} ms, ${(judge / node).toFixed(2)} × node's ${node.toFixed(1)} ms, at most ${SCORE_RATIO_MAX}`;
  const bound = kept(text, judge / node <= SCORE_RATIO_MAX);
  if (otherMs === undefined) return [bound];
  const ratio = judge / otherMs;
  const beside = `${what}: ${ratio.toFixed(2)} × the other build's ${otherMs.toFixed(1)} ms, at most ${SLOWER_MAX}`;
  return [bound, kept(beside, ratio <= SLOWER_MAX)];
}

/** Median duration and greatest peak. */
function middleOf(runs: readonly Run[]): Pick<Run, "ms" | "peakMb"> {
  return { ms: spreadOf(runs.map(({ ms }) => ms)).median, peakMb: Math.max(...runs.map(({ peakMb }) => peakMb)) };
}

function besideText({ ms, peakMb }: Pick<Run, "ms" | "peakMb">, others: readonly Run[]): string {
  const text = `${ms.toFixed(0)} ms, ${peakMb.toFixed(0)} MB`;
  if (others.length === 0) return text;
  const beside = middleOf(others);
  return `${text} (${beside.ms.toFixed(0)} ms, ${beside.peakMb.toFixed(0)} MB)`;
}

function judged(binary: string, root: string, ...more: string[]): Run {
  return run([binary, "judge", "--json", ...more], root);
}

function placesIn(root: string) {
  const data = join(root, "data");
  return { otel: join(data, "otel"), judge: join(data, "judge"), events: join(data, "otel", "masque.jsonl") };
}

function run(command: string[], root: string): Run {
  const inherited = Object.entries(process.env).filter(([name]) => !LEFT_OUT.test(name));
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
