import type { Fork } from "../../app/masques/fork-masque.ts";
import { slugOf } from "../../masque/masque.ts";
import { sharedBySlug } from "../../masque/shared.ts";

/** What `fork` prints with `--json`. */
export function forkJson({ name, version, path, from }: Fork): object {
  return { name, version, path, forked_from: from };
}

/** What a person should know about a new fork, and what to do next. */
export function forkNotes({ name, from }: Fork): string {
  const copied = `Copied from ${from.name} ${from.version} (${from.source}).\n`;
  const hides = sharedBySlug(slugOf(name)) ? "The copy hides the shared masque of the same name.\n" : "";
  return copied + hides;
}
