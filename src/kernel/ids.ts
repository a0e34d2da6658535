import { realpathSync } from "node:fs";
import { errnoOf } from "./errors.ts";

declare const sessionBrand: unique symbol;
declare const masqueSessionBrand: unique symbol;

/** One conversation of an agent: `session.id` on its telemetry, or `terminal:<12 hex>` outside an agent program. */
export type SessionId = string & { readonly [sessionBrand]: true };

/** What lies between a don and its doff in one agent session, a UUID. */
export type MasqueSessionId = string & { readonly [masqueSessionBrand]: true };

const ID_CHARS_MAX = 200;
const ID = /^[A-Za-z0-9][A-Za-z0-9._:@-]*$/;

/** Reads an agent session's id from foreign text; `undefined` for text that no agent program sends. */
export function parseSessionId(text: string): SessionId | undefined {
  return text.length <= ID_CHARS_MAX && ID.test(text) ? (text as SessionId) : undefined;
}

/** Reads a masque session's id from foreign text; `undefined` for any other text. */
export function parseMasqueSessionId(text: string): MasqueSessionId | undefined {
  return text.length <= ID_CHARS_MAX && ID.test(text) ? (text as MasqueSessionId) : undefined;
}

/** How the ids of terminals outside an agent program begin. */
export const TERMINAL_PREFIX = "terminal:";

/** Whether an agent session is a terminal's, outside an agent program. */
export function isTerminalSession(id: string): boolean {
  return id.startsWith(TERMINAL_PREFIX);
}

/**
 * The id of the one agent session that terminals outside an agent program have in a project. The id stays the same when the
 * project's folder is entered through a link.
 */
export function terminalSessionId(project: string): SessionId {
  const hex = new Bun.CryptoHasher("sha256").update(realPath(project)).digest("hex");
  return `${TERMINAL_PREFIX}${hex.slice(0, 12)}` as SessionId;
}

/** The path of a folder without links; a folder that is not there, or cannot be followed, keeps the path that was given. */
export function realPath(folder: string): string {
  try {
    return realpathSync(folder);
  } catch (error) {
    if (errnoOf(error) === undefined) throw error;
    return folder;
  }
}
