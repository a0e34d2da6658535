import { realpathSync } from "node:fs";
import { errnoOf } from "./errors.ts";

declare const sessionBrand: unique symbol;
declare const masqueSessionBrand: unique symbol;

/** One conversation of the host agent: `session.id` on its telemetry, or `terminal:<12 hex>` outside a host. */
export type SessionId = string & { readonly [sessionBrand]: true };

/** What lies between a don and its doff in one agent session, a UUID. */
export type MasqueSessionId = string & { readonly [masqueSessionBrand]: true };

const ID_CHARS_MAX = 200;
const ID = /^[A-Za-z0-9][A-Za-z0-9._:@-]*$/;

/** Mints an agent session id from foreign text; `undefined` for what no host would send. */
export function parseSessionId(text: string): SessionId | undefined {
  return text.length <= ID_CHARS_MAX && ID.test(text) ? (text as SessionId) : undefined;
}

/** Mints a masque session id from foreign text. */
export function parseMasqueSessionId(text: string): MasqueSessionId | undefined {
  return text.length <= ID_CHARS_MAX && ID.test(text) ? (text as MasqueSessionId) : undefined;
}

/** How the ids of terminals without a host begin. */
export const TERMINAL_PREFIX = "terminal:";

/**
 * The id of the one agent session that a terminal without a host has in a project: the same by whichever link the
 * project's folder was entered.
 */
export function terminalSessionId(project: string): SessionId {
  const hex = new Bun.CryptoHasher("sha256").update(realPath(project)).digest("hex");
  return `${TERMINAL_PREFIX}${hex.slice(0, 12)}` as SessionId;
}

/** The path of a folder without links; one that is not there, or cannot be followed, is taken as it was given. */
export function realPath(folder: string): string {
  try {
    return realpathSync(folder);
  } catch (error) {
    if (errnoOf(error) === undefined) throw error;
    return folder;
  }
}
