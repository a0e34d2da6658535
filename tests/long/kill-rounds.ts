import { mkdirSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { activeName, closedFile } from "../../src/telemetry/file-names.ts";
import { batchLine, batchOfLine } from "../support/batches.ts";
import { givenNumbers } from "../support/given-numbers.ts";
import { type KillableReceiver, runReceiver } from "../support/killable-receiver.ts";
import { seededRandom } from "../support/random.ts";
import { freshSeed } from "../support/seed.ts";
import { temporaryFolder } from "../support/temp-folder.ts";

/**
 * The compiled receiver is killed again and again while several connections send batches, each of which is sent again
 * until it was acknowledged. Segments are so small that many kills hit their closing. Then every batch that was
 * acknowledged must be in the files, no line may be torn, glued or doubled without having been sent twice, and no start
 * may have needed help.
 *
 *     bun tests/long/kill-rounds.ts --rounds 500
 */

const SEGMENT_BYTES = 128 * 1024;
const CONNECTIONS = 8;
/** A kill comes so long after the receiver listens, at most. */
const LOAD_MS_MAX = 200;
/** One round in so many is killed while it starts, listening or not. */
const AT_START_ONE_IN = 10;
const START_MS_MAX = 150;
/** Far beyond any start: one that takes longer needs help. */
const LISTENS_MS_MAX = 10_000;

/** What the rounds came to. */
export type KillRounds = {
  readonly rounds: number;
  readonly batchesAcknowledged: number;
  /** Sent again because the answer never came. */
  readonly batchesSentAgain: number;
  /** In the files twice, because they were written and the answer was lost. */
  readonly linesDoubled: number;
  readonly segmentsClosed: number;
  /** Unfinished ends that a kill left, set aside at the next start. */
  readonly tornEnds: number;
  readonly slowestStartMs: number;
  readonly seconds: number;
};

/**
 * Plays the rounds.
 *
 * @throws Error naming what was lost, torn or doubled, or the start that did not come.
 */
export async function killRounds({ rounds, seed }: { rounds: number; seed: number }): Promise<KillRounds> {
  using root = temporaryFolder();
  const random = seededRandom(seed);
  const began = performance.now();
  const env = {
    HOME: root.path,
    MASQUE_DATA_DIR: join(root.path, "data"),
    MASQUE_AUDIENCE_SEGMENT_BYTES: `${SEGMENT_BYTES}`,
  };
  const files = new Files(join(root.path, "data", "otel"));
  const senders = new Senders();
  let slowestStartMs = 0;
  for (let round = 0; round < rounds; round++) {
    const startedMs = performance.now();
    const receiver = runReceiver(env);
    if (random.whole(AT_START_ONE_IN) === 0) {
      await Bun.sleep(random.whole(START_MS_MAX));
      await receiver.end("SIGKILL");
    } else {
      const url = await listening(receiver, round);
      slowestStartMs = Math.max(slowestStartMs, performance.now() - startedMs);
      files.takeClosed();
      senders.sendTo(url);
      await Bun.sleep(random.whole(LOAD_MS_MAX));
      await receiver.end("SIGKILL");
      senders.hold();
    }
  }
  const last = runReceiver(env);
  senders.sendTo(await listening(last, rounds));
  await senders.finish();
  await last.end("SIGTERM");
  files.takeClosed();
  files.takeActive();
  const linesDoubled = files.compareWith(senders);
  return {
    rounds,
    batchesAcknowledged: senders.acknowledged,
    batchesSentAgain: senders.sentAgain,
    linesDoubled,
    segmentsClosed: files.segments,
    tornEnds: files.tornEnds,
    slowestStartMs: Math.round(slowestStartMs),
    seconds: Math.round((performance.now() - began) / 1_000),
  };
}

async function listening(receiver: KillableReceiver, round: number): Promise<string> {
  const overdue = setTimeout(() => void receiver.end("SIGKILL"), LISTENS_MS_MAX);
  const url = await receiver.url;
  clearTimeout(overdue);
  if (url) return url;
  await receiver.end("SIGKILL");
  throw new Error(`Round ${round}: it did not listen by itself\n${receiver.log()}`);
}

/** Connections that send one batch after another, and the same one again until it is acknowledged. */
class Senders {
  readonly attempts = new Map<number, number>();
  /** Where a batch was acknowledged: which address answered, and after how many of the rounds. */
  readonly answers = new Map<number, string>();
  readonly #loops: Promise<void>[];
  #up = Promise.withResolvers<string>();
  #isFinishing = false;
  acknowledged = 0;

  constructor() {
    this.#loops = Array.from({ length: CONNECTIONS }, () => this.#send());
  }

  get sentAgain(): number {
    return [...this.attempts.values()].reduce((sum, attempts) => sum + attempts - 1, 0);
  }

  sendTo(url: string): void {
    this.#up.resolve(url);
  }

  /** Until {@link sendTo} is called again. */
  hold(): void {
    this.#up = Promise.withResolvers<string>();
  }

  /** Sends what is under way until it is acknowledged, and nothing more. */
  async finish(): Promise<void> {
    this.#isFinishing = true;
    await Promise.all(this.#loops);
  }

  async #send(): Promise<void> {
    while (!this.#isFinishing) {
      const batch = this.attempts.size;
      this.attempts.set(batch, 0);
      const body = batchLine(batch);
      while (!(await this.#isAcknowledged(batch, body)));
      this.acknowledged += 1;
    }
  }

  async #isAcknowledged(batch: number, body: string): Promise<boolean> {
    const up = this.#up;
    const url = await up.promise;
    this.attempts.set(batch, (this.attempts.get(batch) ?? 0) + 1);
    try {
      const answer = await fetch(`${url}/v1/logs`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body,
      });
      await answer.arrayBuffer();
      if (answer.status !== 200) return false;
      this.answers.set(
        batch,
        `${url} at ${new Date().toISOString()}, ${this.#up === up ? "before" : "after"} its kill`,
      );
      return true;
    } catch (error) {
      // It was killed before it answered; there is no receiver to send to until the next one listens.
      if (!(error instanceof Error) || !("code" in error)) throw error;
      if (this.#up === up) await Bun.sleep(1);
      return false;
    }
  }
}

/** What lies in the folder, looked through as it comes so that the disk need not hold all of it. */
class Files {
  readonly #otel: string;
  readonly #lines = new Map<number, number>();
  segments = 0;

  constructor(otel: string) {
    mkdirSync(otel, { recursive: true });
    this.#otel = otel;
  }

  get tornEnds(): number {
    return this.#names().filter((name) => closedFile(name)?.kind === "torn").length;
  }

  takeClosed(): void {
    for (const name of this.#names()) {
      if (closedFile(name)?.kind !== "segment") continue;
      this.#take(name);
      rmSync(join(this.#otel, name));
      this.segments += 1;
    }
  }

  takeActive(): void {
    if (this.#names().includes(activeName("logs"))) this.#take(activeName("logs"));
  }

  /** Answers how many lines were written more than once. */
  compareWith({ attempts, answers, acknowledged }: Senders): number {
    let doubled = 0;
    for (const [batch, sent] of attempts) {
      const written = this.#lines.get(batch) ?? 0;
      if (written === 0)
        throw new Error(
          `Batch ${batch} is in no file and was acknowledged by ${answers.get(batch)}, sent ${sent} times`,
        );
      if (written > sent) throw new Error(`Batch ${batch} was sent ${sent} times and is there ${written} times`);
      doubled += written - 1;
    }
    if (acknowledged !== attempts.size || this.#lines.size !== attempts.size) {
      throw new Error(`${attempts.size} batches, ${acknowledged} acknowledged, ${this.#lines.size} in the files`);
    }
    return doubled;
  }

  #take(name: string): void {
    const text = readFileSync(join(this.#otel, name), "utf8");
    if (text !== "" && !text.endsWith("\n")) throw new Error(`"${name}" ends within a line`);
    for (const line of text.split("\n").slice(0, -1)) {
      const batch = batchOfLine(line);
      this.#lines.set(batch, (this.#lines.get(batch) ?? 0) + 1);
    }
  }

  #names(): readonly string[] {
    return readdirSync(this.#otel);
  }
}

if (import.meta.main) {
  const result = await killRounds(givenNumbers({ rounds: 500, seed: freshSeed() }));
  process.stdout.write(`${JSON.stringify(result, null, 1)}\n`);
}
