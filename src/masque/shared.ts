import type { Digest } from "../kernel/text/digest.ts";
import type { ResolvedMasque } from "./masque.ts";
import { embedMasques } from "./shared-macro.ts" with { type: "macro" };
import type { EmbeddedMasque } from "./shared-macro.ts";

/**
 * The masques that come with the binary. They were parsed and checked when the program was built, and are embedded as data:
 * reading them loads neither YAML nor the schema.
 */
export const SHARED_MASQUES: readonly EmbeddedMasque[] = embedMasques();

/** Every shared masque, by slug. */
export function sharedMasques(): ResolvedMasque[] {
  return SHARED_MASQUES.map(resolved);
}

/** The shared masque with this slug. */
export function sharedBySlug(slug: string): ResolvedMasque | undefined {
  const found = SHARED_MASQUES.find((one) => one.slug === slug);
  return found && resolved(found);
}

/** The shared masque with these bytes. */
export function sharedByDigest(digest: Digest): ResolvedMasque | undefined {
  const found = SHARED_MASQUES.find((one) => one.digest === digest);
  return found && resolved(found);
}

function resolved({ masque, digest, text }: EmbeddedMasque): ResolvedMasque {
  // The macro computed the digest. Embedding it as data loses the type's brand.
  return { masque, source: "shared", digest: digest as Digest, bytes: Buffer.from(text), path: null };
}
