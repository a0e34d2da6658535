import type { Dropped, PartlyDropped } from "../../app/judge/dropped-logs.ts";
import type { Gone } from "../../judge/judge-telemetry.ts";
import { printableLine } from "../../kernel/text/printable.ts";
import { dateTimeText } from "../print/time-text.ts";

/** What people read about telemetry that retention dropped. */

const SETTING = { age: "audience.retentionDays", size: "audience.retentionBytes" } as const;
const SESSIONS_NAMED = 3;

/** Why a session cannot be judged, and what keeps the next ones. */
export function goneText(dropped: Dropped | undefined): Gone | undefined {
  if (dropped === undefined) return undefined;
  const setting = SETTING[dropped.reason];
  const keep = `the logs cannot be restored; a higher ${setting} keeps the next ones longer (0 keeps them forever)`;
  if (dropped.kind === "dropped") {
    const judged = dropped.isJudged
      ? "; the judge had read them, but its store no longer has them"
      : ", before the judge had read them";
    return { found: `retention (${setting}) dropped its logs on ${dateTimeText(dropped.at)}${judged}`, fix: keep };
  }
  const [from, to] = [dateTimeText(dropped.from), dateTimeText(dropped.to)];
  return {
    found: `no session has that id, and retention dropped logs from ${from} to ${to} before the judge had read them`,
    fix: `check the id (masque sessions lists them); if the session is of that time, ${keep}`,
  };
}

/** Warnings about sessions whose scores lack something, as a score that lacks something must not look whole. */
export function droppedWarnings({ whole, partly }: PartlyDropped): readonly string[] {
  return [
    ...warning(whole, "retention dropped logs, and nothing else is known of"),
    ...warning(partly, "retention dropped logs before the judge had read them, so scores may be incomplete for"),
  ];
}

function warning(sessions: readonly string[], lead: string): readonly string[] {
  if (sessions.length === 0) return [];
  const named = sessions.slice(0, SESSIONS_NAMED).map((session) => `"${printableLine(session)}"`);
  const more = sessions.length > SESSIONS_NAMED ? ` and ${sessions.length - SESSIONS_NAMED} more` : "";
  return [`${lead} session ${named.join(", ")}${more}`];
}
