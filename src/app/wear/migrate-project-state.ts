import { lstatSync } from "node:fs";
import { join } from "node:path";
import { errnoOf } from "../../kernel/errors.ts";
import type { WearingWorld } from "../edges.ts";

/**
 * Takes over `.claude/masque.session.json`, in which masque 0.1 kept its state. Where there is no such file, this is one
 * `lstat`.
 *
 * @returns Warnings for people: a file that cannot be taken over stops no command.
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
