import { errnoOf, MasqueError } from "../../kernel/errors.ts";
import { makePrivateFolder } from "../../kernel/files/files.ts";
import { withLock } from "../../kernel/files/lock.ts";
import { realPath } from "../../kernel/ids.ts";
import { LIMITS } from "../../kernel/limits.ts";
import type { Json } from "../../kernel/text/json.ts";
import { type FormerState, readFormerState } from "../../session/former-state.ts";
import { appendVerbsChange, projectVerbsPath, readProjectVerbs, verbsLockPath } from "../../session/project-verbs.ts";
import { type DonClaim, provenDons } from "../../session/recorded-dons.ts";
import { removeFormerState } from "../../session/remove-former-state.ts";
import { changeState } from "../../session/session-file.ts";
import { isOpen, type SessionState, startOf } from "../../session/state.ts";
import type { WearingWorld } from "../edges.ts";
import { projectsFolder, showVerbs } from "./show-verbs.ts";
import { sessionPlace } from "./wearing.ts";

/**
 * Takes over what masque 0.1 kept in a project. The file is part of the repository, so masque does not trust it: an entry
 * counts only where the user's own records hold its don. An entry without such a record stays in the file, and changes
 * nothing.
 *
 * @returns Warnings for people.
 */
export async function takeOverState(world: WearingWorld): Promise<readonly string[]> {
  const project = realPath(world.project);
  const former = readFormerState(project);
  if (!former) return [];
  const proven = provenOf(world, former);
  if (proven.length === 0) return [];
  try {
    const isRecordTaken = await takeRecord(world, { project, proven, spinner: former.spinner });
    for (const state of proven) await takeSession(world, state);
    const isWhole = !former.isPartial && Bun.deepEquals(proven, former.sessions) && isRecordTaken;
    if (isWhole) removeFormerState(project);
    return [];
  } catch (error) {
    const found = error instanceof MasqueError ? error.message : errnoOf(error);
    if (found === undefined) throw error;
    return [`not everything that an earlier masque kept in "${project}" was taken over: ${found}`];
  }
}

/** The parts of the entries that are proven. An entry without a proven part is left out. */
function provenOf(world: WearingWorld, { sessions }: FormerState): readonly SessionState[] {
  const claims = new Map(sessions.map((state) => [state, claimsOf(state)]));
  const proven = provenDons(world.paths.events, [...claims.values()].flat());
  return sessions.flatMap((state) => {
    const isProven = (masqueSession: string) =>
      [...proven].some((claim) => claim.session === state.session && claim.masqueSession === masqueSession);
    const worn = state.worn && isProven(state.worn.masqueSession) ? state.worn : null;
    const before = state.before.filter(({ masqueSession }) => isProven(masqueSession));
    const pending = state.pending.filter(({ masqueSession }) => isProven(masqueSession));
    return worn || before.length > 0 ? [{ ...state, worn, before, pending }] : [];
  });
}

function claimsOf({ session, worn, before }: SessionState): readonly DonClaim[] {
  return [...(worn ? [worn] : []), ...before].map(({ masqueSession, digest }) => ({ session, masqueSession, digest }));
}

/** A session that is known already has the later say. */
async function takeSession(world: WearingWorld, former: SessionState): Promise<void> {
  const changing = { session: former.session, waitMs: LIMITS.hookLockWaitMs, follow: showVerbs(world) };
  await changeState(sessionPlace(world), changing, (state) => {
    const isNew = state.worn === null && state.before.length === 0;
    return { next: isNew ? former : state, result: undefined };
  });
}

type Taking = { readonly project: string; readonly proven: readonly SessionState[]; readonly spinner: Json };

/**
 * Takes over how the user's own verbs are put back. This counts only beside a proven don of a masque with verbs, and only
 * in the form that masque writes: an edit of the one key, with the verbs before and after.
 *
 * @returns Whether nothing of it is left to take over.
 */
async function takeRecord(world: WearingWorld, { project, proven, spinner }: Taking): Promise<boolean> {
  if (spinner === null) return true;
  const [shown] = proven
    .flatMap(({ worn }) => (worn?.hasVerbs && isOpen(worn) ? [worn] : []))
    .sort((a, b) => Number(BigInt(startOf(b)) - BigInt(startOf(a))));
  if (!shown || !(await world.host.spinner()).isRecord(spinner)) return false;
  const path = projectVerbsPath(projectsFolder(world), project);
  makePrivateFolder(projectsFolder(world));
  return await withLock(verbsLockPath(path), LIMITS.hookLockWaitMs, () => {
    const verbs = readProjectVerbs(path, project);
    if (verbs === null || verbs.shown !== null || verbs.record !== null) return verbs !== null;
    appendVerbsChange(path, { verbs, change: { kind: "shown", digest: shown.digest, record: spinner } }, true);
    return true;
  });
}
