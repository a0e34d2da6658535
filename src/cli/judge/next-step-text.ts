import type { FailingTool } from "../../judge/explain/explanation.ts";
import type { NextStep } from "../../judge/explain/next-steps.ts";
import { SCALE } from "../../judge/score/scale.ts";
import { plural } from "../../kernel/text/plural.ts";
import { printableLine } from "../../kernel/text/printable.ts";
import { percentText } from "./performance-text.ts";

const NAME_CHARS_MAX = 60;

/** One thing to try, in a sentence or two. Text in backticks is a command line. */
export function nextStepText(step: NextStep): string {
  switch (step.about) {
    case "quality":
      return `${step.failed} of ${plural(step.calls, "tool call")} failed${worstText(step.worst)}. Look at what these calls were asked to do. Tests that were meant to fail count as well.`;
    case "autonomy":
      return `${step.actionsPerPrompt.toFixed(1)} actions a prompt. Put the goal, and how to check it, into one prompt, and let the agent do more before the next prompt.`;
    case "productivity":
      return `${step.completionsPerMinute.toFixed(1)} completions an active minute. Slow commands and long answers lower this number: run narrower tests, and ask for shorter answers.`;
    case "token_efficiency":
      return `${percentText(step.cachedShare)} of the input tokens came from the cache. Stay in one session, avoid long pauses, and keep the model and its tools: then the cache is read again.`;
    case "cost_efficiency":
      return `${costText(step)}. Split large tasks, clear context that you no longer need, or use a smaller model.`;
    case "errors":
      return `${plural(step.apiErrors, "API error")}. Claude Code repeats a request that failed, which costs time: check your rate limits and your network.`;
    case "idle":
      return `Nothing ran for ${percentText(step.idleShare)} of the time. Run \`masque doff\` when the work is done, so that what follows is not counted.`;
    case "telemetry":
      return telemetryText(step);
    case "confidence":
      return step.missing === "calls"
        ? `${plural(step.calls, "tool call")} is little to go on. The confidence is medium from ${SCALE.confidence.medium} calls, and high from ${SCALE.confidence.high}.`
        : "There is nothing to compare with yet. Do similar work without a masque, or in another masque.";
    default:
      return step satisfies never;
  }
}

function worstText(worst: FailingTool | null): string {
  if (worst === null) return "";
  const tool = worst.tool === null ? "a tool without a name" : printableLine(worst.tool).slice(0, NAME_CHARS_MAX);
  return `, ${worst.failed} of them ${tool}`;
}

function costText(step: Extract<NextStep, { about: "cost_efficiency" }>): string {
  const each =
    step.costPerCompletion === null
      ? "Nothing succeeded for what it cost"
      : `$${step.costPerCompletion.toFixed(3)} a completion`;
  return step.costliestShare === null
    ? each
    : `${each}, and one prompt took ${percentText(step.costliestShare)} of the cost`;
}

function telemetryText({ isMasqueSession, missing }: Extract<NextStep, { about: "telemetry" }>): string {
  const session = isMasqueSession ? "masque session" : "session";
  return missing === "telemetry"
    ? `No telemetry of this ${session} has arrived. Run \`masque audience start\` to receive telemetry and \`masque setup claude\` to make Claude Code send it, then restart Claude Code. \`masque doctor\` finds what is missing.`
    : `No tool ran in this ${session}, so there is nothing to score yet. If a tool did run, \`masque doctor\` finds what is missing.`;
}
