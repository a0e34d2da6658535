import { dirname } from "node:path";
import { isoTime } from "../kernel/clock.ts";
import { MasqueError } from "../kernel/errors.ts";
import { printableLine } from "../kernel/text/printable.ts";
import type { Judge, ScoreOptions, Selection, Sources, Verdict } from "./port.ts";

const NOTHING_YET = {
  try: "masque doctor",
  hint: "it shows what is missing: mostly masque setup claude, then masque audience start, and a restart of Claude Code",
};

const NOT_FOUND = {
  try: "masque sessions",
  hint: "Claude Code exports every 5 s, so a new session takes a moment to arrive",
};
const NOT_HERE = {
  try: "masque doctor",
  hint: "Claude Code exports every 5 s, so try again in a few seconds; --last takes the latest session instead",
};

/** Why an agent session's telemetry is not there, where that is known. */
export type Gone = {
  /** What became of it and when: follows "Cannot judge session X: ". */
  readonly found: string;
  /** What keeps it from happening to the next ones. */
  readonly fix: string;
};

/** Options of judging. */
export type JudgeOptions = ScoreOptions & {
  /** Asked about a session that is not found. */
  whyGone?(session: string): Gone | undefined;
};

/**
 * Scores a selection. A selection without any score is an error.
 *
 * @throws {MasqueError} `judge.nothing-to-score` when there is no telemetry, or none of what was asked for;
 *   `judge.query-failed`, `judge.logs-unreadable`.
 */
export async function judgeTelemetry(
  judge: Judge,
  selection: Selection,
  sources: Sources,
  options: JudgeOptions = {},
): Promise<Verdict> {
  const verdict = await judge.score(selection, sources, options);
  if (verdict.eventsRead > 0 && verdict.scorecards.length > 0) return verdict;
  const gone = "id" in selection ? options.whyGone?.(selection.id) : undefined;
  if ("id" in selection && gone) throw goneError(selection.id, gone);
  if (verdict.eventsRead === 0) throw noTelemetry(sources, verdict);
  throw new MasqueError(
    "judge.nothing-to-score",
    nothingSelected(selection, verdict),
    selection.kind === "here" ? NOT_HERE : NOT_FOUND,
  );
}

function goneError(session: string, { found, fix }: Gone): MasqueError {
  return new MasqueError("judge.nothing-to-score", `Cannot judge session "${printableLine(session)}": ${found}`, {
    hint: fix,
  });
}

function nothingSelected(selection: Selection, verdict: Verdict): string {
  if (verdict.isIdle && "id" in selection) {
    return `Cannot judge session "${printableLine(selection.id)}": all that it did was to ask masque something`;
  }
  if (selection.kind === "here") {
    return `Cannot judge this session, "${printableLine(selection.id)}": no telemetry of it has arrived${ahead(verdict)}`;
  }
  if (selection.kind === "session") {
    return `Cannot judge session "${printableLine(selection.id)}": none of the ${seen(verdict)} has that id${ahead(verdict)}`;
  }
  const { sinceUnixNano, masque, project } = selection.among ?? {};
  const asked = [
    masque === undefined ? "" : ` of masque "${printableLine(masque)}"`,
    project === undefined ? "" : ` in "${printableLine(project)}"`,
    sinceUnixNano === undefined ? "" : ` since ${isoTime(sinceUnixNano)}`,
  ];
  return `Cannot judge sessions${asked.join("")}: none of the ${seen(verdict)} has one${ahead(verdict)}`;
}

/** How many dons and doffs were ignored for their time. */
export function marksAheadText(marks: number): string {
  const subject = marks === 1 ? "1 don or doff lies" : `${marks} dons and doffs lie`;
  return `${subject} more than an hour in the future, and ${marks === 1 ? "is" : "are"} ignored`;
}

function ahead({ marksAhead }: Verdict): string {
  return marksAhead === 0 ? "" : `; ${marksAheadText(marksAhead)}`;
}

function noTelemetry(sources: Sources, verdict: Verdict): MasqueError {
  const files = sources.logs.length === 0 ? nothingReceived(sources) : looked(sources.logs);
  const skipped = verdict.linesSkipped === 0 ? "" : ` (${skippedText(verdict.linesSkipped)} no export request)`;
  return new MasqueError(
    "judge.nothing-to-score",
    `There is nothing to show or score yet: ${files}${skipped}`,
    NOTHING_YET,
  );
}

function nothingReceived({ marks }: Sources): string {
  const folder = marks[0] === undefined ? "" : ` in "${printableLine(dirname(marks[0]))}"`;
  return `no telemetry of Claude Code has arrived${folder}`;
}

function skippedText(lines: number): string {
  return lines === 1 ? "1 line in them is" : `${lines} lines in them are`;
}

function looked(files: readonly string[]): string {
  const first = files.slice(0, FILES_NAMED).map((file) => `"${printableLine(file)}"`);
  const more = files.length > FILES_NAMED ? ` and ${files.length - FILES_NAMED} more` : "";
  return `no event of an agent session is in ${first.join(", ")}${more}`;
}

const FILES_NAMED = 3;

function seen({ sessionsSeen }: Verdict): string {
  return sessionsSeen === 1 ? "1 agent session seen" : `${sessionsSeen ?? 0} agent sessions seen`;
}
