import { lstatSync } from "node:fs";
import { join } from "node:path";
import { errnoOf, MasqueError } from "../kernel/errors.ts";
import { readUnlinked } from "../kernel/files/files.ts";
import { parseSessionId, type SessionId } from "../kernel/ids.ts";
import { LIMITS } from "../kernel/limits.ts";
import { isObject, type Json, type JsonObject, parseJson } from "../kernel/text/json.ts";
import { measureJson } from "../kernel/text/measure-json.ts";
import { parseState } from "./parse-state.ts";
import { emptyState, type SessionState } from "./state.ts";

/**
 * `.claude/masque.session.json`, in which masque 0.1 kept what is worn in a project. The file is part of the repository, so
 * anyone may have written it. No link is followed, only a regular file is opened, its size and shape are bounded, and what
 * it says counts only where `recorded-dons.ts` proves it.
 */

/** What such a file claims. */
export type FormerState = {
  readonly sessions: readonly SessionState[];
  /** How the user's own verbs are put back, opaque and unproven. */
  readonly spinner: Json;
  /** Some of it could not be read, so not everything is taken over. */
  readonly isPartial: boolean;
};

const FORMER_VERSION = 1;

/** The file, and the lock that was beside it. */
export function formerStatePaths(project: string): { readonly state: string; readonly lock: string } {
  const folder = join(project, ".claude");
  return { state: join(folder, "masque.session.json"), lock: join(folder, "masque.session.lock") };
}

/** What the file of a project claims, `null` where there is none that masque could have written. */
export function readFormerState(projectRealPath: string): FormerState | null {
  const text = textIn(projectRealPath);
  if (text === null || measureJson(text, BOUNDS)) return null;
  const json = parseJson(text);
  if (!isObject(json) || json["version"] !== FORMER_VERSION || !isObject(json["sessions"])) return null;
  const pending = Array.isArray(json["pending"]) ? json["pending"] : [];
  const claims = Object.entries(json["sessions"]).map(([id, entry]) => claimOf(id, entry, pending, projectRealPath));
  const sessions = claims.flatMap((claim) => claim ?? []);
  const isStray = pending.some((event) => !sessions.some(({ session }) => isOf(event, session)));
  return {
    sessions: sessions.filter(({ worn, before }) => worn !== null || before.length > 0),
    spinner: json["spinner"] ?? null,
    isPartial: isStray || sessions.length < claims.length,
  };
}

const BOUNDS = {
  depthMax: LIMITS.formerStateDepthMax,
  elementsMax: LIMITS.formerStateElementsMax,
  keyBytesMax: LIMITS.formerStateKeyBytesMax,
};

/** An entry in today's shape; today's reader checks every member of it. */
function claimOf(id: string, entry: Json | undefined, pending: readonly Json[], project: string): SessionState | null {
  const session = parseSessionId(id);
  if (!session || !isObject(entry)) return null;
  const { worn } = entry;
  const claim: JsonObject = {
    ...emptyState(session),
    worn: isObject(worn) ? { ...worn, project } : (worn ?? null),
    before: entry["before"] ?? [],
    pending: pending.filter((event) => isOf(event, session)),
  };
  const reading = parseState(JSON.stringify(claim), session);
  return reading.kind === "state" ? reading.state : null;
}

function isOf(event: Json, session: SessionId): boolean {
  return isObject(event) && event["session"] === session;
}

function textIn(project: string): string | null {
  const path = formerStatePaths(project).state;
  try {
    if (!lstatSync(join(project, ".claude")).isDirectory() || !lstatSync(path).isFile()) return null;
    const tooLarge = (bytes: number) => new MasqueError("session.unreadable", `"${path}" is ${bytes} bytes long`);
    return readUnlinked(path, LIMITS.formerStateBytesMax, tooLarge)?.toString("utf8") ?? null;
  } catch (error) {
    if (error instanceof MasqueError || errnoOf(error) !== undefined) return null;
    throw error;
  }
}
