import type { Json } from "../../kernel/text/json.ts";
import { embedSuites } from "./shared-suites-macro.ts" with { type: "macro" };
import type { EmbeddedSuite } from "./shared-suites-macro.ts";

/** The cases that come with shared masques, by slug. */
export const SHARED_SUITES: readonly EmbeddedSuite[] = embedSuites();

/** The suite of the shared masque with this slug, as its file says it. */
export function sharedSuite(slug: string): Json | undefined {
  return SHARED_SUITES.find((one) => one.slug === slug)?.suite;
}
