import { rmSync } from "node:fs";
import { errnoOf, MasqueError } from "../../kernel/errors.ts";
import { replaceFile } from "../../kernel/files/files.ts";
import { removeStaleTemporaries } from "../../kernel/files/stale-temporaries.ts";
import { LIMITS } from "../../kernel/limits.ts";
import type { Paths } from "../../kernel/paths.ts";
import { readRunFile, runFilePath } from "./ask-health.ts";
import type { FolderLock } from "./folder-lock.ts";
import type { RunFile } from "./health.ts";
import type { ReceiverLog } from "./receiver-log.ts";

/**
 * Keeps `run.json` correct while a receiver runs: a file that was removed or damaged is written again a second later, so
 * that `status` and `stop` always work. A receiver whose folder was moved away, and made again by another receiver, ends:
 * a data folder has one receiver.
 */

/** What is looked after. */
export type Findable = {
  readonly paths: Pick<Paths, "audience">;
  readonly run: RunFile;
  readonly folder: FolderLock;
  readonly log: ReceiverLog;
  /** Another receiver has the folder now. */
  onLost(): void;
};

/**
 * Writes `run.json` and looks after it until disposed of, which removes it.
 *
 * @throws {MasqueError} `file.unwritable` when it cannot be written at first.
 */
export function stayFindable(findable: Findable): Disposable {
  const { paths, run, log } = findable;
  write(paths, run);
  let isReported = false;
  const look = () => {
    try {
      lookAfter(findable);
      isReported = false;
    } catch (error) {
      if (!(error instanceof MasqueError) && errnoOf(error) === undefined) throw error;
      if (!isReported) log.say(error instanceof Error ? error.message : String(error));
      isReported = true;
    }
  };
  const timer = setInterval(look, LIMITS.selfCheckEveryMs);
  return {
    [Symbol.dispose]() {
      clearInterval(timer);
      if (isOurs(paths, run)) rmSync(runFilePath(paths), { force: true });
    },
  };
}

function lookAfter({ paths, run, folder, log, onLost }: Findable): void {
  const state = folder.look();
  if (state === "taken") {
    log.say(`another receiver has "${folder.path}" now, so this one ends`);
    onLost();
  }
  // Where the whole folder was deleted, nothing is made again until there is telemetry to write.
  if (state !== "held" || isOurs(paths, run)) return;
  write(paths, run);
  log.say(`"${runFilePath(paths)}" was gone or changed, and was written again`);
}

function isOurs(paths: Pick<Paths, "audience">, run: RunFile): boolean {
  const there = readRunFile(paths);
  return there?.instance === run.instance && there.pid === run.pid && there.healthPort === run.healthPort;
}

function write(paths: Pick<Paths, "audience">, run: RunFile): void {
  replaceFile(runFilePath(paths), `${JSON.stringify(run)}\n`);
  removeStaleTemporaries(paths.audience);
}
