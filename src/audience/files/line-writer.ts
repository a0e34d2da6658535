import { join } from "node:path";
import { errnoOf, MasqueError } from "../../kernel/errors.ts";
import { statOrUndefined } from "../../kernel/files/files.ts";
import { LIMITS } from "../../kernel/limits.ts";
import { activeName } from "../../telemetry/file-names.ts";
import type { Signal } from "../../telemetry/signal.ts";
import { AppendFile, type AppendFileState } from "./append-file.ts";
import { LineGroup } from "./line-group.ts";
import { renameToSegment } from "./rename-to-segment.ts";
import type { StorageSettings } from "./storage-settings.ts";
import type { TornTail } from "./torn-tail.ts";

/**
 * Appends lines to a signal's file. When `append` resolves, the lines are on disk: they go in one write with their newlines, and
 * the file is synced before the caller knows. Requests that arrive while a sync is under way share the next write and sync
 * (group commit), so durability costs a sync a group and not a sync a request: the more senders wait, the fewer syncs
 * each of them pays for.
 *
 * One loop does everything that touches the file, one step after another: appending, syncing, closing a segment. So
 * a file is never closed during a sync, and no line is lost between two files.
 *
 * Closing a segment is one rename. Before the rename, everything is in the old file; after it, the next line makes a new
 * one. There is no state in between to repair. The folder is synced when the new file is opened, before a line in it is
 * acknowledged.
 */

const MS_PER_HOUR = 3_600_000;

/** What a writer reports. */
export type WriterEvents = {
  /** An earlier crash left something at the file's end. */
  onTorn(path: string, torn: TornTail): void;
  /** The file was closed under a name of its own. */
  onSegment(name: string): void;
  /** A segment could not be closed. Writing goes on, but a person should look at it. */
  onTrouble(message: string): void;
};

/** Where and how a writer writes. */
export type WriterOptions = WriterEvents & {
  readonly folder: string;
  readonly signal: Signal;
  readonly keeping: Pick<StorageSettings, "sync" | "segmentBytes" | "segmentHours">;
  nowMs(): number;
  /**
   * Makes sure that this process has the folder's lock; called before each write.
   *
   * @throws {MasqueError} when it is not.
   */
  holdFolder(): void;
};

/** Lines to append, or none to have the loop tend the file. */
type Job = {
  readonly bytes: Uint8Array;
  readonly sinceMs: number;
  resolve(): void;
  reject(error: unknown): void;
};

/** What has been asked for and not been answered. */
export type Waiting = {
  readonly requests: number;
  readonly bytes: number;
  /** How long the oldest has waited. */
  readonly forMs: number;
};

const NOTHING = new Uint8Array(0);

/** The writer of one signal. */
export class LineWriter {
  readonly #file: AppendFile;
  readonly #options: WriterOptions;
  readonly #joiner = new LineGroup();
  #waiting: Job[] = [];
  #committing: readonly Job[] = [];
  #isDraining = false;
  #draining: Promise<void> | undefined;
  #isClosed = false;

  /** Nothing is opened before the first line, or until {@link tend} finds a file. */
  constructor(options: WriterOptions) {
    this.#options = options;
    this.#file = new AppendFile(join(options.folder, activeName(options.signal)), {
      isDurable: options.keeping.sync !== "off",
      nowMs: options.nowMs,
      onTorn: (torn) => options.onTorn(this.#file.path, torn),
    });
  }

  /**
   * Appends whole lines, given with their newlines, in one write.
   *
   * @throws {MasqueError} `telemetry.write-failed`; then none of them is in the file. Also after {@link close}.
   */
  append(lines: Uint8Array): Promise<void> {
    return this.#queue(lines);
  }

  /**
   * Tends a file that exists: mends what a crash left at its end, and closes it when it is old, even if no line
   * comes.
   *
   * @throws {MasqueError} `telemetry.write-failed`
   */
  tend(): Promise<void> {
    return this.#queue(NOTHING);
  }

  /** What has not been acknowledged yet. */
  get waiting(): Waiting {
    const jobs = [...this.#committing, ...this.#waiting].filter(({ bytes }) => bytes.length > 0);
    const [oldest] = jobs;
    return {
      requests: jobs.length,
      bytes: jobs.reduce((sum, { bytes }) => sum + bytes.length, 0),
      forMs: oldest ? performance.now() - oldest.sinceMs : 0,
    };
  }

  /** How long the last sync took; `null` before the first. */
  get lastSyncMs(): number | null {
    return this.#file.lastSyncMs;
  }

  /** Waits for what was appended, and closes the file. Later lines are refused, so it stays closed. */
  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#draining;
    this.#file.close();
  }

  #queue(bytes: Uint8Array): Promise<void> {
    if (this.#isClosed) return Promise.reject(this.#closedFailure());
    return new Promise((resolve, reject) => {
      this.#waiting.push({ bytes, sinceMs: performance.now(), resolve, reject });
      if (this.#isDraining) return;
      // Set before the loop begins: an event that it reports may queue another job at once, and that must not start a second loop.
      this.#isDraining = true;
      this.#draining = this.#drain();
    });
  }

  async #drain(): Promise<void> {
    while (this.#waiting.length > 0) {
      const group = this.#nextGroup();
      this.#committing = group;
      try {
        await this.#commit(group);
        for (const { resolve } of group) resolve();
      } catch (error) {
        const failure = this.#failure(error);
        for (const { reject } of group) reject(failure);
      }
    }
    this.#committing = [];
    this.#isDraining = false;
  }

  /** As many jobs as fit one write, and at least one: the lines of one request are never split. */
  #nextGroup(): readonly Job[] {
    const bytesMax = Math.min(LIMITS.appendBytesMax, this.#options.keeping.segmentBytes || Number.POSITIVE_INFINITY);
    let [count, bytes] = [0, 0];
    for (const job of this.#waiting) {
      bytes += job.bytes.length;
      if (count > 0 && bytes > bytesMax) break;
      count += 1;
    }
    return this.#waiting.splice(0, count);
  }

  async #commit(group: readonly Job[]): Promise<void> {
    const bytes = this.#joiner.join(group);
    if (bytes.length === 0 && !statOrUndefined(this.#file.path)) return;
    this.#options.holdFolder();
    const isFull = this.#isFull(this.#file.open(), bytes.length);
    if (isFull) this.#closeSegment();
    if (bytes.length === 0) return;
    if (isFull) this.#file.open();
    this.#file.write(bytes);
    if (this.#options.keeping.sync === "always") await this.#file.sync();
  }

  #isFull({ bytes, ageMs }: AppendFileState, more: number): boolean {
    const { segmentBytes, segmentHours } = this.#options.keeping;
    if (bytes === 0) return false;
    if (segmentBytes > 0 && bytes + more > segmentBytes) return true;
    return segmentHours > 0 && ageMs >= segmentHours * MS_PER_HOUR;
  }

  /** When a segment cannot be closed, writing to it goes on: a file that is too long is better than a refused line. */
  #closeSegment(): void {
    const { folder, signal, nowMs } = this.#options;
    try {
      // Windows does not rename an open file.
      this.#file.close();
      this.#options.onSegment(renameToSegment(folder, signal, nowMs()));
    } catch (error) {
      const code = errnoOf(error);
      if (code === undefined) throw error;
      this.#options.onTrouble(`Cannot close the segment "${this.#file.path}": ${code}`);
    }
  }

  #closedFailure(): MasqueError {
    return new MasqueError(
      "telemetry.write-failed",
      `Cannot append to "${this.#file.path}": the receiver is stopping`,
      {
        hint: "send again once it runs",
      },
    );
  }

  #failure(error: unknown): unknown {
    const code = errnoOf(error);
    if (error instanceof MasqueError || code === undefined) return error;
    return new MasqueError("telemetry.write-failed", `Cannot append to "${this.#file.path}": ${code}`, {
      hint: "free some space, or make the folder writable; exporters send again within seconds",
      cause: error,
    });
  }
}
