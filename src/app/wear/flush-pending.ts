import { MasqueError } from "../../kernel/errors.ts";
import type { SessionId } from "../../kernel/ids.ts";
import { LIMITS } from "../../kernel/limits.ts";
import { unsettledSessions } from "../../session/all-sessions.ts";
import { changeState } from "../../session/session-file.ts";
import type { WearingWorld } from "../edges.ts";
import { showVerbs } from "./show-verbs.ts";
import { sessionPlace } from "./wearing.ts";

/**
 * Completes the change that a process did not finish before it died. Any change does that first, so this one changes
 * nothing else.
 *
 * @returns Warnings for people. A command that only reads succeeds, even where nothing can be written.
 */
export async function flushPending(
  world: WearingWorld,
  session: SessionId,
  waitMs: number = LIMITS.lockWaitMs,
): Promise<readonly string[]> {
  const changing = { session, waitMs, follow: showVerbs(world) };
  try {
    return (await changeState(sessionPlace(world), changing, (next) => ({ next, result: undefined }))).warnings;
  } catch (error) {
    if (error instanceof MasqueError) return [error.message];
    throw error;
  }
}

/**
 * Completes unfinished changes in all sessions, so that a score misses no don or doff. A process that still runs holds its
 * session's lock and completes its own change.
 */
export async function flushAllPending(world: WearingWorld): Promise<readonly string[]> {
  const warnings: string[] = [];
  for (const session of [...unsettledSessions(world.paths.sessions)].slice(0, LIMITS.sessionsSettledMax)) {
    warnings.push(...(await flushPending(world, session, LIMITS.hookLockWaitMs)));
  }
  return warnings;
}
