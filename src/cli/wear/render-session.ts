import type { DoffOutcome } from "../../app/wear/doff.ts";
import type { DonOutcome } from "../../app/wear/don.ts";
import type { DoffScore } from "../../app/wear/score-doffed.ts";
import type { WornNow } from "../../app/wear/worn.ts";
import { isoTime, unixMs } from "../../kernel/clock.ts";
import { whatNextLines } from "../../kernel/errors.ts";
import type { SessionId } from "../../kernel/ids.ts";
import { printable, printableLine } from "../../kernel/text/printable.ts";
import { doffNotice } from "../../masque/identity-block.ts";
import { parseName, slugOf } from "../../masque/masque.ts";
import { startOf, type Wearing } from "../../session/state.ts";
import { jsonText } from "../print/output.ts";
import { scoreSummary } from "../print/score-text.ts";
import { agoText, whenText } from "../print/time-text.ts";

/** What don, doff and id print. An agent reads the first two, so they speak to it; `id` speaks to both. */

/** The identity block; or, where the masque is worn already, a line that says so and what the intent now is. */
export function donText(outcome: DonOutcome): string {
  if (outcome.kind === "donned") return `${outcome.block}\n`;
  const { worn, wasAway, isIntentNew } = outcome;
  const since = isoTime(BigInt(startOf(worn)));
  const rest = wasAway ? "the session goes on" : isIntentNew ? "its intent is replaced" : "nothing changed";
  const lead = `${label(worn)} is already worn, since ${since}; ${rest}.`;
  return isIntentNew ? `${lead}\nThe intent is now: ${printable(worn.intent ?? "")}\n` : `${lead}\n`;
}

/** `don --json` */
export function donJson(outcome: DonOutcome): string {
  return jsonText({
    outcome: outcome.kind,
    ...wornKeys(outcome.worn),
    block: outcome.kind === "donned" ? outcome.block : null,
    intent_replaced: outcome.kind === "already-worn" && outcome.isIntentNew,
  });
}

/** The notice for the agent. */
export function doffText({ doffed }: DoffOutcome): string {
  return `${doffNotice(doffed)}\n`;
}

/** The score, or why there is none. Empty where no score was asked for. */
export function doffScoreText({ doffed }: DoffOutcome, scored: DoffScore | null): string {
  if (!scored) return "";
  return scored.kind === "scored"
    ? `\n${scoreSummary(scored.scorecard)}`
    : `\nNo score: ${unscoredText(scored, doffed)}\n`;
}

const FIX =
  "To receive telemetry, run `masque audience start`; to make Claude Code send it, run `masque setup claude`.";

function unscoredText(scored: Exclude<DoffScore, { kind: "scored" }>, doffed: Wearing): string {
  switch (scored.kind) {
    case "terminal":
      return `only Claude Code sends telemetry, and this is a terminal session. For a score, run \`masque setup claude\`, then type /don ${slugOf(parseName(doffed.name))} in Claude Code.`;
    case "nothing-captured":
      return `no telemetry was captured on this machine yet. ${FIX}`;
    case "not-arrived":
      return `no telemetry of this session has arrived. Claude Code exports every 5 s, so it may be on its way: \`masque judge --session ${doffed.masqueSession}\` scores it later. ${FIX}`;
    case "failed":
      return [scored.error.message, ...whatNextLines(scored.error)].join("; ");
    default:
      return scored satisfies never;
  }
}

/** `doff --json` */
export function doffJson({ doffed }: DoffOutcome, scored: DoffScore | null): string {
  return jsonText({
    ...wornKeys(doffed),
    score: scored?.kind === "scored" ? scored.scorecard : null,
    no_score_because: scored && scored.kind !== "scored" ? unscoredText(scored, doffed) : null,
  });
}

/**
 * What is worn, since when, and whether its file is newer. A person at a terminal reads local times. An agent reads UTC,
 * and does not pay for the time zone: loading it takes 4 ms.
 */
export function idText(
  now: WornNow,
  { nowUnixNano, isForPerson }: { nowUnixNano: bigint; isForPerson: boolean },
): string {
  const corrupt = now.isStateCorrupt ? "The session file is corrupt; the next don or doff sets it aside.\n" : "";
  const { worn } = now;
  if (!worn) return `${corrupt}No masque is worn. \`masque list\` shows the masques to choose from.\n`;
  const since = isoTime(BigInt(startOf(worn)));
  const lines = [
    `${label(worn)} (${worn.source}), ${worn.digest}`,
    `  since    ${isForPerson ? whenText(since, unixMs(nowUnixNano)) : `${since}, ${agoText(since, unixMs(nowUnixNano))}`}`,
    `  session  ${worn.masqueSession}`,
  ];
  if (worn.intent !== null) lines.push(`  intent   ${printableLine(worn.intent)}`);
  if (!now.isOpen) lines.push("  Claude Code ended; the session goes on when you resume the conversation");
  if (now.newer) lines.push(`  its file has changed since: \`masque don ${worn.name}\` wears the new one`);
  if (now.isGone) lines.push("  its file is gone; what is worn is the pinned copy");
  return `${corrupt}${lines.join("\n")}\n`;
}

/** `id --json` */
export function idJson(now: WornNow, session: SessionId): string {
  return jsonText({
    session,
    worn: now.worn
      ? { ...wornKeys(now.worn), is_open: now.isOpen, newer_digest: now.newer, file_gone: now.isGone }
      : null,
  });
}

function wornKeys(worn: Wearing) {
  return {
    masque: worn.name,
    version: worn.version,
    digest: worn.digest,
    source: worn.source,
    masque_session: worn.masqueSession,
    since: isoTime(BigInt(startOf(worn))),
    intent: worn.intent,
    replaced: worn.replaces,
  };
}

function label(worn: Wearing): string {
  return `${printableLine(worn.name)} ${printableLine(worn.version)}`;
}
