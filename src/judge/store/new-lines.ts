import { statRegular } from "../../kernel/files/open-regular.ts";
import { LIMITS } from "../../kernel/limits.ts";
import type { Sources } from "../port.ts";
import { inodeOf } from "../reading/lines.ts";
import type { Position } from "../reading/read-file.ts";
import { type TelemetryReader, throwUnlessGone } from "../reading/telemetry-reader.ts";
import type { KnownSource } from "./manifest.ts";
import { type PresentFile, presentFiles } from "./present-files.ts";
import { type Recognised, type Recognition, readUpTo, recognise } from "./recognise.ts";

/** Passes over the folder: a second for files closed during the first, and a third for a clock that runs fast. */
const PASSES_MAX = 3;

/** Called when the reader holds as many rows as it should, with all sources as far as they were read by then. */
export type WhenFull = (sources: readonly KnownSource[]) => void;

/** How new lines are read. */
export type NewLines = {
  readonly reader: TelemetryReader;
  readonly sources: Sources;
  /** Whether a last line without a newline is read too. */
  readonly unended: "read" | "left";
};

/** Sources after their new lines were read. */
export type ReadLines = {
  /** Every source of which a whole line was read, now or before, in the order of their ids. */
  readonly known: readonly KnownSource[];
  /** The files as the last look found them, with what is known of each now. */
  readonly recognition: Recognition;
};

/**
 * Reads what is new in files that were recognised.
 *
 * A file may be rotated at any moment. So a file is read by its inode, not by its name, and the folder is listed again
 * after reading: a name that was not there before leads to another pass over all files.
 *
 * @throws {MasqueError} `judge.logs-unreadable`, `judge.query-failed`
 */
export function readNewLines(found: Recognition, lines: NewLines, whenFull?: WhenFull): ReadLines {
  const sources = new Map([...found.vanished, ...found.present.map((file) => file.source)].map((one) => [one.id, one]));
  const known = () =>
    [...sources.values()].filter(({ bytesRead }) => bytesRead > 0).sort((one, other) => one.id - other.id);
  let recognition = found;
  for (let pass = 1; ; pass++) {
    const { files, present } = recognition;
    for (const file of present) {
      readOne(file, { ...lines, files }, (source) => {
        sources.set(source.id, source);
        if (lines.reader.isFull) whenFull?.(known());
      });
    }
    const now = presentFiles(lines.sources);
    const isListed = ({ path }: PresentFile) => files.some((file) => file.path === path);
    if (pass === PASSES_MAX || now.every(isListed)) break;
    recognition = recognise(now, { sources: [...sources.values()] });
    for (const { source } of recognition.present) sources.set(source.id, source);
  }
  const begun = known();
  const present = recognition.present.map((file) => {
    const source = begun.find(({ id }) => id === file.source.id);
    return { ...file, source: source ?? file.source, isNew: source === undefined };
  });
  return { known: begun, recognition: { ...recognition, present } };
}

type One = NewLines & { readonly files: readonly PresentFile[] };

/** @param onKnown Called with the file's source when the reader is full, and at the end of the file. */
function readOne(file: Recognised, { reader, unended, files }: One, onKnown: (source: KnownSource) => void): void {
  const { path, content, source } = file;
  if (file.bytes <= source.bytesRead) return;
  const from = { bytes: source.bytesRead, lines: source.linesRead };
  let known: Known = source;
  // Digests of a file's edges cost reading some of its bytes, so they are not taken after every step.
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

/** The file's path by now; `undefined` when the file is gone, which no later run needs to recognise. */
function pathOf({ path, source }: Recognised, files: readonly PresentFile[]): string | undefined {
  return [path, ...files.map((file) => file.path)].find((candidate) => {
    const stat = statRegular(candidate);
    return stat !== undefined && inodeOf(stat) === source.inode;
  });
}
