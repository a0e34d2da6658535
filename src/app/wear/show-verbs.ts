import { statSync } from "node:fs";
import { join } from "node:path";
import { MasqueError } from "../../kernel/errors.ts";
import { withLock } from "../../kernel/files/lock.ts";
import type { SessionId } from "../../kernel/ids.ts";
import { LIMITS } from "../../kernel/limits.ts";
import type { Digest } from "../../kernel/text/digest.ts";
import type { World } from "../../kernel/world.ts";
import type { SpinnerVerbs } from "../../masque/masque.ts";
import { readPinned } from "../../masque/store.ts";
import {
  appendVerbsChange,
  dropProjectVerbs,
  isSaid,
  latestOf,
  noVerbs,
  type ProjectVerbs,
  projectVerbsPath,
  readProjectVerbs,
  rewriteVerbs,
  setVerbsAside,
  type VerbsChange,
  verbsLockPath,
} from "../../session/project-verbs.ts";
import { type FollowState, readState } from "../../session/session-file.ts";
import type { SessionState } from "../../session/state.ts";
import { projectsDue, verbsAsked, withVerbsShown } from "../../session/verbs-due.ts";
import type { WearingWorld } from "../edges.ts";

/**
 * Makes Claude Code show the verbs of the masque with verbs that was put on last in a project, or the user's own verbs
 * where there is none. What is worn is each session's own state. A project's file lists the sessions that asked for verbs,
 * so that not all sessions have to be read; a session that died is found when it would be the latest.
 *
 * Callers hold the session's lock, and the project's lock is taken here: never in the other order.
 */

/** Edits the settings of each project that is due, so that they show what the state asks for. */
export function showVerbs(world: WearingWorld): FollowState {
  return async (state, waitMs) => {
    const until = performance.now() + waitMs;
    const warnings: string[] = [];
    let settled = state;
    for (const project of projectsDue(state)) {
      try {
        const leftMs = Math.max(0, until - performance.now());
        warnings.push(...(await settleProject(world, { state, project }, leftMs)));
        settled = withVerbsShown(settled, project);
      } catch (error) {
        if (!(error instanceof MasqueError)) throw error;
        warnings.push(`${error.message}; the spinner is left as it is`);
        // Settings that another process holds stay due. Settings that cannot be read or written would stay due forever.
        if (error.code !== "lock.timeout") settled = withVerbsShown(settled, project);
      }
    }
    return { state: settled, warnings };
  };
}

type Settling = { readonly state: SessionState; readonly project: string };

async function settleProject(world: WearingWorld, settling: Settling, waitMs: number): Promise<readonly string[]> {
  const path = projectVerbsPath(projectsFolder(world), settling.project);
  const wanted = changeOf(settling);
  if (joinsShown(path, settling.project, wanted)) return [];
  return await withLock(verbsLockPath(path), waitMs, async () => {
    const found = readProjectVerbs(path, settling.project);
    const warnings =
      found === null ? [`the record of a project's spinner verbs was corrupt: "${setVerbsAside(path)}"`] : [];
    const file = new VerbsFile(path, found ?? noVerbs(settling.project));
    if (!isSaid(file.verbs, wanted)) file.append(wanted, false);
    for (let turns = 0; turns < TURNS_MAX; turns++) {
      dropStale(world, file, settling);
      warnings.push(...(await showLatest(world, file)));
      if (!file.hasNewLatest()) break;
    }
    file.finish();
    return warnings;
  });
}

/** Sessions that join while the settings are edited make another turn necessary. This bounds the turns. */
const TURNS_MAX = 8;

/**
 * Joins a masque whose verbs are shown already, without the lock: a hundred agents in the same masque do not wait for
 * each other. Another process may hold the lock and put the user's own verbs back meanwhile. Then either its line is
 * there at the second read here, or it finds the line written here with `hasNewLatest`.
 */
function joinsShown(path: string, project: string, wanted: VerbsChange): boolean {
  if (wanted.kind !== "on") return false;
  const verbs = readProjectVerbs(path, project);
  if (verbs?.shown !== wanted.digest || isLong(path)) return false;
  if (!isSaid(verbs, wanted)) appendVerbsChange(path, { verbs, change: wanted }, false);
  const after = readProjectVerbs(path, project);
  return after?.shown === wanted.digest && after.wearers.has(wanted.session);
}

/** `<data>/host/projects`. */
export function projectsFolder({ paths }: Pick<World, "paths">): string {
  return join(paths.host, "projects");
}

/** A project's file while its lock is held. */
class VerbsFile {
  verbs: ProjectVerbs;
  readonly #path: string;

  constructor(path: string, verbs: ProjectVerbs) {
    this.#path = path;
    this.verbs = verbs;
  }

  append(change: VerbsChange, isSynced: boolean): void {
    this.verbs = appendVerbsChange(this.#path, { verbs: this.verbs, change }, isSynced);
  }

  /** Reads what other processes have added; whether the settings have to be edited again. */
  hasNewLatest(): boolean {
    this.verbs = readProjectVerbs(this.#path, this.verbs.project) ?? this.verbs;
    return latestDigest(this.verbs) !== this.verbs.shown;
  }

  /** Removes the file where it says nothing, and rewrites it where it is long. */
  finish(): void {
    const { wearers, shown, record } = this.verbs;
    if (wearers.size === 0 && shown === null && record === null) dropProjectVerbs(this.#path);
    else if (isLong(this.#path)) rewriteVerbs(this.#path, this.verbs.project);
  }
}

function isLong(path: string): boolean {
  return (statSync(path, { throwIfNoEntry: false })?.size ?? 0) > LIMITS.projectVerbsBytesKept;
}

function latestDigest({ wearers }: ProjectVerbs): Digest | null {
  return latestOf(wearers)?.digest ?? null;
}

function changeOf({ state, project }: Settling): VerbsChange {
  const asked = verbsAsked(state);
  const { session } = state;
  return asked?.project === project ? { kind: "on", session, digest: asked.digest } : { kind: "off", session };
}

/** Removes sessions from the end of the list that no longer wear what they asked for: their processes died. */
function dropStale(world: WearingWorld, file: VerbsFile, { state, project }: Settling): void {
  for (let latest = latestOf(file.verbs.wearers); latest; latest = latestOf(file.verbs.wearers)) {
    const { session, digest } = latest;
    const asked = session === state.session ? verbsAsked(state) : verbsAskedBy(world, session);
    if (asked?.project === project && asked.digest === digest) return;
    file.append({ kind: "off", session }, false);
  }
}

function verbsAskedBy({ paths }: WearingWorld, session: SessionId) {
  try {
    return verbsAsked(readState(paths.sessions, session).state);
  } catch (error) {
    if (error instanceof MasqueError) return null;
    throw error;
  }
}

/** Edits the settings to show the latest verbs. In most cases they do already, and the settings are not read. */
async function showLatest(world: WearingWorld, file: VerbsFile): Promise<readonly string[]> {
  const { project, shown, record } = file.verbs;
  const digest = latestDigest(file.verbs);
  if (digest === shown && (digest !== null || record === null)) return [];
  const { verbs, warnings } = digest === null ? NO_VERBS : await verbsOf(world, digest);
  const spinner = await world.host.spinner();
  const more = await spinner.show(project, record, verbs, async (next) => {
    file.append({ kind: "shown", digest, record: next }, true);
  });
  if (file.verbs.shown !== digest) file.append({ kind: "shown", digest, record: file.verbs.record }, false);
  return [...warnings, ...more];
}

const NO_VERBS = { verbs: null, warnings: [] };

/** The verbs may be of another agent's masque: where its pinned bytes are damaged, this session's don or doff still succeeds. */
async function verbsOf(
  world: WearingWorld,
  digest: Digest,
): Promise<{ readonly verbs: SpinnerVerbs | null; readonly warnings: readonly string[] }> {
  try {
    const { masque } = await readPinned(world.paths.store, digest, world.masqueReader);
    return { verbs: masque.spinnerVerbs ?? null, warnings: [] };
  } catch (error) {
    if (!(error instanceof MasqueError) || error.code !== "masque.pin-damaged") throw error;
    return { verbs: null, warnings: [`${error.message}; its spinner verbs are not shown`] };
  }
}
