import { rmSync } from "node:fs";
import { MasqueError } from "../kernel/errors.ts";
import { readUnlinked, replaceCache } from "../kernel/files/files.ts";
import type { MasqueSessionId, SessionId } from "../kernel/ids.ts";
import { LIMITS } from "../kernel/limits.ts";
import { parseJson } from "../kernel/text/json.ts";
import { count, oneOf, orNull, recordOf, string } from "../kernel/text/json-shape.ts";
import { anchorCountPath } from "./session-path.ts";

/**
 * How many prompts are left until a session's anchor is repeated. The count is a file of its own beside the session's: it is
 * written at every prompt, without the session's lock and without waiting for the disk. A lost or damaged count starts over.
 */
export type AnchorCount = {
  /** The masque session that is counted. The count of another one says nothing. */
  readonly masqueSession: MasqueSessionId;
  /** Prompts until the anchor, 1 or more; `null` where nothing is repeated. */
  readonly left: number | null;
  /** The id of the prompt that was counted last: two hooks may run for one prompt. */
  readonly prompt: string | null;
};

const VERSION = 1;
const fileOf = recordOf({
  version: oneOf(VERSION),
  masqueSession: string,
  left: orNull(count),
  prompt: orNull(string),
});

/** The count of a masque session, or `null` where it starts over. */
export function readAnchorCount(
  sessions: string,
  session: SessionId,
  masqueSession: MasqueSessionId,
): AnchorCount | null {
  const found = fileOf(parseJson(textAt(anchorCountPath(sessions, session)) ?? ""));
  if (found?.masqueSession !== masqueSession) return null;
  return { masqueSession, left: found.left, prompt: found.prompt };
}

/** @throws {MasqueError} `file.unwritable` */
export function writeAnchorCount(sessions: string, session: SessionId, kept: AnchorCount): void {
  replaceCache(anchorCountPath(sessions, session), `${JSON.stringify({ version: VERSION, ...kept })}\n`);
}

/** The identity block was just shown: the count starts over. */
export function dropAnchorCount(sessions: string, session: SessionId): void {
  rmSync(anchorCountPath(sessions, session), { force: true });
}

function textAt(path: string): string | undefined {
  const tooLong = () => new MasqueError("session.unreadable", `Cannot read "${path}": it is too long for a count`);
  try {
    return readUnlinked(path, LIMITS.anchorCountBytesMax, tooLong)?.toString("utf8");
  } catch (error) {
    if (error instanceof MasqueError) return undefined;
    throw error;
  }
}
