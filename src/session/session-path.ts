import { join } from "node:path";
import type { SessionId } from "../kernel/ids.ts";

const KEY_HEX = 32;

/** A file name for a foreign or long id: the first 32 hex digits of its SHA-256. */
export function keyOf(id: string): string {
  return new Bun.CryptoHasher("sha256").update(id).digest("hex").slice(0, KEY_HEX);
}

/** The file of one agent session in `<data>/sessions`. */
export function sessionFilePath(sessions: string, session: SessionId): string {
  return join(sessions, `${keyOf(session)}.json`);
}

/** The count of prompts until a session's anchor is repeated, beside its file. */
export function anchorCountPath(sessions: string, session: SessionId): string {
  return join(sessions, `${keyOf(session)}.anchor`);
}

/** The lock of a session's file. The lock file exists during a change, and after a change whose process died. */
export function sessionLockPath(sessions: string, session: SessionId): string {
  return join(sessions, `${keyOf(session)}.lock`);
}
