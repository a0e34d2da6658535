import { type Pointer, ptr, toArrayBuffer } from "bun:ffi";
import type { Column, Columns, ColumnType } from "../reading/columns.ts";
import type { Api } from "./duckdb.ts";
import { type Address, copyText, cText, pointerIn, SUCCESS } from "./native.ts";

/**
 * Rows into a table by DuckDB's appender: whole vectors are written into its own memory, two thousand rows at a time.
 * A statement with parameters takes one call a value; this takes none.
 */

/** `duckdb_type` */
const TYPE_NUMBERS: Readonly<Record<ColumnType, number>> = {
  BOOLEAN: 1,
  INTEGER: 4,
  UBIGINT: 9,
  DOUBLE: 11,
  VARCHAR: 17,
};
/** `duckdb_vector_size()` of every released build. */
const VECTOR_ROWS = 2048;
const BITS_A_WORD = 32;
const TEXT_WORDS = 4;
/** `duckdb_string_t` holds text of up to so many bytes itself; of longer text it holds four bytes and an address. */
const INLINE_BYTES_MAX = 12;
const PREFIX_BYTES = 4;
const BYTES_A_WORD = 4;

/** Appends rows; answers DuckDB's message when it refuses. */
export function appendRows(
  api: Api,
  connection: Pointer,
  { table, rows }: { readonly table: string; readonly rows: Columns },
): string | undefined {
  const appender = new BigUint64Array(1);
  const chunk = new BigUint64Array(1);
  try {
    if (api.duckdb_appender_create(connection, null, cText(table), appender) !== SUCCESS) return errorOf(api, appender);
    chunk[0] = newChunk(api, rows);
    const texts = textsOf(rows.texts);
    for (let from = 0; from < rows.rows; from += VECTOR_ROWS) {
      fillChunk(api, pointerIn(chunk), { rows, texts, from });
      if (api.duckdb_append_data_chunk(pointerIn(appender), pointerIn(chunk)) !== SUCCESS)
        return errorOf(api, appender);
    }
    return api.duckdb_appender_close(pointerIn(appender)) === SUCCESS ? undefined : errorOf(api, appender);
  } finally {
    api.duckdb_destroy_data_chunk(chunk);
    api.duckdb_appender_destroy(appender);
  }
}

function errorOf(api: Api, appender: BigUint64Array): string {
  return appender[0] === 0n ? "it gave no appender" : copyText(api.duckdb_appender_error(pointerIn(appender)));
}

function newChunk(api: Api, { columns }: Columns): bigint {
  const types = BigUint64Array.from(columns, ({ type }) => word(api.duckdb_create_logical_type(TYPE_NUMBERS[type])));
  try {
    return word(api.duckdb_create_data_chunk(types, columns.length));
  } finally {
    for (const type of types) api.duckdb_destroy_logical_type(BigUint64Array.of(type));
  }
}

type Filling = { readonly rows: Columns; readonly texts: Texts; readonly from: number };

function fillChunk(api: Api, chunk: Pointer, { rows, texts, from }: Filling): void {
  const count = Math.min(VECTOR_ROWS, rows.rows - from);
  api.duckdb_data_chunk_reset(chunk);
  for (const [place, column] of rows.columns.entries()) {
    const vector = pointer(api.duckdb_data_chunk_get_vector(chunk, place));
    api.duckdb_vector_ensure_validity_writable(vector);
    const isValid = words(api.duckdb_vector_get_validity(vector), VECTOR_ROWS / BITS_A_WORD);
    const data = pointer(api.duckdb_vector_get_data(vector));
    isValid.fill(0xffff_ffff);
    if (column.type === "UBIGINT") {
      const times = rows.times.subarray(from, from + count);
      new BigUint64Array(toArrayBuffer(data, 0, count * 8)).set(times);
      for (const [row, time] of times.entries()) if (time === 0n) markAbsent(isValid, row);
    } else {
      const values = column.values.subarray(from, from + count);
      fillVector(column.type, data, { values, texts });
      for (let row = 0; row < count; row++) if (Number.isNaN(values[row])) markAbsent(isValid, row);
    }
  }
  api.duckdb_data_chunk_set_size(chunk, count);
}

function fillVector(
  kind: Exclude<Column["type"], "UBIGINT">,
  data: Pointer,
  { values, texts }: { readonly values: Float64Array; readonly texts: Texts },
): void {
  const count = values.length;
  switch (kind) {
    case "BOOLEAN":
      new Uint8Array(toArrayBuffer(data, 0, count)).set(values);
      return;
    case "INTEGER":
      new Int32Array(toArrayBuffer(data, 0, count * 4)).set(values);
      return;
    case "DOUBLE":
      new Float64Array(toArrayBuffer(data, 0, count * 8)).set(values);
      return;
    case "VARCHAR": {
      const target = words(data, count * TEXT_WORDS);
      const source = texts.words;
      for (let row = 0, to = 0; row < count; row++, to += TEXT_WORDS) {
        const number = values[row] ?? Number.NaN;
        // What is absent is an empty text as well, not whatever lay there before.
        const from = Number.isNaN(number) ? texts.emptyAt : number * TEXT_WORDS;
        target[to] = source[from] ?? 0;
        target[to + 1] = source[from + 1] ?? 0;
        target[to + 2] = source[from + 2] ?? 0;
        target[to + 3] = source[from + 3] ?? 0;
      }
      return;
    }
    default:
      kind satisfies never;
  }
}

/** Every text as a `duckdb_string_t`, an empty one behind them; `bytes` is what they point into. */
type Texts = { readonly words: Uint32Array; readonly emptyAt: number; readonly bytes: Uint8Array };

function textsOf(texts: readonly string[]): Texts {
  const encoded = Buffer.from(texts.join(""));
  // Lone surrogates count three bytes by themselves, as each encodes, however joining pairs them up.
  const isJoinable = texts.every((text) => text.isWellFormed());
  const bytes = isJoinable ? encoded : Buffer.concat(texts.map((text) => Buffer.from(text)));
  // An empty typed array has no address to give.
  const base = bytes.length === 0 ? 0n : BigInt(ptr(bytes));
  const table = new Uint32Array((texts.length + 1) * TEXT_WORDS);
  const tableBytes = new Uint8Array(table.buffer);
  const tableLongs = new BigUint64Array(table.buffer);
  let from = 0;
  for (const [number, text] of texts.entries()) {
    const length = Buffer.byteLength(text);
    const at = number * TEXT_WORDS;
    table[at] = length;
    const shown = length > INLINE_BYTES_MAX ? PREFIX_BYTES : length;
    tableBytes.set(bytes.subarray(from, from + shown), (at + 1) * BYTES_A_WORD);
    if (length > INLINE_BYTES_MAX) tableLongs[at / 2 + 1] = base + BigInt(from);
    from += length;
  }
  return { words: table, emptyAt: texts.length * TEXT_WORDS, bytes };
}

function markAbsent(isValid: Uint32Array, row: number): void {
  const at = row >>> 5;
  isValid[at] = (isValid[at] ?? 0) & ~(1 << (row & 31));
}

function words(address: Address, count: number): Uint32Array {
  return new Uint32Array(toArrayBuffer(pointer(address), 0, count * BYTES_A_WORD));
}

/** `bun:ffi` brands the numbers that are addresses. */
function pointer(address: Address): Pointer {
  return Number(address ?? 0) as Pointer;
}

function word(address: Address): bigint {
  return BigInt(address ?? 0);
}
