import { errnoOf, MasqueError } from "../../kernel/errors.ts";
import { LIMITS } from "../../kernel/limits.ts";
import { activeName } from "../../telemetry/file-names.ts";
import type { ScoreOptions, SkippedLine, Sources } from "../port.ts";
import { EMPTY_MANIFEST, type LatestEvent, type Manifest, readManifest } from "../store/manifest.ts";
import { type Recognised, recognise } from "../store/recognise.ts";
import { ColumnFiles } from "./column-files.ts";
import type { DuckDb } from "./duckdb.ts";
import { presentFiles, ranksOf, readNewLines } from "./new-lines.ts";
import { bytesOf, progressOf, unseenBytes } from "./progress.ts";
import { TelemetryReader } from "./telemetry-reader.ts";
import { isLater, isUsable, latestAmong, updateStore } from "./update-store.ts";

/**
 * What was read of some sources: dons and doffs stand in the table `mark`, every record of every session in the view
 * `seen`, whether it was read just now or lies in the store.
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
  const reader = new TelemetryReader(db, progressOf(bytesOf(sources), onProgress));
  for (const path of sources.logs) await reader.read(path, "events");
  // What was closed meanwhile may be read twice, in part: equal records count once.
  const closedMeanwhile = sources.listLogs?.().filter((path) => !sources.logs.includes(path)) ?? [];
  for (const path of closedMeanwhile) await reader.read(path, "events");
  for (const path of sources.marks) await reader.read(path, "marks");
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
  let manifest = readManifest(sources.store);
  let storeProblem: string | null = null;
  const built = manifest && isUsable(manifest, files) ? manifest : undefined;
  const unseen = built ? unseenBytes(built, sources) : bytesOf(sources);
  // A store of a former format may hold what no file holds any more.
  if ((unseen !== 0 || !built) && isWorthAnUpdate(manifest, { files, sources, unseen })) {
    try {
      await updateStore({
        db,
        folder: sources.store,
        sources,
        isRebuild: false,
        onBytes: progressOf(unseen, onProgress),
      });
    } catch (error) {
      storeProblem = problemIn(error);
      db.run("DELETE FROM fresh; DELETE FROM mark;");
    }
    manifest = readManifest(sources.store);
  }
  const usable = manifest && isUsable(manifest, files) ? manifest : EMPTY_MANIFEST;
  const reader = new TelemetryReader(db, progressOf(unseenBytes(usable, sources), onProgress));
  const known = readNewLines(usable.sources, { reader, sources, unended: "read" }, () => reader.flush());
  reader.flush();
  const rankOf = showStored(db, { manifest: usable, files, ranks: ranksOf(known) });
  const { present } = recognise(presentFiles(sources), { sources: known });
  const ids = new Set(present.map(({ source }) => source.id));
  const skippedBefore = usable.sources.filter(({ id }) => ids.has(id));
  const latest = [latestRead(db, reader), ...usable.records.map((file) => file.latest)];
  return {
    records: usable.records.reduce((sum, { rows }) => sum + rows, reader.recordsRead),
    linesSkipped: skippedBefore.reduce((sum, one) => sum + one.linesSkipped, reader.linesSkipped),
    firstSkipped: locate(present, reader.firstSkipped),
    hasMarksInLogs: reader.hasMarksInLogs,
    latest: latest.reduce((last, one) => (one && (!last || isLater(one, last, rankOf)) ? one : last), undefined),
    generation: usable.generation,
    storeProblem,
  };
}

/**
 * Where the first lines stand that were passed over, in earlier runs and just now, by what their files are called now.
 *
 * @param read Just now: of a file with no whole line yet, which nothing else knows.
 */
function locate(present: readonly Recognised[], read: readonly SkippedLine[]): readonly SkippedLine[] {
  const known = present.flatMap(({ path, source }) => source.skipped.map((line) => ({ path, line })));
  const paths = new Set(present.filter(({ isNew }) => !isNew).map(({ path }) => path));
  return [...known, ...read.filter(({ path }) => !paths.has(path))].slice(0, LIMITS.skippedLinesLocated);
}

type Worth = { readonly files: ColumnFiles; readonly sources: Stored; readonly unseen: number };

/**
 * A few lines are read again at each call; more of them, and what lies in files that are written no more and may be
 * dropped, goes into the store.
 */
function isWorthAnUpdate(manifest: Manifest | undefined, { files, sources, unseen }: Worth): boolean {
  if (!manifest || !isUsable(manifest, files) || unseen >= LIMITS.storeTailBytesMax) return true;
  const { present } = recognise(presentFiles(sources), manifest);
  const active = activeName("logs");
  return present.some(
    ({ content, source, bytes }) => content !== "marks" && source.name !== active && bytes > source.bytesRead,
  );
}

type Shown = {
  readonly manifest: Manifest;
  readonly files: ColumnFiles;
  readonly ranks: ReadonlyMap<number, number>;
};

/** Shows what is stored beside what was read just now, sources numbered by the order of their files. */
function showStored(db: DuckDb, { manifest, files, ranks }: Shown): (source: number) => number {
  const ids = [...ranks.keys()].sort((a, b) => a - b);
  const inOrder = ids.every((id, at) => at === 0 || (ranks.get(ids[at - 1] ?? 0) ?? 0) < (ranks.get(id) ?? 0));
  const rankOf = (id: number) => (inOrder ? id : (ranks.get(id) ?? id));
  // Ids rise as files come, which mostly is their order already.
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

/** What can be lived with: then the files themselves are read, and the cause is told. */
function problemIn(error: unknown): string {
  const isOurs = error instanceof MasqueError;
  const found = isOurs ? error.message : errnoOf(error);
  if (found === undefined || (isOurs && error.code === "judge.logs-unreadable")) throw error;
  return `The judge's store was not brought up to date, so the captured files themselves were read: ${found}`;
}
