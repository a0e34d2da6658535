import { LIMITS } from "../../kernel/limits.ts";
import { statRegular } from "../../kernel/open-regular.ts";
import { byAge } from "../../telemetry/file-names.ts";
import type { Sources } from "../port.ts";
import { inodeOf } from "../reading/lines.ts";
import type { Position } from "../reading/read-file.ts";
import type { KnownSource } from "../store/manifest.ts";
import { type PresentFile, type Recognised, readUpTo, recognise } from "../store/recognise.ts";
import { type TelemetryReader, throwUnlessGone } from "./telemetry-reader.ts";

/** Passes over the folder: a second for what was closed during the first, and a third for a clock that runs fast. */
const PASSES_MAX = 3;

/** Told when the reader holds as much as it should: all sources, as far as they were read by then. */
export type WhenFull = (sources: readonly KnownSource[]) => void;

/** Reading of what is new to some known sources. */
export type NewLines = {
  readonly reader: TelemetryReader;
  readonly sources: Sources;
  /** Whether a last line that is not ended yet is read too. */
  readonly unended: "read" | "left";
};

/**
 * Reads what is new in the files, and answers all sources as they are known then.
 *
 * A file may be rotated at any moment: what is read is bound to its inode, not its name, and the folder is looked at
 * again until nothing has come.
 *
 * @throws {MasqueError} `judge.logs-unreadable`, `judge.query-failed`
 */
export function readNewLines(known: readonly KnownSource[], lines: NewLines, whenFull?: WhenFull): KnownSource[] {
  const sources = new Map(known.map((source) => [source.id, source]));
  const begun = () => [...sources.values()].filter(({ bytesRead }) => bytesRead > 0);
  let files = presentFiles(lines.sources);
  for (let pass = 0; pass < PASSES_MAX; pass++) {
    const { present } = recognise(files, { sources: [...sources.values()] });
    for (const { source } of present) sources.set(source.id, source);
    for (const file of present) {
      readOne(file, { ...lines, files }, (source) => {
        sources.set(source.id, source);
        if (lines.reader.isFull) whenFull?.(begun());
      });
    }
    const now = presentFiles(lines.sources);
    if (now.every(({ path }) => files.some((file) => file.path === path))) break;
    files = now;
  }
  return begun();
}

/** What the sources' files are called now, oldest first. */
export function presentFiles({ logs, listLogs, marks }: Sources): readonly PresentFile[] {
  return [
    ...(listLogs?.() ?? logs).map((path) => ({ path, content: "events" }) as const),
    ...marks.map((path) => ({ path, content: "marks" }) as const),
  ];
}

/** Places of sources in the order of their files: dons and doffs behind the logs, the rest by age. */
export function ranksOf(sources: readonly KnownSource[]): ReadonlyMap<number, number> {
  const order = [...sources].sort(
    (a, b) => Number(a.content === "marks") - Number(b.content === "marks") || byAge(a.name, b.name) || a.id - b.id,
  );
  return new Map(order.map(({ id }, rank) => [id, rank]));
}

type One = NewLines & { readonly files: readonly PresentFile[] };

/** @param onKnown Told what is known of the file when the reader is full, and when nothing is left of it. */
function readOne(file: Recognised, { reader, unended, files }: One, onKnown: (source: KnownSource) => void): void {
  const { path, content, source } = file;
  if (file.bytes <= source.bytesRead) return;
  const from = { bytes: source.bytesRead, lines: source.linesRead };
  let known: Known = source;
  // Who knows a file by its bytes must read some of them, so that is not asked after every step.
  const tell = () => onKnown(readUpTo({ path: pathOf(file, files), source }, known));
  try {
    for (const at of reader.readOn({ path, source: source.id, content, from, inode: source.inode, unended })) {
      known = knownAt(at, known);
      if (reader.isFull) tell();
    }
  } catch (error) {
    throwUnlessGone(path, error);
  }
  if (known !== source) tell();
}

type Known = Parameters<typeof readUpTo>[1];

function knownAt(at: Position, before: Known): Known {
  const located = at.skipped.slice(0, LIMITS.skippedLinesLocated).map((line) => line + 1);
  return {
    bytesRead: at.bytes,
    linesRead: at.lines,
    linesSkipped: before.linesSkipped + at.skipped.length,
    skipped: [...before.skipped, ...located].slice(0, LIMITS.skippedLinesLocated),
  };
}

/** Where the file lies by now; where it is gone, nobody needs to know it again. */
function pathOf({ path, source }: Recognised, files: readonly PresentFile[]): string | undefined {
  return [path, ...files.map((file) => file.path)].find((candidate) => {
    const stat = statRegular(candidate);
    return stat !== undefined && inodeOf(stat) === source.inode;
  });
}
