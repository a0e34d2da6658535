import { closeSync, constants, fdatasync, fstatSync, ftruncateSync, openSync, type Stats } from "node:fs";
import { dirname } from "node:path";
import { promisify } from "node:util";
import { errnoOf, MasqueError } from "../../kernel/errors.ts";
import {
  FILE_MODE,
  makePrivateFolder,
  NO_FOLLOW,
  statOrUndefined,
  syncFolder,
  writeWhole,
} from "../../kernel/files/files.ts";
import { mendTornTail, type TornTail } from "./torn-tail.ts";

/**
 * One file that whole lines are appended to and that others may delete, move, fill up or make unwritable meanwhile.
 *
 * - A write or a sync that fails is undone, and the file is closed; the next write opens it again. A sync is never tried
 *   again on the same open file: after a failed one the kernel takes the pages for written, and the second sync would
 *   succeed without having written them.
 * - A file that was deleted or moved away is made again.
 * - When a file is opened, its folder is synced, because the lines of a new file are lost with its name. A torn end is
 *   mended, because what a crash left must not be joined to the next line.
 */

const fdatasyncOf = promisify(fdatasync);

/** How the file is opened, and whom it reports to. */
export type AppendFileOptions = {
  /** Whether its folder is synced when it is opened. */
  readonly isDurable: boolean;
  nowMs(): number;
  /** An earlier crash left something at its end. */
  onTorn(torn: TornTail): void;
};

/** A file's state when it was opened or checked last. */
export type AppendFileState = {
  readonly bytes: number;
  /** How old it is by this machine's clock, never below 0. */
  readonly ageMs: number;
};

/** The file behind a path, opened when it is first needed. Not for use by two callers at once. */
export class AppendFile {
  readonly path: string;
  readonly #options: AppendFileOptions;
  #fd: number | undefined;
  #lastSyncMs: number | null = null;
  /** Which file was opened last, and when it was made. */
  #known: { readonly inode: number; readonly device: number; bornMs: number } | undefined;
  /** Its size before the last write. When that write or its sync fails, the file is cut to this size. */
  #keptBytes = 0;

  constructor(path: string, options: AppendFileOptions) {
    this.path = path;
    this.#options = options;
  }

  /**
   * Opens the file unless it is open and still there. Done before each write.
   *
   * @throws System errors; `MasqueError` `file.unwritable` where its folder cannot be made.
   */
  open(): AppendFileState {
    const held = this.#fd === undefined ? undefined : fstatSync(this.#fd);
    if (held && isSame(held, statOrUndefined(this.path))) return this.#stateOf(held);
    this.close();
    return this.#stateOf(fstatSync(this.#reopen()));
  }

  /**
   * Appends in one write.
   *
   * @throws System errors; then nothing of it is in the file.
   */
  write(bytes: Uint8Array): void {
    const fd = this.#opened();
    try {
      writeWhole(fd, bytes);
    } catch (error) {
      this.#takeBack(fd);
      throw error;
    }
  }

  /**
   * Waits until the last write is on disk.
   *
   * @throws System errors; then nothing of the last write is in the file.
   */
  async sync(): Promise<void> {
    const fd = this.#opened();
    const startedMs = performance.now();
    try {
      await fdatasyncOf(fd);
      this.#lastSyncMs = performance.now() - startedMs;
    } catch (error) {
      this.#takeBack(fd);
      throw error;
    }
  }

  /** How long the last sync took; `null` before the first. */
  get lastSyncMs(): number | null {
    return this.#lastSyncMs;
  }

  /** Closes the file; the next write opens it again. */
  close(): void {
    const fd = this.#fd;
    this.#fd = undefined;
    if (fd !== undefined) closeSync(fd);
  }

  #reopen(): number {
    const folder = dirname(this.path);
    makePrivateFolder(folder);
    const fd = openSync(this.path, constants.O_RDWR | constants.O_CREAT | constants.O_APPEND | NO_FOLLOW, FILE_MODE);
    this.#fd = fd;
    try {
      if (!fstatSync(fd).isFile()) throw irregular(this.path);
      const torn = mendTornTail({ fd, path: this.path, nowMs: this.#options.nowMs() });
      if (this.#options.isDurable) syncUpwards(folder);
      if (torn.kind !== "whole") this.#options.onTorn(torn);
      return fd;
    } catch (error) {
      this.close();
      throw error;
    }
  }

  #stateOf(stats: Stats): AppendFileState {
    this.#keptBytes = stats.size;
    return { bytes: stats.size, ageMs: this.#ageOf(stats) };
  }

  /**
   * The file system is asked only about a file that another process left: some file systems record no time of birth, and a
   * file server has a clock of its own. A clock that was set back makes no file old; the age counts from then on.
   */
  #ageOf({ ino, dev, size, birthtimeMs }: Stats): number {
    const nowMs = this.#options.nowMs();
    if (this.#known?.inode !== ino || this.#known.device !== dev) {
      const isLeft = size > 0 && birthtimeMs > 0 && birthtimeMs < nowMs;
      this.#known = { inode: ino, device: dev, bornMs: isLeft ? birthtimeMs : nowMs };
    }
    this.#known.bornMs = Math.min(this.#known.bornMs, nowMs);
    return nowMs - this.#known.bornMs;
  }

  #takeBack(fd: number): void {
    try {
      ftruncateSync(fd, this.#keptBytes);
    } catch (error) {
      // The end is mended when the file is opened again. Any other error is a bug.
      if (errnoOf(error) === undefined) throw error;
    } finally {
      this.close();
    }
  }

  #opened(): number {
    if (this.#fd === undefined) throw new TypeError(`"${this.path}" is not open`);
    return this.#fd;
  }
}

/** A full pipe would block the receiver, and a device keeps nothing. */
function irregular(path: string): MasqueError {
  return new MasqueError("telemetry.write-failed", `Cannot append to "${path}": it is not a regular file`, {
    hint: "move it away, and the receiver makes a file in its place",
  });
}

/** The folder, the data folder, and the folder that holds that: on the first day all of them are as new as the file. */
function syncUpwards(folder: string): void {
  syncFolder(folder);
  syncFolder(dirname(folder));
  syncFolder(dirname(dirname(folder)));
}

function isSame(held: Stats, there: Stats | undefined): boolean {
  return there !== undefined && there.ino === held.ino && there.dev === held.dev;
}
