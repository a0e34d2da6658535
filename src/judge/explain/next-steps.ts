import { plural } from "../../kernel/text/plural.ts";
import { printableLine } from "../../kernel/text/printable.ts";
import { inputTokens } from "../score/input-tokens.ts";
import { SCALE } from "../score/scale.ts";
import type { Dimension, Scorecard } from "../score/scorecard.ts";
import type { PulledDown } from "./pulled-down.ts";

/** One thing to try, and the number that suggests it. */
export type NextStep = {
  readonly about: Dimension | "telemetry" | "confidence" | "idle" | "errors";
  readonly text: string;
};

const STEPS_MAX = 5;
const NAME_CHARS_MAX = 60;
/** From this share of a session on, waiting is what most of it was. */
const IDLE_SHARE_NAMED = 0.5;

/**
 * What a person could do next, most pressing first. Each step states its number: it is a hint from counts, no diagnosis.
 */
export function nextSteps(card: Scorecard, pulled: PulledDown, others: number): NextStep[] {
  const { stats } = card;
  if (stats.total_tools === 0) return [telemetryStep(card)];
  const steps = pulled.points_lost
    .filter(({ dimension }) => (card.dimensions[dimension] ?? 0) < SCALE.recommend.keep)
    .map(({ dimension }): NextStep => ({ about: dimension, text: ADVICE[dimension](card, pulled) }));
  const more: NextStep[] = [];
  if (stats.api_errors > 0) {
    more.push({
      about: "errors",
      text: `${plural(stats.api_errors, "API error")}: a request that failed is tried again and costs time; look for limits or an unsteady network.`,
    });
  }
  if ((pulled.idle_share ?? 0) >= IDLE_SHARE_NAMED && card.masque_session !== null) {
    more.push({
      about: "idle",
      text: `${percent(pulled.idle_share ?? 0)} of the time nothing ran: \`masque doff\` when the work is done, so that what follows isn't counted.`,
    });
  }
  const trust = confidenceStep(card, others);
  return [...steps, ...more].slice(0, STEPS_MAX - trust.length).concat(trust);
}

const ADVICE: Readonly<Record<Dimension, (card: Scorecard, pulled: PulledDown) => string>> = {
  quality({ stats }, { failing_tools: [worst] }) {
    const failed = stats.total_tools - stats.tools_ok;
    const which =
      worst === undefined ? "" : `, ${worst.failed} of them ${worst.tool === null ? "unnamed" : toolName(worst.tool)}`;
    return `${plural(failed, "tool call")} of ${stats.total_tools} failed${which}: look at what they were asked to do. Tests that were meant to fail count as well.`;
  },
  autonomy({ stats }) {
    return `${(stats.total_tools / Math.max(stats.prompts, 1)).toFixed(1)} actions a prompt: say the goal and how to check it in one prompt, and let more happen between two.`;
  },
  productivity({ stats, active_min }) {
    return `${(stats.tools_ok / (active_min ?? SCALE.active_floor_min)).toFixed(1)} completions an active minute: slow commands and long answers lower it; run the narrower test, ask for the shorter answer.`;
  },
  token_efficiency({ stats }) {
    return `${percent((stats.cache_read_tokens ?? 0) / (inputTokens(stats) ?? 1))} of the input tokens came from the cache: stay in one session, without long pauses and without changing the model or its tools, so that it's read again.`;
  },
  cost_efficiency({ stats }, { costliest_prompts: [costliest] }) {
    const each =
      stats.tools_ok === 0
        ? "Nothing succeeded for what it cost"
        : `$${((stats.total_cost ?? 0) / stats.tools_ok).toFixed(3)} a completion`;
    const share = costliest === undefined ? "" : `, and one prompt took ${percent(costliest.share)} of the cost`;
    return `${each}${share}: split what is large, clear what is no longer needed, or use a smaller model for it.`;
  },
};

function telemetryStep({ stats, masque_session }: Scorecard): NextStep {
  const isSilent = (stats.input_tokens ?? 0) + (stats.output_tokens ?? 0) + stats.prompts === 0;
  const where = masque_session === null ? "session" : "masque session";
  return {
    about: "telemetry",
    text: isSilent
      ? `No telemetry reached this ${where}: \`masque doctor\` looks at each link of the chain, \`masque audience start\` captures it, \`masque setup claude\` points Claude Code at it; then start Claude Code again.`
      : `No tool ran in this ${where}, so there is nothing to score yet. Should one have run, \`masque doctor\` looks at each link of the chain.`,
  };
}

function confidenceStep({ confidence, stats, masque_session }: Scorecard, others: number): NextStep[] {
  if (confidence === "low") {
    return [
      {
        about: "confidence",
        text: `${plural(stats.total_tools, "tool call")} is little to go on: from ${SCALE.confidence.medium} the confidence is medium, from ${SCALE.confidence.high} high.`,
      },
    ];
  }
  if (masque_session === null || others > 0) return [];
  return [
    {
      about: "confidence",
      text: "There is nothing to compare with yet: work on something alike without a masque, or in another one.",
    },
  ];
}

function toolName(tool: string): string {
  return printableLine(tool).slice(0, NAME_CHARS_MAX);
}

function percent(share: number): string {
  return `${Math.round(share * 100)}%`;
}
