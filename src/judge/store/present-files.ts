import { statOrUndefined } from "../../kernel/files/files.ts";
import { byAge } from "../../telemetry/file-names.ts";
import type { ScoreOptions, Sources } from "../port.ts";
import type { KnownSource } from "./manifest.ts";

/** A telemetry file that is there. */
export type PresentFile = {
  readonly path: string;
  readonly content: KnownSource["content"];
};

/** The sources' files under their names of now, oldest first. */
export function presentFiles({ logs, listLogs, marks }: Sources): readonly PresentFile[] {
  return [
    ...(listLogs?.() ?? logs).map((path) => ({ path, content: "events" }) as const),
    ...marks.map((path) => ({ path, content: "marks" }) as const),
  ];
}

/** Bytes of all files, when everything in them is to be read. */
export function bytesOf(sources: Sources): number {
  return presentFiles(sources).reduce((sum, { path }) => sum + (statOrUndefined(path)?.size ?? 0), 0);
}

/** Ranks of sources by id, in the order of their files: the logs by age, then the files of dons and doffs. */
export function ranksOf(sources: readonly KnownSource[]): ReadonlyMap<number, number> {
  const order = [...sources].sort(
    (a, b) => Number(a.content === "marks") - Number(b.content === "marks") || byAge(a.name, b.name) || a.id - b.id,
  );
  return new Map(order.map(({ id }, rank) => [id, rank]));
}

/** Reports bytes as they are read, out of a total that is never exceeded, though a file may grow meanwhile. */
export function progressOf(bytesTotal: number, onProgress: ScoreOptions["onProgress"]): (bytes: number) => void {
  let bytesRead = 0;
  return (bytes) => {
    bytesRead = Math.min(bytesRead + bytes, bytesTotal);
    onProgress?.({ doing: "reading", bytesRead, bytesTotal });
  };
}
