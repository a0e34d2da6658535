import { lstatSync } from "node:fs";
import { join } from "node:path";
import { errnoOf } from "../../kernel/errors.ts";
import type { WearingWorld } from "../edges.ts";

/**
 * Takes over what an older masque kept in the project, `.claude/masque.session.json`. Where there is none, which is
 * everywhere soon, this is one look at a name.
 *
 * @returns Warnings for people: a file that cannot be taken over never stops a command.
 */
export async function migrateProjectState(world: WearingWorld): Promise<readonly string[]> {
  if (!isThere(join(world.project, ".claude", "masque.session.json"))) return [];
  const { takeOverState } = await import("./take-over-state.ts");
  return await takeOverState(world);
}

function isThere(path: string): boolean {
  try {
    return lstatSync(path, { throwIfNoEntry: false }) !== undefined;
  } catch (error) {
    if (errnoOf(error) === undefined) throw error;
    return false;
  }
}
