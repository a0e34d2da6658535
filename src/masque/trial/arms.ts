import { identityBlock } from "../identity-block.ts";
import type { ResolvedMasque } from "../masque.ts";
import { placeboOf } from "../placebo/placebo.ts";

/** What is compared: no masque, a text of the masque's length that helps with nothing, and the masque. */
export const ARMS = ["none", "placebo", "masque"] as const;

/** One of the three. */
export type Arm = (typeof ARMS)[number];

/** The system text of each arm: what `masque placebo` and `masque don` print, or nothing. */
export function systemTexts(resolved: Pick<ResolvedMasque, "masque" | "digest">): Readonly<Record<Arm, string | null>> {
  return {
    none: null,
    placebo: placeboOf(resolved).block,
    masque: identityBlock({ ...resolved, intent: null, replaces: null }),
  };
}
