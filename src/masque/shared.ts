import type { Digest } from "../kernel/text/digest.ts";
import { parseJson } from "../kernel/text/json.ts";
import type { MasqueSummary } from "./manifest.ts";
import type { ResolvedMasque } from "./masque.ts";
import { isMasqueShaped } from "./masque-shape.ts";
import { embedMasques } from "./shared-macro.ts" with { type: "macro" };
import type { EmbeddedMasque } from "./shared-macro.ts";

/**
 * The masques that come with the binary. They were parsed and checked when the program was built, and are embedded as data:
 * reading them loads neither YAML nor the schema. A masque's JSON is parsed when that masque is asked for, so that commands
 * which need only a summary, such as `id` and `list`, do not pay for it.
 */
const SHARED_MASQUES: readonly EmbeddedMasque[] = embedMasques();

/** What a listing shows of every shared masque, by slug. */
export function sharedSummaries(): MasqueSummary[] {
  return SHARED_MASQUES.map(({ summary }) => summary);
}

/** What a listing shows of the shared masque with this slug. */
export function sharedSummary(slug: string): MasqueSummary | undefined {
  return SHARED_MASQUES.find((one) => one.slug === slug)?.summary;
}

/** Whether a shared masque has these bytes. */
export function isSharedDigest(digest: Digest): boolean {
  return SHARED_MASQUES.some(({ summary }) => summary.digest === digest);
}

/** Every shared masque, by slug. */
export function sharedMasques(): ResolvedMasque[] {
  return SHARED_MASQUES.map(resolved);
}

/** The shared masque with this slug. */
export function sharedBySlug(slug: string): ResolvedMasque | undefined {
  const found = SHARED_MASQUES.find((one) => one.slug === slug);
  return found && resolved(found);
}

function resolved({ summary, text, json }: EmbeddedMasque): ResolvedMasque {
  const masque = parseJson(json);
  if (!isMasqueShaped(masque)) throw new Error(`The build embedded "${summary.name}" in another shape`);
  return { masque, source: "shared", digest: summary.digest, bytes: Buffer.from(text), path: null };
}
