import { MasqueError } from "../../kernel/errors.ts";
import type { Paths } from "../../kernel/paths.ts";
import { type CapturedFile, capturedFiles, type DiskUse, diskUse } from "../files/captured-files.ts";
import { type Dropped, sumOf } from "../files/dropped.ts";
import { droppedPath, readLedger } from "../files/dropped-file.ts";
import { askHealth } from "./ask-health.ts";
import { isLocked } from "./audience-lock.ts";
import type { Health } from "./health.ts";

/** Whether this user's receiver runs, which files are on disk, and what was dropped. */
export type AudienceStatus = {
  readonly kind: "running" | "not-running" | "unresponsive";
  readonly health: Health | undefined;
  readonly files: readonly CapturedFile[];
  readonly disk: DiskUse;
  /** Everything that retention has dropped. `null` for nothing, or, with a warning, where the ledger cannot be read. */
  readonly dropped: Dropped | null;
  readonly warnings: readonly string[];
};

/** Reads the status. Changes nothing, and does not wait for a receiver. */
export async function audienceStatus(paths: Paths): Promise<AudienceStatus> {
  const health = await askHealth(paths);
  const kind = health ? "running" : isLocked(paths) ? "unresponsive" : "not-running";
  const files = capturedFiles(paths.otel);
  return { kind, health, files, disk: diskUse(paths.otel, files), ...droppedOrWarning(paths) };
}

function droppedOrWarning(paths: Paths): Pick<AudienceStatus, "dropped" | "warnings"> {
  try {
    const ledger = readLedger(paths);
    const lines = ledger.unread === 1 ? "1 line" : `${ledger.unread} lines`;
    const warnings = ledger.unread === 0 ? [] : [`${lines} of "${droppedPath(paths)}" could not be read`];
    return { dropped: sumOf(ledger), warnings };
  } catch (error) {
    if (!(error instanceof MasqueError)) throw error;
    return { dropped: null, warnings: [`${error.message}: what retention has dropped is not known`] };
  }
}
