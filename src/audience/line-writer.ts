import { closeSync, constants, fdatasync, fstatSync, ftruncateSync, openSync, statSync, writeSync } from "node:fs";
import { dirname } from "node:path";
import { promisify } from "node:util";
import { errnoOf, MasqueError } from "../kernel/errors.ts";
import { makePrivateFolder } from "../kernel/files.ts";
import { mendTornTail, type TornTail } from "./torn-tail.ts";

/**
 * Appends lines to one file. What `append` resolved is on disk: payload and newline go in one write, and the file is
 * synced before anyone is told. Requests that arrive while a sync is under way share the next one, so durability costs
 * a sync a batch and not a sync a request.
 *
 * A write that fails is taken back whole and the file opened anew next time, so a full disk or a folder made
 * read-only ends when its cause does. A file that was deleted or moved away is made again.
 */

const FILE_MODE = 0o600;
const sync = promisify(fdatasync);

type Waiting = { readonly text: string; resolve(): void; reject(error: unknown): void };

/** One file of captured telemetry. */
export class LineWriter {
  readonly #path: string;
  readonly #onTorn: (torn: TornTail) => void;
  #fd: number | undefined;
  #waiting: Waiting[] = [];
  #draining: Promise<void> | undefined;

  /** `onTorn` is told what an earlier crash left; nothing is opened before the first line. */
  constructor(path: string, onTorn: (torn: TornTail) => void) {
    this.#path = path;
    this.#onTorn = onTorn;
  }

  /**
   * Appends whole lines, given without newlines, in one write.
   *
   * @throws {MasqueError} `telemetry.write-failed`; then none of them is in the file.
   */
  append(lines: readonly string[]): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ text: `${lines.join("\n")}\n`, resolve, reject });
      this.#draining ??= this.#drain();
    });
  }

  /** Waits for what was appended, then lets go of the file. */
  async close(): Promise<void> {
    await this.#draining;
    this.#closeFile();
  }

  async #drain(): Promise<void> {
    while (this.#waiting.length > 0) {
      const batch = this.#waiting;
      this.#waiting = [];
      try {
        await this.#write(batch.map(({ text }) => text).join(""));
        for (const { resolve } of batch) resolve();
      } catch (error) {
        const failure = this.#failure(error);
        for (const { reject } of batch) reject(failure);
      }
    }
    this.#draining = undefined;
  }

  async #write(text: string): Promise<void> {
    const fd = this.#open();
    const sizeBefore = fstatSync(fd).size;
    try {
      const bytes = Buffer.from(text);
      const written = writeSync(fd, bytes);
      // A disk that fills up takes a part; whatever keeps the rest is then thrown by the second write.
      for (let at = written; at < bytes.length; ) at += writeSync(fd, bytes, at);
      await sync(fd);
    } catch (error) {
      this.#takeBack(fd, sizeBefore);
      throw error;
    }
  }

  #takeBack(fd: number, size: number): void {
    try {
      ftruncateSync(fd, size);
    } catch (error) {
      // The file is mended when it is opened again; only a failure that is no system error is ours.
      if (errnoOf(error) === undefined) throw error;
    } finally {
      this.#closeFile();
    }
  }

  #open(): number {
    if (this.#fd !== undefined && this.#isGone(this.#fd)) this.#closeFile();
    if (this.#fd !== undefined) return this.#fd;
    makePrivateFolder(dirname(this.#path));
    const fd = openSync(this.#path, constants.O_RDWR | constants.O_CREAT | constants.O_APPEND, FILE_MODE);
    this.#fd = fd;
    const torn = mendTornTail(fd, this.#path);
    if (torn.kind !== "whole") this.#onTorn(torn);
    return fd;
  }

  #isGone(fd: number): boolean {
    const there = statSync(this.#path, { throwIfNoEntry: false });
    const held = fstatSync(fd);
    return there === undefined || there.ino !== held.ino || there.dev !== held.dev;
  }

  #closeFile(): void {
    const fd = this.#fd;
    this.#fd = undefined;
    if (fd !== undefined) closeSync(fd);
  }

  #failure(error: unknown): unknown {
    if (error instanceof MasqueError || errnoOf(error) === undefined) return error;
    return new MasqueError("telemetry.write-failed", `Cannot append to "${this.#path}": ${errnoOf(error)}`, {
      hint: "free some space, or make the folder writable; exporters send again within seconds",
      cause: error,
    });
  }
}
