import { join } from "node:path";
import { MasqueError } from "../../kernel/errors.ts";
import type { ProcessIdentity } from "../../kernel/process/process-identity.ts";
import type { World } from "../../kernel/world.ts";
import type { Announced, HostNote } from "../../session/host-life.ts";
import { dropHostNote, keepHostNote, readHostNote } from "../../session/host-notes.ts";
import { readState } from "../../session/session-file.ts";

/** What the process that called a hook announced before; nothing where the process cannot be identified. */

/** `<data>/host/processes`. */
export function notesFolder({ paths }: Pick<World, "paths">): string {
  return join(paths.host, "processes");
}

/** What the process announced, and what the session that it named wears now. */
export function announcedBy(world: World, host: ProcessIdentity | null): Announced {
  const note = host && readHostNote(notesFolder(world), host);
  return note && { note, worn: wornBy(world, note) };
}

/** Keeps a note, or removes the old one where `note` is `null`. */
export function announce(world: World, host: ProcessIdentity | null, note: HostNote | null): void {
  if (!host) return;
  if (note) keepHostNote(notesFolder(world), host, note);
  else dropHostNote(notesFolder(world), host);
}

function wornBy({ paths }: World, { session }: HostNote) {
  try {
    return readState(paths.sessions, session).state.worn;
  } catch (error) {
    if (error instanceof MasqueError) return null;
    throw error;
  }
}
