import type { Quantities, Subject } from "../../src/judge/score/quantities.ts";
import { scoreQuantities } from "../../src/judge/score/score.ts";
import type { Scorecard } from "../../src/judge/score/scorecard.ts";

/** Ten tool results, eight of them good, in two active minutes and for two prompts. */
export const QUANTITIES: Quantities = {
  tools: 10,
  toolsOk: 8,
  prompts: 2,
  activeMin: 2,
  apiErrors: 0,
  costUsd: 0.4,
  inputTokens: 100,
  outputTokens: 10,
  cacheReadTokens: 300,
  cacheCreationTokens: 100,
};

/** A masque session of Codesmith's with ten tool results, eight of them good. */
export function scorecard(subject: Partial<Subject> = {}, quantities: Partial<Quantities> = {}): Scorecard {
  return scoreQuantities(
    {
      session: "s-1",
      masqueSession: "m-1",
      masque: "Codesmith",
      version: "0.2.0",
      digest: `sha256:${"0".repeat(64)}`,
      startedUnixNano: 1_795_348_800_000_000_000n,
      durationMin: 12.5,
      project: "/project",
      latestUnixNano: 1_795_348_800_000_000_000n,
      ...subject,
    },
    { ...QUANTITIES, ...quantities },
  );
}
