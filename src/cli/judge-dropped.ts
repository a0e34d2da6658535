import { type Dropped, droppedLogsOf, readDropped } from "../audience/dropped.ts";
import type { DropReason } from "../audience/retention.ts";
import type { Gone } from "../judge/judge-telemetry.ts";
import type { Scorecard } from "../judge/scorecard.ts";
import { MasqueError } from "../kernel/errors.ts";
import type { Paths } from "../kernel/paths.ts";
import { printableLine } from "../kernel/printable.ts";

/** What retention has to do with a session's score: it may have dropped the logs, and remembers that it did. */

const SETTING: Readonly<Record<DropReason, string>> = {
  age: "audience.retentionDays",
  size: "audience.retentionBytes",
};
const SESSIONS_NAMED = 3;

/** Why an agent session is not there; `undefined` where retention has nothing to do with it, or cannot say. */
export function whyDropped(paths: Pick<Paths, "audience">, session: string): Gone | undefined {
  const logs = droppedLogsOf(droppedOrNothing(paths), session);
  if (!logs) return undefined;
  const since = logs.isJudged
    ? "the judge had read them, and its store no longer has them"
    : "the judge could not read them before";
  return {
    found: `retention dropped its logs at ${logs.at}, as ${SETTING[logs.reason]} says, and ${since}`,
    cure: `they are gone for good; raise ${SETTING[logs.reason]} to keep the next ones longer (0 keeps them)`,
  };
}

/** Warnings about sessions that were scored although logs of theirs went before the judge could read them. */
export function partlyDropped(paths: Pick<Paths, "audience">, scorecards: readonly Scorecard[]): readonly string[] {
  const dropped = droppedOrNothing(paths);
  if (!dropped || dropped.unjudged === 0) return [];
  const sessions = [...new Set(scorecards.map(({ session }) => session))].filter(
    (session) => droppedLogsOf(dropped, session)?.isJudged === false,
  );
  if (sessions.length === 0) return [];
  const named = sessions.slice(0, SESSIONS_NAMED).map((session) => `"${printableLine(session)}"`);
  const more = sessions.length > SESSIONS_NAMED ? ` and ${sessions.length - SESSIONS_NAMED} more` : "";
  return [
    `retention dropped logs before the judge could read them, so scores may lack some of session ${named.join(", ")}${more}`,
  ];
}

/** A memory that cannot be read is `masque audience status`'s to tell. */
function droppedOrNothing(paths: Pick<Paths, "audience">): Dropped | null {
  try {
    return readDropped(paths);
  } catch (error) {
    if (error instanceof MasqueError) return null;
    throw error;
  }
}
