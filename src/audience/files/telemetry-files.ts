import { type Clock, unixMs } from "../../kernel/clock.ts";
import { errnoOf, MasqueError } from "../../kernel/errors.ts";
import { LIMITS } from "../../kernel/limits.ts";
import type { Paths } from "../../kernel/paths.ts";
import { SIGNALS, type Signal } from "../../telemetry/signal.ts";
import type { FolderLock } from "../process/folder-lock.ts";
import type { ReceiverLog } from "../process/receiver-log.ts";
import type { Append } from "../receive.ts";
import { dropSegments } from "./drop-segments.ts";
import type { JudgeBeforeDrop } from "./judge-before-drop.ts";
import { LineWriter, type Waiting } from "./line-writer.ts";
import { SecondLook } from "./second-look.ts";
import type { StorageSettings, SyncMode } from "./storage-settings.ts";
import type { TornTail } from "./torn-tail.ts";

/** The state of the files, for the receiver's health page. */
export type StorageHealth = {
  readonly sync: SyncMode;
  /** The signals whose last write failed. */
  readonly failing: readonly Signal[];
  /** Segments closed since it started. */
  readonly segments_closed: number;
  /** Files that ended within a line when they were opened, as a crash leaves them. */
  readonly torn_tails: number;
  /** How long the last sync took, the longest of the signals'; `null` before the first. */
  readonly last_sync_ms: number | null;
  /** Requests that wait for the disk, their bytes, and how long the oldest has waited. */
  readonly waiting: { readonly requests: number; readonly bytes: number; readonly for_ms: number };
};

/** What the files need of the world. */
export type FilesWorld = {
  readonly paths: Pick<Paths, "otel" | "audience" | "events">;
  readonly clock: Clock;
  readonly keeping: StorageSettings;
  readonly bringIn: JudgeBeforeDrop;
  /** The lock on the folder that is written to. */
  readonly folder: FolderLock;
};

/** The files of captured telemetry, one a signal, while a receiver writes them. */
export class TelemetryFiles {
  readonly append: Readonly<Record<Signal, Append>>;
  readonly #world: FilesWorld;
  readonly #log: ReceiverLog;
  readonly #writers: Readonly<Record<Signal, LineWriter>>;
  #timer: ReturnType<typeof setInterval> | undefined;
  #segmentsClosed = 0;
  #tornTails = 0;
  readonly #closing = new AbortController();
  #tending: Promise<void> | undefined;
  readonly #secondLook = new SecondLook(() => performance.now());

  /** The log gets a line when writing begins to fail, when it works again, and when a file is closed, mended or dropped. */
  constructor(world: FilesWorld, log: ReceiverLog) {
    this.#world = world;
    this.#log = log;
    this.#writers = { logs: this.#open("logs"), metrics: this.#open("metrics"), traces: this.#open("traces") };
    this.append = {
      logs: this.#appendTo("logs"),
      metrics: this.#appendTo("metrics"),
      traces: this.#appendTo("traces"),
    };
  }

  /** Mends what a crash left at the files' ends, and closes the files that are old. A failing disk is reported. */
  async mend(): Promise<void> {
    for (const signal of SIGNALS) await this.#logFailures(() => this.#writers[signal].tend());
  }

  /** Tends now and each minute, until closed. */
  keepTended(): void {
    this.#timer ??= setInterval(() => void this.tend(), LIMITS.tendEveryMs);
    void this.tend();
  }

  /** Mends, and drops what is no longer kept. Also done whenever a segment was closed. */
  tend(): Promise<void> {
    this.#tending ??= this.#tendOnce().finally(() => {
      this.#tending = undefined;
    });
    return this.#tending;
  }

  /** The state of the files now. */
  health(): StorageHealth {
    return {
      sync: this.#world.keeping.sync,
      failing: this.#log.failing,
      segments_closed: this.#segmentsClosed,
      torn_tails: this.#tornTails,
      last_sync_ms: longest(SIGNALS.map((signal) => this.#writers[signal].lastSyncMs)),
      waiting: together(SIGNALS.map((signal) => this.#writers[signal].waiting)),
    };
  }

  /** Waits for what was appended, then closes the files. */
  async close(): Promise<void> {
    clearInterval(this.#timer);
    this.#closing.abort();
    await this.#tending;
    for (const signal of SIGNALS) await this.#logFailures(() => this.#writers[signal].close());
  }

  #open(signal: Signal): LineWriter {
    return new LineWriter({
      folder: this.#world.paths.otel,
      signal,
      keeping: this.#world.keeping,
      nowMs: () => unixMs(this.#world.clock.nowUnixNano()),
      holdFolder: () => this.#world.folder.hold(),
      onTorn: (path, torn) => this.#logTorn(path, torn),
      onSegment: (name) => {
        this.#segmentsClosed += 1;
        this.#log.say(`closed the segment "${name}"`);
        if (!this.#closing.signal.aborted) void this.tend();
      },
      onTrouble: (message) => this.#log.say(message),
    });
  }

  #appendTo(signal: Signal): Append {
    return async (lines) => {
      try {
        await this.#writers[signal].append(lines);
      } catch (error) {
        if (error instanceof MasqueError) this.#log.failsToWrite(signal, error.message);
        throw error;
      }
      this.#log.writes(signal);
    };
  }

  async #tendOnce(): Promise<void> {
    await this.mend();
    const world = { ...this.#world, secondLook: this.#secondLook, say: (line: string) => this.#log.say(line) };
    await this.#logFailures(async () => {
      if (world.folder.look() === "held") await dropSegments(world, this.#closing.signal);
    });
  }

  #logTorn(path: string, torn: TornTail): void {
    this.#tornTails += 1;
    const moved =
      torn.kind === "cut"
        ? `${torn.bytes} bytes that were never acknowledged are now in "${torn.movedTo}"`
        : "it was added";
    this.#log.say(`the last line of "${path}" lacked its newline: ${moved}`);
  }

  /** No request waits for these, so a failure is only logged: the next write meets a failing disk again, and a bug must not end the receiver. */
  async #logFailures(act: () => Promise<void>): Promise<void> {
    try {
      await act();
    } catch (error) {
      const code = errnoOf(error);
      if (error instanceof MasqueError) this.#log.say(error.message);
      else if (code !== undefined) this.#log.say(`Cannot look after "${this.#world.paths.otel}": ${code}`);
      else this.#log.say(`bug: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
    }
  }
}

function longest(times: readonly (number | null)[]): number | null {
  const known = times.filter((time) => time !== null);
  return known.length === 0 ? null : Math.round(Math.max(...known) * 100) / 100;
}

function together(waiting: readonly Waiting[]): StorageHealth["waiting"] {
  return {
    requests: waiting.reduce((sum, { requests }) => sum + requests, 0),
    bytes: waiting.reduce((sum, { bytes }) => sum + bytes, 0),
    for_ms: Math.round(Math.max(...waiting.map(({ forMs }) => forMs))),
  };
}
