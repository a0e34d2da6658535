import { rmSync } from "node:fs";
import { join } from "node:path";
import { MasqueError } from "../../kernel/errors.ts";
import { replaceFile } from "../../kernel/files/files.ts";
import { withLock } from "../../kernel/files/lock.ts";
import { LIMITS } from "../../kernel/limits.ts";
import { parseJson } from "../../kernel/text/json.ts";
import { readSettingsFile } from "../settings/file.ts";
import { applyPlan, removeEmpty } from "./apply-plan.ts";
import {
  journalText,
  readJournal,
  type Setup,
  type SetupJournal,
  type SetupKey,
  setupOf,
  takenOver,
  withSetup,
} from "./journal.ts";
import type { PlannedSetup, SetupPlace } from "./plan.ts";

/** The journal of what was put into an agent program's files, and the one place that changes the files by it. */

/**
 * The journal, empty where nothing was set up.
 *
 * @throws {MasqueError} `host.settings-invalid` for one that masque did not write.
 */
export function readSetupJournal({ folder }: Pick<SetupPlace, "folder">): SetupJournal {
  const path = journalPath(folder);
  const text = readSettingsFile(path);
  const journal = text === null ? [] : readJournal(parseJson(text));
  if (journal) return journal;
  throw new MasqueError("host.settings-invalid", `Cannot read "${path}": masque did not write what is in it`, {
    hint: "move the file away; what an earlier setup wrote then stays until you remove it by hand",
  });
}

/**
 * Applies a plan under a lock, which goes with the last use.
 *
 * @throws {MasqueError} `setup.outdated` when the journal's entry or a file has changed since; `file.unwritable`; `lock.timeout`
 */
export async function applySetup({ plan, former, place }: PlannedSetup): Promise<void> {
  const { folder, groundOf } = place;
  const lock = join(folder, "setup.lock");
  await withLock(lock, LIMITS.lockWaitMs, () => {
    try {
      const journal = readSetupJournal(place);
      if (!Bun.deepEquals(setupOf(journal, plan.key), former)) throw outdated(plan.key);
      const save = (setup: Setup | null) => saveJournal(folder, nextJournal(journal, plan.key, setup, former));
      applyPlan(plan, former, { groundOf, save });
    } finally {
      // SQLite keeps a journal beside the lock, which a killed process leaves.
      for (const path of [lock, `${lock}-journal`]) rmSync(path, { force: true });
    }
  });
  if (plan.result === null) removeEmpty(plan.intent.folders);
}

function nextJournal(journal: SetupJournal, key: SetupKey, setup: Setup | null, former: Setup | null): SetupJournal {
  return setup === null && former !== null ? takenOver(journal, former) : withSetup(journal, key, setup);
}

function saveJournal(folder: string, journal: SetupJournal): void {
  if (journal.length > 0) replaceFile(journalPath(folder), journalText(journal));
  else rmSync(journalPath(folder), { force: true });
}

function journalPath(folder: string): string {
  return join(folder, "setup.json");
}

function outdated({ folder }: SetupKey): MasqueError {
  return new MasqueError("setup.outdated", `Cannot set up "${folder}": another setup has changed it meanwhile`, {
    hint: "run the command again, and read what it shows now",
  });
}
