import { type DoffOutcome, doff } from "../../app/wear/doff.ts";
import { scoreDoffed } from "../../app/wear/score-doffed.ts";
import type { Deps } from "../../deps.ts";
import { defineMasqueCommand, jsonFlag } from "../command.ts";
import { printWarnings } from "../print/output.ts";
import { isPersonReading } from "./person-reading.ts";
import { doffJson, doffScoreText, doffText } from "./render-session.ts";

/** `masque doff [--no-score]` */
export const doffCommand = defineMasqueCommand({
  args: {
    score: { type: "boolean", description: "Do not score the session", default: true },
    ...jsonFlag,
  },
  examples: [
    ["masque doff", "take the masque off, and show the score of the session"],
    ["masque doff --no-score", "take the masque off, without a score"],
    ["masque doff --json", "as JSON, with what was worn and the score"],
  ],
  async run({ args }, deps) {
    const outcome = await doff(deps, deps.agentSession().id);
    printWarnings(deps.io, outcome.warnings);
    const score = () => (args.score ? scoreDoffed(deps, outcome.doffed) : null);
    if (args.json) {
      deps.io.stdout.write(doffJson(outcome, await score()));
      return undefined;
    }
    if (isPersonReading(deps)) {
      deps.io.stdout.write(await summaryOf(outcome, args.score, deps));
      return undefined;
    }
    // Printed first: the agent must read that the masque is off even if scoring is interrupted.
    deps.io.stdout.write(doffText(outcome));
    deps.io.stdout.write(doffScoreText(outcome, await score()));
    return undefined;
  },
});

/** Loaded for people alone. Outside Claude Code there is no telemetry, and nothing to score. */
async function summaryOf(outcome: DoffOutcome, isScoreWanted: boolean, deps: Deps): Promise<string> {
  const { doffSummary } = await import("./doff-summary.ts");
  const { scoredBy } = await import("../../app/wear/scored-by.ts");
  const { io, clock } = deps;
  const score = isScoreWanted ? { by: await scoredBy(deps) } : undefined;
  return doffSummary(outcome, { output: io.stdout, nowUnixNano: clock.nowUnixNano(), score });
}
