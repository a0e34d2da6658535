import { closeSync, constants, fstatSync, openSync, type Stats } from "node:fs";
import { errnoOf, MasqueError } from "../../kernel/errors.ts";
import { makePrivateFolder, statOrUndefined } from "../../kernel/files/files.ts";
import { folderHolder } from "./folder-holder.ts";

/**
 * The lock of a receiver on the folder that it writes to. The folder itself is locked, so no removed file releases it:
 * without `lock` and `run.json` a second receiver still does not start. Before each write the path is checked again. If it
 * now leads to another folder, that folder is locked before a byte is written to it.
 */

/** What became of locking an open folder; `unsupported` where its file system, or this system, locks no folders. */
export type TryFlock = (fd: number) => "locked" | "taken" | "unsupported";

/** Whether the folder that the path leads to is this receiver's, is not there, or is another receiver's. */
export type FolderState = "held" | "missing" | "taken";

const ATTEMPTS_MAX = 10;

/** One folder's lock, taken when it is first needed and held until {@link release} or the end of the process. */
export class FolderLock {
  readonly path: string;
  readonly #tryFlock: TryFlock;
  #held: { readonly fd: number | undefined; readonly stats: Stats } | undefined;

  constructor(path: string, tryFlock: TryFlock) {
    this.path = path;
    this.#tryFlock = tryFlock;
  }

  /**
   * Makes sure that the path leads to a folder that is locked for this process; the folder is made where there is none.
   *
   * @throws {MasqueError} `audience.folder-taken` naming who has it; `file.unwritable`; system errors.
   */
  hold(): void {
    for (let attempt = 1; attempt <= ATTEMPTS_MAX; attempt++) {
      if (this.#isHeld()) return;
      this.release();
      makePrivateFolder(this.path);
      this.#held = this.#lock();
    }
    throw new MasqueError("file.unwritable", `Cannot lock "${this.path}": it is replaced again and again`);
  }

  /** Locks the folder if it exists; makes none. */
  look(): FolderState {
    if (this.#isHeld()) return "held";
    if (!statOrUndefined(this.path)) return "missing";
    try {
      this.hold();
      return "held";
    } catch (error) {
      if (error instanceof MasqueError && error.code === "audience.folder-taken") return "taken";
      throw error;
    }
  }

  /** Releases the lock. */
  release(): void {
    const fd = this.#held?.fd;
    this.#held = undefined;
    if (fd !== undefined) closeSync(fd);
  }

  #isHeld(): boolean {
    if (!this.#held) return false;
    const there = statOrUndefined(this.path);
    return there !== undefined && there.ino === this.#held.stats.ino && there.dev === this.#held.stats.dev;
  }

  #lock(): { fd: number | undefined; stats: Stats } {
    const fd = openFolder(this.path);
    if (fd === undefined) return { fd, stats: this.#stats() };
    const stats = fstatSync(fd);
    const outcome = this.#tryFlock(fd);
    if (outcome === "locked") return { fd, stats };
    closeSync(fd);
    if (outcome === "unsupported") return { fd: undefined, stats };
    throw folderTaken(this.path);
  }

  #stats(): Stats {
    const stats = statOrUndefined(this.path);
    if (stats) return stats;
    throw new MasqueError("file.unwritable", `Cannot lock "${this.path}": it is gone`);
  }
}

/** Windows does not open folders. There, only the lock file decides. */
function openFolder(path: string): number | undefined {
  try {
    return openSync(path, constants.O_RDONLY | (constants.O_DIRECTORY ?? 0));
  } catch (error) {
    if (process.platform === "win32" && errnoOf(error) !== undefined) return undefined;
    throw error;
  }
}

function folderTaken(path: string): MasqueError {
  const pid = folderHolder(path);
  const found = pid === undefined ? "another receiver writes to it" : `the receiver of process ${pid} writes to it`;
  return new MasqueError("audience.folder-taken", `Cannot write to "${path}": ${found}`, {
    try: "masque audience stop",
  });
}
