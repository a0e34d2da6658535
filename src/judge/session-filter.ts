import type { SessionFilter } from "./port.ts";
import type { Subject } from "./score/quantities.ts";

/** Whether a masque session or baseline passes a filter. A baseline has no masque and no project. */
export function isAmong(subject: Subject, { sinceUnixNano, masque, project }: SessionFilter): boolean {
  const { startedUnixNano } = subject;
  if (sinceUnixNano !== undefined && (startedUnixNano === null || startedUnixNano < sinceUnixNano)) return false;
  if (masque !== undefined && (subject.masque === null || nameKey(subject.masque) !== nameKey(masque))) return false;
  return project === undefined || subject.project === project;
}

/** The last subject: the masque session with the latest don, else the latest baseline. */
export function lastOf<T extends { readonly subject: Subject }>(all: readonly T[]): T | undefined {
  const worn = all.filter(({ subject }) => subject.masqueSession !== null);
  return (worn.length > 0 ? worn : all).reduce<T | undefined>(
    (last, one) => (last === undefined || latest(one.subject) >= latest(last.subject) ? one : last),
    undefined,
  );
}

function latest({ latestUnixNano }: Subject): bigint {
  return latestUnixNano ?? -1n;
}

/** Names that differ only in case, or in spaces, hyphens and underscores, are the same masque, as in file names. */
function nameKey(name: string): string {
  return name.trim().normalize("NFC").toLowerCase().replace(/[ _]/g, "-");
}
