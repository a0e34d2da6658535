import { rmSync } from "node:fs";
import { dirname, join, sep } from "node:path";
import { MasqueError } from "../../kernel/errors.ts";
import { replaceFile } from "../../kernel/files/files.ts";
import { withLock } from "../../kernel/files/lock.ts";
import { LIMITS } from "../../kernel/limits.ts";
import { parseJson } from "../../kernel/text/json.ts";
import type { World } from "../../kernel/world.ts";
import { userSettingsPath } from "../claude/settings-path.ts";
import type { SetupPlan } from "../claude/setup/plan.ts";
import { type FileGround, readSettingsFile } from "../settings/file.ts";
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

/** The journal of what was put into Claude Code's files, and the one place that changes them by it. */

type SetupWorld = Pick<World, "env" | "paths" | "project">;

/** The user's folder of Claude Code. */
export function userClaude(world: SetupWorld): string {
  return dirname(userSettingsPath(world.env, world.paths.home));
}

/** The project's folder of Claude Code. */
export function projectClaude(world: Pick<World, "project">): string {
  return join(world.project, ".claude");
}

/** Where masque keeps what concerns Claude Code. */
export function hostFolder(world: Pick<World, "paths">): string {
  return join(world.paths.data, "host", "claude");
}

/** On whose ground a file is: what lies in the project's `.claude` may have come with an opened repository. */
export function groundOf(world: SetupWorld, path: string): FileGround {
  const isUsers = projectClaude(world) === userClaude(world);
  return !isUsers && path.startsWith(projectClaude(world) + sep) ? { project: world.project } : "user";
}

/**
 * The journal, empty where nothing was set up.
 *
 * @throws {MasqueError} `host.settings-invalid` for one that masque did not write.
 */
export function readSetupJournal(world: SetupWorld): SetupJournal {
  const path = journalPath(world);
  const text = readSettingsFile(path);
  const journal = text === null ? [] : readJournal(parseJson(text));
  if (journal) return journal;
  throw new MasqueError("host.settings-invalid", `Cannot read "${path}": it is not what masque wrote`, {
    hint: "move it away; what a former setup wrote then stays until you take it out by hand",
  });
}

/**
 * Applies a plan under a lock, which goes with the last use.
 *
 * @param former The journal's entry that the plan was made from.
 * @throws {MasqueError} `setup.outdated` when that entry or a file has changed since; `file.unwritable`; `lock.timeout`
 */
export async function applySetup(world: SetupWorld, plan: SetupPlan, former: Setup | null): Promise<void> {
  const lock = join(hostFolder(world), "setup.lock");
  await withLock(lock, LIMITS.lockWaitMs, () => {
    try {
      const journal = readSetupJournal(world);
      if (!Bun.deepEquals(setupOf(journal, plan.key), former)) throw outdated(plan.key);
      applyPlan(plan, former, {
        groundOf: (path) => groundOf(world, path),
        save: (setup) => saveJournal(world, nextJournal(journal, plan.key, setup, former)),
      });
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

function saveJournal(world: SetupWorld, journal: SetupJournal): void {
  if (journal.length > 0) replaceFile(journalPath(world), journalText(journal));
  else rmSync(journalPath(world), { force: true });
}

function journalPath(world: SetupWorld): string {
  return join(hostFolder(world), "setup.json");
}

function outdated({ claude }: SetupKey): MasqueError {
  return new MasqueError("setup.outdated", `Cannot set up "${claude}": another setup has changed it meanwhile`, {
    hint: "run the command again, and read what it shows now",
  });
}
