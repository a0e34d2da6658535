import type { Deps } from "../deps.ts";
import type { Selection, Verdict } from "../judge/judge.ts";
import { printableLine } from "../kernel/printable.ts";
import { usage } from "./parse.ts";
import { printWarnings } from "./print.ts";

/** The flags that say what is scored, shared by the commands that score. */

/** Which session, and none for the latest. */
export const sessionFlags = {
  session: { type: "string", description: "An agent session's id, or a masque session's", valueHint: "ID" },
  last: { type: "boolean", description: "The masque session with the latest don (the default)", default: false },
} as const;

/** `--quiet` */
export const quietFlag = {
  quiet: { type: "boolean", description: "No progress and no remarks on stderr, only failures", default: false },
} as const;

/** `--logs PATH…` */
export const logsFlag = {
  logs: {
    description: "Files, folders or globs of OTLP logs to read instead of your own telemetry; - is standard input",
    valueHint: "PATH",
  },
} as const;

/**
 * The one selection among flags that exclude each other.
 *
 * @throws {MasqueError} `cli.usage` when several are given.
 */
export function selectionFrom(
  command: string,
  given: { session?: string | undefined; last: boolean; all?: boolean },
): Selection {
  const flags = [given.session !== undefined && "--session", given.last && "--last", given.all && "--all"];
  const chosen = flags.filter(Boolean);
  if (chosen.length > 1) {
    throw usage(command, `Cannot run "masque ${command}": ${chosen.join(" and ")} exclude each other`);
  }
  if (given.session !== undefined) return { kind: "session", id: given.session };
  return { kind: given.all ? "all" : "last" };
}

/**
 * Says on stderr what could not be read, for a score that misses something must not look whole.
 *
 * @param nameOf How people know a file.
 */
export function warnOfSkipped(
  { linesSkipped, firstSkipped, storeProblem }: Verdict,
  deps: Pick<Deps, "io">,
  nameOf: (path: string) => string,
): void {
  if (storeProblem !== null) printWarnings(deps.io, [storeProblem]);
  if (linesSkipped === 0) return;
  const lines = linesSkipped === 1 ? "1 line is" : `${linesSkipped} lines are`;
  const places = firstSkipped.map(
    ({ path, line, why }) => `${printableLine(nameOf(path))}:${line}${why === undefined ? "" : ` (${why})`}`,
  );
  const more = places.length > 0 && linesSkipped > places.length ? " …" : "";
  const where = places.length === 0 ? "" : `: ${places.join(", ")}${more}`;
  deps.io.stderr.write(`masque: ${lines} no OTLP export request (torn or foreign), and passed over${where}\n`);
}
