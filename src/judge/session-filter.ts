import type { SessionFilter } from "./port.ts";
import type { Subject } from "./score/quantities.ts";

/** Whether a masque session or baseline counts under a narrowing. A baseline is of no masque and of no project. */
export function isAmong(subject: Subject, { sinceUnixNano, masque, project }: SessionFilter): boolean {
  const { startedUnixNano } = subject;
  if (sinceUnixNano !== undefined && (startedUnixNano === null || startedUnixNano < sinceUnixNano)) return false;
  if (masque !== undefined && (subject.masque === null || nameKey(subject.masque) !== nameKey(masque))) return false;
  return project === undefined || subject.project === project;
}

/** What is last among subjects: the masque session with the latest don, else the latest baseline. */
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

/** Names that differ in case, or in spaces, hyphens and underscores, are one masque's: so its file is called. */
function nameKey(name: string): string {
  return name.trim().normalize("NFC").toLowerCase().replace(/[ _]/g, "-");
}
