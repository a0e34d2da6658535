import type { Scorecard } from "../../judge/score/scorecard.ts";
import { defaultSources } from "../../judge/sources.ts";
import { MasqueError } from "../../kernel/errors.ts";
import type { World } from "../../kernel/world.ts";
import type { Wearing } from "../../session/state.ts";
import type { Edges } from "../edges.ts";

/** The score of a session that was just doffed, or why there is none. */
export type DoffScore =
  | { readonly kind: "scored"; readonly scorecard: Scorecard }
  /** A session outside the agent program, which alone sends telemetry. */
  | { readonly kind: "terminal" }
  /** No telemetry was ever captured on this machine. */
  | { readonly kind: "nothing-captured" }
  /** Nothing of this session has arrived. */
  | { readonly kind: "not-arrived" }
  | { readonly kind: "failed"; readonly error: MasqueError };

/** Scores what was taken off. The masque is off whatever happens here, so a judge that fails is an outcome, and not thrown. */
export async function scoreDoffed(world: World & Pick<Edges, "judge">, doffed: Wearing): Promise<DoffScore> {
  if (!world.agentSession().isHosted) return { kind: "terminal" };
  try {
    const sources = defaultSources(world.paths);
    if (sources.logs.length === 0) return { kind: "nothing-captured" };
    const judge = await world.judge();
    const verdict = await judge.score({ kind: "session", id: doffed.masqueSession }, sources);
    const scorecard = verdict.scorecards.at(-1);
    return scorecard && hasEvents(scorecard) ? { kind: "scored", scorecard } : { kind: "not-arrived" };
  } catch (error) {
    if (error instanceof MasqueError) return { kind: "failed", error };
    throw error;
  }
}

function hasEvents({ stats }: Scorecard): boolean {
  return (
    stats.total_tools > 0 ||
    stats.prompts > 0 ||
    (stats.input_tokens ?? 0) > 0 ||
    (stats.output_tokens ?? 0) > 0 ||
    stats.api_errors > 0
  );
}
