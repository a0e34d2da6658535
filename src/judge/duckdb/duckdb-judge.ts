import chooseAll from "../../../sql/duckdb/choose-all.sql" with { type: "text" };
import chooseLast from "../../../sql/duckdb/choose-last.sql" with { type: "text" };
import chooseLatestOf from "../../../sql/duckdb/choose-latest-of.sql" with { type: "text" };
import chooseSession from "../../../sql/duckdb/choose-session.sql" with { type: "text" };
import chooseSessionBaseline from "../../../sql/duckdb/choose-session-baseline.sql" with { type: "text" };
import tables from "../../../sql/duckdb/tables.sql" with { type: "text" };
import views from "../../../sql/duckdb/views.sql" with { type: "text" };
import type { Clock } from "../../kernel/clock.ts";
import { MasqueError } from "../../kernel/errors.ts";
import { statOrUndefined } from "../../kernel/files/files.ts";
import { isTerminalSession, TERMINAL_PREFIX } from "../../kernel/ids.ts";
import { LIMITS } from "../../kernel/limits.ts";
import { printableLine } from "../../kernel/text/printable.ts";
import type { Explained, Explanation } from "../explain/explanation.ts";
import type { Judge, ScoreOptions, Selection, SessionFilter, Sources, Verdict } from "../port.ts";
import type { Quantities, Subject } from "../score/quantities.ts";
import { scoreQuantities } from "../score/score.ts";
import { isAmong, lastOf } from "../session-filter.ts";
import { readManifest } from "../store/manifest.ts";
import { bytesOf, progressOf } from "../store/present-files.ts";
import { unseenBytes } from "../store/recognise.ts";
import { lookAtStore } from "../store/store-look.ts";
import { countChosen } from "./count-chosen.ts";
import type { DuckDb } from "./duckdb.ts";
import { explainSession } from "./explain.ts";
import { type Reading, readSources } from "./read-sources.ts";
import { quantitiesIn, subjectIn } from "./rows.ts";
import { updateStore } from "./update-store.ts";
import { wholeId } from "./whole-id.ts";

/** What was read, and of which sources. */
type Read = Reading & { readonly sources: Sources; readonly db: DuckDb; readonly marksAhead: number };

/** Where a judge's databases come from. */
export type Databases = {
  /** Opens an empty database in memory. */
  open(): DuckDb;
  /** Where DuckDB writes what does not fit into memory. */
  readonly spillFolder: string;
};

/** The judge over DuckDB: what was read of some sources is kept while the same ones are asked about. */
export class DuckDbJudge implements Judge {
  readonly #databases: Databases;
  readonly #clock: Clock;
  #read: Read | undefined;

  constructor(databases: Databases, clock: Clock) {
    this.#databases = databases;
    this.#clock = clock;
  }

  async score(selection: Selection, sources: Sources, options: ScoreOptions = {}): Promise<Verdict> {
    return await this.#asked(sources, options, (read) => scored(read, selection, options));
  }

  async explain(session: Explained, sources: Sources): Promise<Explanation> {
    return await this.#asked(sources, {}, ({ db }) => explainSession(db, session));
  }

  async #asked<T>(sources: Sources, options: ScoreOptions, ask: (read: Read) => T): Promise<T> {
    for (let attempt = 1; ; attempt++) {
      try {
        return ask(await this.#readOnce(sources, options));
      } catch (error) {
        const read = this.#read;
        if (!(error instanceof MasqueError) || error.code !== "judge.query-failed") throw error;
        if (!sources.store || read?.storeProblem) throw error;
        // Another process may have replaced the column files meanwhile. A store that did not change is damaged.
        const isChanged = read?.generation !== readManifest(sources.store)?.generation;
        this.close();
        if (isChanged && attempt < LIMITS.storeReadsMax) continue;
        await this.#readOnce(sources, { ...options, storeProblem: `${error.message}; masque judge --rebuild` });
      }
    }
  }

  async update(sources: Sources, options: ScoreOptions = {}): Promise<void> {
    await this.#bringUp(sources, { ...options, isRebuild: false });
  }

  async rebuild(sources: Sources, options: ScoreOptions = {}): Promise<void> {
    await this.#bringUp(sources, { ...options, isRebuild: true });
  }

  async #bringUp(sources: Sources, { isRebuild, onProgress }: ScoreOptions & { isRebuild: boolean }): Promise<void> {
    this.close();
    const folder = sources.store;
    if (!folder) return;
    const db = this.#databases.open();
    try {
      db.run(tables);
      // A store of another format is built again, which reads more: then only the progress line is wrong.
      const manifest = isRebuild ? undefined : readManifest(folder);
      const look = manifest && lookAtStore(manifest, sources);
      const onBytes = progressOf(look ? unseenBytes(look.recognition) : bytesOf(sources), onProgress);
      await updateStore({ db, folder, sources, isRebuild, look, onBytes });
    } finally {
      db.close();
    }
  }

  close(): void {
    this.#read?.db.close();
    this.#read = undefined;
  }

  closeAtExit(): void {
    // DuckDB makes the folder when memory runs out, and removes its files there when the database is closed.
    if (statOrUndefined(this.#databases.spillFolder)) this.close();
  }

  async #readOnce(sources: Sources, options: ScoreOptions & { readonly storeProblem?: string }): Promise<Read> {
    if (this.#read?.sources === sources) return this.#read;
    this.close();
    const db = this.#databases.open();
    try {
      db.run(tables);
      const reading = await readSources(db, sources, options);
      this.#read = { ...reading, sources, db, marksAhead: ignoreMarksAhead(db, this.#clock.nowUnixNano()) };
      db.run(views);
      return this.#read;
    } catch (error) {
      this.#read = undefined;
      db.close();
      throw error;
    }
  }
}

/**
 * Removes dons and doffs of a clock that ran ahead: such a don would wear the session until that time has come.
 *
 * @returns How many were removed.
 */
function ignoreMarksAhead(db: DuckDb, nowUnixNano: bigint): number {
  const untilUnixNano = nowUnixNano + BigInt(LIMITS.marksAheadMs) * 1_000_000n;
  return db.execute(`DELETE FROM mark WHERE time > ${untilUnixNano < 0n ? 0n : untilUnixNano}::UBIGINT`);
}

function scored(read: Read, selection: Selection, options: ScoreOptions): Verdict {
  const { db, records, linesSkipped, firstSkipped, hasMarksInLogs, marksAhead, storeProblem } = read;
  choose(read, selection);
  const counted = countedRows(read, isOfFew(selection), options);
  // An agent session without telemetry has dons at most: it is not scored as one in which nothing happened.
  const isBare = "id" in selection && isNoneTaken(db);
  if (isBare && counted.some(({ subject }) => isTerminalSession(subject.session))) throw ofTerminal(selection.id);
  const rows = isBare ? [] : narrowed(counted, selection);
  const found = rows.length === 0 && selection.kind === "last" ? latestBaseline(read, selection, options) : rows;
  const scorecards = found.map((one) => scoreQuantities(one.subject, one.quantities));
  const nothing = scorecards.length === 0;
  const skipped = { linesSkipped, firstSkipped, hasMarksInLogs, marksAhead };
  const sessionsSeen = nothing ? countSessions(db) : null;
  const isIdle = nothing && "id" in selection && isSeen(db, selection.id);
  return { scorecards, eventsRead: records, sessionsSeen, isIdle, ...skipped, storeProblem };
}

function ofTerminal(id: string): MasqueError {
  return new MasqueError(
    "judge.nothing-to-score",
    `Cannot judge session "${printableLine(id)}": it is of a terminal, and only Claude Code sends telemetry`,
    { try: "masque sessions", hint: "for a score, don the masque in Claude Code" },
  );
}

type Counted = { readonly subject: Subject; readonly quantities: Quantities };

function countedRows({ db, records }: Read, isFew: boolean, { onProgress }: ScoreOptions): readonly Counted[] {
  // Turns are for many sessions: a selection of a few is counted at once.
  const rowsMax = isFew ? Number.POSITIVE_INFINITY : LIMITS.judgeRowsScoredMax;
  return countChosen(db, { records, rowsMax, onProgress }).map((row) => ({
    subject: subjectIn(row),
    quantities: quantitiesIn(row),
  }));
}

/** The session with the latest event may have only masque's own prompts, and so no baseline: then an earlier session is the last. */
function latestBaseline(read: Read, { among }: { among?: SessionFilter }, options: ScoreOptions): readonly Counted[] {
  if (among || !read.latest) return [];
  read.db.run("DELETE FROM chosen");
  chooseEvery(read.db);
  const last = lastOf(countedRows(read, false, options).filter(({ subject }) => subject.masqueSession === null));
  return last ? [last] : [];
}

function isSeen(db: DuckDb, id: string): boolean {
  return db.query("SELECT 1 AS one FROM seen WHERE session = $id LIMIT 1", { id }).length > 0;
}

function isOfFew(selection: Selection): boolean {
  return "id" in selection || (selection.kind === "last" && !selection.among);
}

function countSessions(db: DuckDb): number {
  return Number(db.query("SELECT count(DISTINCT session) AS sessions FROM seen")[0]?.["sessions"]);
}

function narrowed<T extends { readonly subject: Subject }>(found: readonly T[], selection: Selection): readonly T[] {
  const among = "id" in selection ? undefined : selection.among;
  if (!among) return found;
  const those = found.filter(({ subject }) => isAmong(subject, among));
  const last = lastOf(those);
  return selection.kind === "all" || !last ? those : [last];
}

function choose({ db, latest }: Read, selection: Selection): void {
  db.run("DELETE FROM chosen");
  switch (selection.kind) {
    case "all":
      chooseEvery(db, selection.withTerminals);
      return;
    case "last":
      if (selection.among) {
        chooseEvery(db);
        return;
      }
      if (db.execute(chooseLast, { prefix: TERMINAL_PREFIX }) > 0) return;
      // Where there was never a don: the agent session with the latest event.
      if (latest) db.execute("INSERT INTO chosen VALUES ($id, NULL)", { id: latest.session });
      return;
    case "session":
      if (!chooseById(db, selection.id)) {
        const id = wholeId(db, selection.id);
        if (id !== undefined) chooseById(db, id);
      }
      return;
    case "here":
      if (db.execute(chooseLatestOf, { id: selection.id }) > 0) return;
      db.execute(chooseSessionBaseline, { id: selection.id });
      return;
    default:
      selection satisfies never;
  }
}

function chooseEvery(db: DuckDb, withTerminals = false): void {
  db.execute(chooseAll, { terminals: withTerminals ? 1 : 0, prefix: TERMINAL_PREFIX });
}

/** Chooses the sessions of exactly that id. Returns whether there are any. */
function chooseById(db: DuckDb, id: string): boolean {
  return db.execute(chooseSession, { id }) > 0 || db.execute(chooseSessionBaseline, { id }) > 0;
}

/** Whether no record belongs to the sessions in `chosen`, after `takeChosen`. */
function isNoneTaken(db: DuckDb): boolean {
  return db.query("SELECT 1 AS one FROM record LIMIT 1").length === 0;
}
