import { errnoOf, MasqueError } from "../../kernel/errors.ts";
import { LIMITS } from "../../kernel/limits.ts";
import { activeName } from "../../telemetry/file-names.ts";
import type { ScoreOptions, SkippedLine, Sources } from "../port.ts";
import { TelemetryReader } from "../reading/telemetry-reader.ts";
import { EMPTY_MANIFEST, type LatestEvent, type Manifest, readManifest } from "../store/manifest.ts";
import { readNewLines } from "../store/new-lines.ts";
import { bytesOf, progressOf, ranksOf } from "../store/present-files.ts";
import { type Recognised, unseenBytes } from "../store/recognise.ts";
import { lookAtStore, type StoreLook } from "../store/store-look.ts";
import { ColumnFiles } from "./column-files.ts";
import type { DuckDb } from "./duckdb.ts";
import { takeRows } from "./take-rows.ts";
import { isLater, isUsable, latestAmong, updateStore } from "./update-store.ts";

/**
 * What was read of some sources: dons and doffs are in the table `mark`, every record of every session is in the view
 * `seen`, whether it was read just now or is in the store.
 */
export type Reading = {
  /** Log records of agent sessions. */
  readonly records: number;
  readonly linesSkipped: number;
  readonly firstSkipped: readonly SkippedLine[];
  /** Whether dons or doffs lay among the logs. */
  readonly hasMarksInLogs: boolean;
  /** The latest record; `undefined` where there is none. */
  readonly latest: LatestEvent | undefined;
  /** The store's state that the view reads; `null` where all was read just now. */
  readonly generation: number | null;
  /** Why the store could not be used or kept up, for people; `null` where it was. */
  readonly storeProblem: string | null;
};

/**
 * Reads sources into an empty database with the tables of `tables.sql`: whole, or from where their store ends.
 *
 * @param storeProblem Given when the store was found unusable: then nothing of it is read.
 * @throws {MasqueError} `judge.logs-unreadable`, `judge.query-failed`
 */
export async function readSources(
  db: DuckDb,
  sources: Sources,
  { onProgress, storeProblem = null }: ScoreOptions & { readonly storeProblem?: string | null },
): Promise<Reading> {
  if (sources.store === undefined || storeProblem !== null) {
    return { ...(await readWhole(db, sources, onProgress)), storeProblem };
  }
  return await readThroughStore(db, { ...sources, store: sources.store }, onProgress);
}

type OnProgress = ScoreOptions["onProgress"];
type Stored = Sources & { readonly store: string };

async function readWhole(db: DuckDb, sources: Sources, onProgress: OnProgress): Promise<Reading> {
  const reader = new TelemetryReader(progressOf(bytesOf(sources), onProgress));
  const take = () => takeRows(db, reader);
  for (const path of sources.logs) await reader.read(path, "events", take);
  // A file that was closed meanwhile may be read twice, in part: equal records count once.
  const closedMeanwhile = sources.listLogs?.().filter((path) => !sources.logs.includes(path)) ?? [];
  for (const path of closedMeanwhile) await reader.read(path, "events", take);
  for (const path of sources.marks) await reader.read(path, "marks", take);
  db.run("CREATE VIEW seen AS FROM fresh");
  const { recordsRead: records, linesSkipped, firstSkipped } = reader;
  return {
    records,
    linesSkipped,
    firstSkipped,
    hasMarksInLogs: reader.hasMarksInLogs,
    latest: latestRead(db, reader),
    generation: null,
    storeProblem: null,
  };
}

async function readThroughStore(db: DuckDb, sources: Stored, onProgress: OnProgress): Promise<Reading> {
  const files = new ColumnFiles(db, sources.store);
  const { look, storeProblem } = await upToDateStore(files, { db, sources, onProgress });
  const { manifest } = look;
  const reader = new TelemetryReader(progressOf(unseenBytes(look.recognition), onProgress));
  const take = () => takeRows(db, reader);
  const { known, recognition } = readNewLines(look.recognition, { reader, sources, unended: "read" }, take);
  take();
  const rankOf = showStored(db, { manifest, files, ranks: ranksOf(known) });
  const ids = new Set(recognition.present.map(({ source }) => source.id));
  const skippedBefore = manifest.sources.filter(({ id }) => ids.has(id));
  const latest = [latestRead(db, reader), ...manifest.records.map((file) => file.latest)];
  return {
    records: manifest.records.reduce((sum, { rows }) => sum + rows, reader.recordsRead),
    linesSkipped: skippedBefore.reduce((sum, one) => sum + one.linesSkipped, reader.linesSkipped),
    firstSkipped: locate(recognition.present, reader.firstSkipped),
    hasMarksInLogs: reader.hasMarksInLogs,
    latest: latest.reduce((last, one) => (one && (!last || isLater(one, last, rankOf)) ? one : last), undefined),
    generation: manifest.generation,
    storeProblem,
  };
}

type UpToDate = { readonly look: StoreLook; readonly storeProblem: string | null };

/** The store, updated first where that is worth it; empty where it cannot be used. */
async function upToDateStore(
  files: ColumnFiles,
  { db, sources, onProgress }: { db: DuckDb; sources: Stored; onProgress: OnProgress },
): Promise<UpToDate> {
  const folder = sources.store;
  const look = usableLook(files, sources);
  if (look && !isWorthAnUpdate(look)) return { look, storeProblem: null };
  const onBytes = progressOf(look ? unseenBytes(look.recognition) : bytesOf(sources), onProgress);
  try {
    return { look: await updateStore({ db, folder, sources, isRebuild: false, look, onBytes }), storeProblem: null };
  } catch (error) {
    const storeProblem = problemIn(error);
    db.run("DELETE FROM fresh; DELETE FROM mark;");
    // A part of what is new may have been written before the update failed.
    return { look: usableLook(files, sources) ?? lookAtStore(EMPTY_MANIFEST, sources), storeProblem };
  }
}

function usableLook(files: ColumnFiles, sources: Stored): StoreLook | undefined {
  const manifest = readManifest(sources.store);
  return manifest && isUsable(manifest, files) ? lookAtStore(manifest, sources) : undefined;
}

/**
 * Where the first skipped lines are, of earlier runs and of this one, under the names that their files have now.
 *
 * @param read Lines that this run skipped: needed for files without a whole line, of which nothing is known.
 */
function locate(present: readonly Recognised[], read: readonly SkippedLine[]): readonly SkippedLine[] {
  const known = present.flatMap(({ path, source }) => source.skipped.map((line) => ({ path, line })));
  const paths = new Set(present.filter(({ isNew }) => !isNew).map(({ path }) => path));
  return [...known, ...read.filter(({ path }) => !paths.has(path))].slice(0, LIMITS.skippedLinesLocated);
}

/**
 * Whether new lines go into the store. A few of them in the active file are read again by each run; many of them go into the
 * store, and so do lines of a closed file, which retention may remove.
 */
function isWorthAnUpdate({ recognition }: StoreLook): boolean {
  if (unseenBytes(recognition) >= LIMITS.storeTailBytesMax) return true;
  const active = activeName("logs");
  return recognition.present.some(
    ({ content, source, bytes }) => content !== "marks" && source.name !== active && bytes > source.bytesRead,
  );
}

type Shown = {
  readonly manifest: Manifest;
  readonly files: ColumnFiles;
  readonly ranks: ReadonlyMap<number, number>;
};

/** Makes the view `seen` of stored and just read records, with sources numbered by the order of their files. */
function showStored(db: DuckDb, { manifest, files, ranks }: Shown): (source: number) => number {
  const ids = [...ranks.keys()].sort((a, b) => a - b);
  const inOrder = ids.every((id, at) => at === 0 || (ranks.get(ids[at - 1] ?? 0) ?? 0) < (ranks.get(id) ?? 0));
  const rankOf = (id: number) => (inOrder ? id : (ranks.get(id) ?? id));
  // Ids rise in the order in which files were first seen, which is mostly the order of the files.
  const ranked = inOrder ? "" : ` REPLACE (${rankSql(ids, rankOf)} AS source)`;
  if (manifest.marks) db.run(`INSERT INTO mark SELECT * FROM ${files.table([manifest.marks])}`);
  if (!inOrder) db.run(`UPDATE mark SET source = ${rankSql(ids, rankOf)}`);
  const stored = manifest.records.length === 0 ? "" : ` UNION ALL SELECT * FROM ${files.table(manifest.records)}`;
  db.run(`CREATE VIEW seen AS SELECT *${ranked} FROM (SELECT * FROM fresh${stored})`);
  return rankOf;
}

function rankSql(ids: readonly number[], rankOf: (id: number) => number): string {
  const byId = Array.from({ length: (ids.at(-1) ?? -1) + 1 }, (_, id) => rankOf(id));
  return `[${byId.join(", ")}][source + 1]::INTEGER`;
}

/** The latest of what was read just now. */
function latestRead(db: DuckDb, { recordsRead }: TelemetryReader): LatestEvent | undefined {
  return recordsRead === 0 ? undefined : latestAmong(db, "fresh");
}

/** The cause of a failed update, for people; an error that reading the files themselves would meet again is thrown. */
function problemIn(error: unknown): string {
  const isOurs = error instanceof MasqueError;
  const found = isOurs ? error.message : errnoOf(error);
  if (found === undefined || (isOurs && error.code === "judge.logs-unreadable")) throw error;
  return `The judge's store was not brought up to date, so the captured files themselves were read: ${found}`;
}
