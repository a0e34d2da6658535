import type { OpenSources } from "../../app/judge/open-sources.ts";
import type { Deps } from "../../deps.ts";
import { marksAheadText } from "../../judge/judge-telemetry.ts";
import type { Selection, Verdict } from "../../judge/port.ts";
import type { SessionId } from "../../kernel/ids.ts";
import { plural } from "../../kernel/text/plural.ts";
import { printableLine } from "../../kernel/text/printable.ts";
import { usage } from "../parse.ts";
import { printWarnings } from "../print/output.ts";

/** The flags that say what is scored, shared by the commands that score. */

/** Which session; without any of them this one, or outside of Claude Code the latest. */
export const sessionFlags = {
  session: {
    type: "string",
    description: "Id, or the start of an id, of an agent session or a masque session",
    valueHint: "ID",
  },
  last: {
    type: "boolean",
    description:
      "The masque session that began last: the default, but inside Claude Code, where the default is the session that runs the command",
    default: false,
  },
} as const;

/** `--quiet` */
export const quietFlag = {
  quiet: { type: "boolean", description: "Print no progress and no warnings, only failures", default: false },
} as const;

/** `--logs PATH…` and `--marks PATH…` */
export const sourceFlags = {
  logs: {
    description: "OTLP logs to read instead of your own telemetry: files, folders, globs; - is standard input",
    valueHint: "PATH",
  },
  marks: {
    description: "With --logs: the masque.jsonl that says what was worn when, if --logs does not include it",
    valueHint: "PATH",
  },
} as const;

/**
 * The agent session that a scoring command runs in and means by default. Telemetry that the user names is of other
 * sessions.
 */
export function sessionHere(
  deps: Pick<Deps, "agentSession">,
  lists: Readonly<Record<string, unknown>>,
): SessionId | undefined {
  if (lists["logs"]) return undefined;
  const { id, isHosted } = deps.agentSession();
  return isHosted ? id : undefined;
}

/**
 * The one selection among flags that exclude each other.
 *
 * @throws {MasqueError} `cli.usage` when several are given.
 */
export function selectionFrom(
  command: string,
  given: { session?: string | undefined; last: boolean; all?: boolean },
  here: SessionId | undefined,
): Selection {
  const flags = [given.session !== undefined && "--session", given.last && "--last", given.all && "--all"];
  const chosen = flags.filter(Boolean);
  if (chosen.length > 1) {
    throw usage(command, `Cannot run "masque ${command}": ${chosen.join(" and ")} exclude each other`);
  }
  if (given.session !== undefined) return { kind: "session", id: given.session };
  if (given.all) return { kind: "all" };
  if (given.last) return { kind: "last" };
  return here === undefined ? { kind: "last" } : { kind: "here", id: here };
}

const MARKS_IN_LOGS =
  "dons and doffs in the logs are ignored: masque reads them only from files called masque.jsonl and from --marks";

/**
 * Warns on stderr about what could not be read: an incomplete score must not look complete.
 */
export function warnOfSkipped(
  { linesSkipped, firstSkipped, hasMarksInLogs, marksAhead, storeProblem }: Verdict,
  deps: Pick<Deps, "io">,
  { nameOf, isGiven, warnings }: Pick<OpenSources, "nameOf" | "isGiven" | "warnings">,
): void {
  printWarnings(deps.io, [
    ...warnings,
    ...(storeProblem === null ? [] : [storeProblem]),
    ...(marksAhead === 0 ? [] : [`${marksAheadText(marksAhead)}: check the clock of the machine that wrote them`]),
    ...(isGiven && hasMarksInLogs ? [MARKS_IN_LOGS] : []),
  ]);
  if (linesSkipped === 0) return;
  const places = firstSkipped.map(
    ({ path, line, why }) => `${printableLine(nameOf(path))}:${line}${why === undefined ? "" : ` (${why})`}`,
  );
  const more = places.length > 0 && linesSkipped > places.length ? " …" : "";
  const where = places.length === 0 ? "" : `: ${places.join(", ")}${more}`;
  deps.io.stderr.write(
    `masque: skipped ${plural(linesSkipped, "line")} (torn, or not an OTLP export request)${where}\n`,
  );
}
