import { rmdirSync } from "node:fs";
import { dirname } from "node:path";
import { errnoOf, MasqueError } from "../../kernel/errors.ts";
import { syncFolder } from "../../kernel/files/files.ts";
import { removeTemporaries } from "../../kernel/files/replace-unchanged.ts";
import { type FileGround, findFile, writeFound } from "../settings/file.ts";
import type { Setup } from "./journal.ts";
import type { FileChange, SetupPlan } from "./plan.ts";

/** What applying a plan needs: on whose ground a file is, and what puts the entry into the journal (`null`: out of it). */
export type SetupGround = {
  groundOf(path: string): FileGround;
  save(setup: Setup | null): void;
};

/**
 * Carries out a plan: the journal's intent, the files, the journal's result. Each file is compared with what the plan
 * was made from. A file that has changed, or that cannot be written, stops the rest: those written before it are taken
 * back, so that a setup is there whole or not at all. Where that fails too, or the machine stops, the journal holds the
 * intent, and an undo takes out what was put in.
 *
 * @param former The journal's entry before.
 * @throws {MasqueError} `setup.outdated` names a file that has changed; `file.unwritable`
 */
export function applyPlan(plan: SetupPlan, former: Setup | null, ground: SetupGround): void {
  for (const { path, before } of plan.changes) refuseOutdated(path, findFile(path, ground.groundOf(path)).text, before);
  ground.save(plan.intent);
  const begun: FileChange[] = [];
  try {
    for (const change of plan.changes) {
      begun.push(change);
      put(change, ground);
    }
  } catch (error) {
    // A file that has changed was not written.
    if (isOutdated(error)) begun.pop();
    const takenBack = begun.toReversed().map((change) => isTakenBack(change, ground));
    if (takenBack.every(Boolean)) {
      if (former === null) removeEmpty(plan.intent.folders);
      ground.save(former);
    }
    throw error;
  }
  removeLeftovers([plan.intent, former], ground);
  if (plan.result === null) removeEmpty(plan.intent.folders);
  ground.save(plan.result);
}

/** Writes one change. */
function put({ path, before, after }: FileChange, { groundOf }: SetupGround): void {
  const found = findFile(path, groundOf(path));
  refuseOutdated(path, found.text, before);
  if (!writeFound(found, after)) throw outdated(path);
  syncFolder(dirname(found.target));
}

function isTakenBack({ path, before, after }: FileChange, ground: SetupGround): boolean {
  try {
    if (findFile(path, ground.groundOf(path)).text === before) return true;
    put({ path, before: after, after: before, says: [] }, ground);
    return true;
  } catch (error) {
    if (error instanceof MasqueError) return false;
    throw error;
  }
}

function refuseOutdated(path: string, found: string | null, planned: string | null): void {
  if (found !== planned) throw outdated(path);
}

function isOutdated(error: unknown): boolean {
  return error instanceof MasqueError && error.code === "setup.outdated";
}

function outdated(path: string): MasqueError {
  return new MasqueError("setup.outdated", `Cannot change "${path}": it has changed since the changes were shown`, {
    hint: "run the command again, and read what it shows now",
  });
}

/** What killed processes left beside the files that they were about to write. */
function removeLeftovers(setups: readonly (Setup | null)[], { groundOf }: SetupGround): void {
  const paths = setups
    .flatMap((setup) => [...(setup?.settings ?? []), ...(setup?.files ?? [])])
    .map(({ path }) => path);
  for (const path of new Set(paths)) removeTemporaries(findFile(path, groundOf(path)).target);
}

const KEPT: ReadonlySet<string | undefined> = new Set(["ENOTEMPTY", "EEXIST", "ENOENT", "ENOTDIR"]);

/** Removes those of the folders that are empty. */
export function removeEmpty(folders: readonly string[]): void {
  for (const folder of folders.toReversed()) {
    try {
      rmdirSync(folder);
    } catch (error) {
      if (!KEPT.has(errnoOf(error))) throw error;
    }
  }
}
