/**
 * What telemetry comes down to, in columns, on its way from lines into a table. Text is kept once however often it
 * occurs; a row holds the text's number. The reader that fills the rows bounds them.
 */

/** The type of a column, as DuckDB calls it. */
export type ColumnType = "INTEGER" | "UBIGINT" | "BOOLEAN" | "DOUBLE" | "VARCHAR";

/** Columns by name, in the order of the table. */
export type Schema = Readonly<Record<string, ColumnType>>;

/** A log record of an agent session: sql/duckdb/tables.sql. */
export const RECORD_SCHEMA = {
  source: "INTEGER",
  line: "INTEGER",
  pos: "INTEGER",
  session: "VARCHAR",
  time: "UBIGINT",
  body: "VARCHAR",
  seq: "VARCHAR",
  prompt: "VARCHAR",
  success: "BOOLEAN",
  cost: "DOUBLE",
  input: "DOUBLE",
  output: "DOUBLE",
  cache_read: "DOUBLE",
  cache_creation: "DOUBLE",
  tool: "VARCHAR",
  asks_masque: "BOOLEAN",
} as const satisfies Schema;

/** A don or a doff: sql/duckdb/tables.sql. */
export const MARK_SCHEMA = {
  source: "INTEGER",
  line: "INTEGER",
  pos: "INTEGER",
  session: "VARCHAR",
  time: "UBIGINT",
  is_don: "BOOLEAN",
  masque_session: "VARCHAR",
  name: "VARCHAR",
  version: "VARCHAR",
  digest: "VARCHAR",
  project: "VARCHAR",
  reason: "VARCHAR",
} as const satisfies Schema;

/** Marks an absent value in a column of numbers: every value that counts is finite. */
const ABSENT = Number.NaN;
const ROWS_AT_FIRST = 1024;
/** Making room costs as much as filling it, so each step is large: 250,000 rows are reached in four steps. */
const GROWTH = 4;

/** One column: numbers as they are, booleans as 0 and 1, text by its number in {@link Columns.texts}. */
export type Column = { readonly name: string; readonly type: ColumnType; values: Float64Array };

/** Rows of one table. Times are kept apart, because they exceed what a double can hold. */
export class Columns {
  readonly columns: readonly Column[];
  /** Of the table's one UBIGINT column; 0 is absent. */
  times: BigUint64Array = new BigUint64Array(ROWS_AT_FIRST);
  rows = 0;
  /** Every text once. */
  readonly texts: string[] = [];
  /** Characters in all texts, also those of rows that were forgotten. */
  textChars = 0;
  readonly #numbers = new Map<string, number>();

  constructor(schema: Schema) {
    this.columns = Object.entries(schema).map(([name, type]) => ({ name, type, values: absentValues(ROWS_AT_FIRST) }));
  }

  /** Begins a row with every value absent. Returns the row's number. */
  addRow(timeUnixNano: bigint): number {
    if (this.rows === this.times.length) this.#grow();
    const row = this.rows++;
    this.times[row] = timeUnixNano;
    return row;
  }

  /** Sets a value of the row that was begun last. */
  set(column: number, value: number): void {
    const found = this.columns[column];
    if (found) found.values[this.rows - 1] = value;
  }

  /** Sets a text of the row that was begun last, unless it is absent. */
  setText(column: number, text: string | undefined): void {
    if (text === undefined) return;
    let number = this.#numbers.get(text);
    if (number === undefined) {
      number = this.texts.push(text) - 1;
      this.#numbers.set(text, number);
      this.textChars += text.length;
    }
    this.set(column, number);
  }

  /** Sorts the rows by a column of text; rows with the same text keep their order. */
  sortByText(column: number): void {
    const numbers = this.columns[column]?.values.slice(0, this.rows) ?? new Float64Array(0);
    const places = this.#placesByText(numbers);
    const scratch = numbers;
    for (const { values } of this.columns) {
      scratch.set(values.subarray(0, places.length));
      for (let row = 0; row < places.length; row++) values[places[row] ?? 0] = scratch[row] ?? 0;
    }
    const times = this.times.slice(0, places.length);
    for (let row = 0; row < places.length; row++) this.times[places[row] ?? 0] = times[row] ?? 0n;
  }

  /** Where each row belongs: a counting sort, because there are far fewer texts than rows. */
  #placesByText(numbers: Float64Array): Int32Array {
    const next = new Int32Array(this.texts.length);
    for (let row = 0; row < numbers.length; row++) {
      const number = numbers[row] ?? 0;
      next[number] = (next[number] ?? 0) + 1;
    }
    const used = this.texts.flatMap((text, number) => (next[number] ? [{ text, number }] : []));
    used.sort((a, b) => (a.text < b.text ? -1 : 1));
    let before = 0;
    for (const { number } of used) {
      const count = next[number] ?? 0;
      next[number] = before;
      before += count;
    }
    const places = new Int32Array(numbers.length);
    for (let row = 0; row < numbers.length; row++) {
      const number = numbers[row] ?? 0;
      const place = next[number] ?? 0;
      places[row] = place;
      next[number] = place + 1;
    }
    return places;
  }

  /** Forgets the rows from `rows` on. */
  dropFrom(rows: number): void {
    for (const { values } of this.columns) values.fill(ABSENT, rows, this.rows);
    this.rows = rows;
  }

  /** Forgets everything. */
  clear(): void {
    this.dropFrom(0);
    this.texts.length = 0;
    this.textChars = 0;
    this.#numbers.clear();
  }

  #grow(): void {
    const length = this.times.length * GROWTH;
    for (const column of this.columns) {
      const larger = absentValues(length);
      larger.set(column.values);
      column.values = larger;
    }
    const times = new BigUint64Array(length);
    times.set(this.times);
    this.times = times;
  }
}

function absentValues(length: number): Float64Array {
  return new Float64Array(length).fill(ABSENT);
}

/** The place of each column in its table. */
export function placesIn<T extends Schema>(schema: T): { readonly [Name in keyof T]: number } {
  const places = Object.keys(schema).map((name, place) => [name, place] as const);
  return Object.fromEntries(places) as { [Name in keyof T]: number };
}
