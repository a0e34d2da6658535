import type { Scorecard } from "../../judge/score/scorecard.ts";
import { defaultSources } from "../../judge/sources.ts";
import { MasqueError, whatNextLines } from "../../kernel/errors.ts";
import type { World } from "../../kernel/world.ts";
import type { Wearing } from "../../session/state.ts";
import type { Edges } from "../edges.ts";

/** The score of a session that was just doffed, or why there is none. */
export type DoffScore =
  | { readonly kind: "scored"; readonly scorecard: Scorecard }
  | { readonly kind: "unscored"; readonly reason: string };

/**
 * Scores what was taken off. The masque is off whatever happens here, so a judge that fails is told as a reason, not
 * thrown.
 */
export async function scoreDoffed(world: World & Pick<Edges, "judge">, doffed: Wearing): Promise<DoffScore> {
  try {
    const sources = defaultSources(world.paths);
    if (sources.logs.length === 0) return unscored(`no telemetry was captured on this machine yet. ${FIX}`);
    const judge = await world.judge();
    const verdict = await judge.score({ kind: "session", id: doffed.masqueSession }, sources);
    const scorecard = verdict.scorecards.at(-1);
    if (scorecard && hasEvents(scorecard)) return { kind: "scored", scorecard };
    return unscored(
      `no telemetry of this session has arrived. Claude Code exports every 5 s, so it may be on its way: ` +
        `\`masque judge --session ${doffed.masqueSession}\` scores it later. ${FIX}`,
    );
  } catch (error) {
    if (error instanceof MasqueError) return unscored([error.message, ...whatNextLines(error)].join("; "));
    throw error;
  }
}

const FIX =
  "`masque audience start` starts the receiver, `masque setup claude` or `masque audience config` points Claude Code at it.";

function hasEvents({ stats }: Scorecard): boolean {
  return (
    stats.total_tools > 0 ||
    stats.prompts > 0 ||
    (stats.input_tokens ?? 0) > 0 ||
    (stats.output_tokens ?? 0) > 0 ||
    stats.api_errors > 0
  );
}

function unscored(reason: string): DoffScore {
  return { kind: "unscored", reason };
}
