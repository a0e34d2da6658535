import { type Pointer, ptr, toArrayBuffer } from "bun:ffi";
import type { Columns, ColumnType } from "../reading/columns.ts";
import { type Address, pointerOf } from "./native.ts";
import type { Api } from "./symbols.ts";

/** Rows of ours into a data chunk of DuckDB's: whole vectors are written into its own memory. */

/** `duckdb_vector_size()` of every released build. */
const VECTOR_ROWS = 2048;
const BITS_A_WORD = 32;
const TEXT_WORDS = 4;
/** `duckdb_string_t` holds text of up to so many bytes itself; of longer text it holds four bytes and an address. */
const INLINE_BYTES_MAX = 12;
const PREFIX_BYTES = 4;
const BYTES_A_WORD = 4;

/** Rows to be written, and each of their texts as DuckDB wants it. */
export type Filling = { readonly rows: Columns; readonly texts: Texts };

/** Every text as a `duckdb_string_t`, with an empty one at the end; `bytes` is the memory that they point into. */
type Texts = { readonly words: Uint32Array; readonly emptyAt: number; readonly bytes: Uint8Array };

/** Prepares rows. Keep the result referenced as long as DuckDB may look at what was written of them. */
export function fillingOf(rows: Columns): Filling {
  return { rows, texts: textsOf(rows.texts) };
}

/** Writes the rows from `from` on, as many as a chunk holds, into an empty chunk. Returns how many. */
export function fillChunk(api: Api, chunk: Pointer, { rows, texts }: Filling, from: number): number {
  const count = Math.min(VECTOR_ROWS, Math.max(0, rows.rows - from));
  for (const [place, { type, values }] of count === 0 ? [] : rows.columns.entries()) {
    const vector = pointerOf(api.duckdb_data_chunk_get_vector(chunk, place));
    api.duckdb_vector_ensure_validity_writable(vector);
    const isValid = words(api.duckdb_vector_get_validity(vector), VECTOR_ROWS / BITS_A_WORD);
    const data = pointerOf(api.duckdb_vector_get_data(vector));
    isValid.fill(0xffff_ffff);
    if (type === "UBIGINT") fillTimes(data, rows.times.subarray(from, from + count), isValid);
    else {
      const some = values.subarray(from, from + count);
      fillVector(type, data, { values: some, texts });
      markAbsent(some, isValid);
    }
  }
  api.duckdb_data_chunk_set_size(chunk, count);
  return count;
}

type Values = { readonly values: Float64Array; readonly texts: Texts };

function fillVector(kind: Exclude<ColumnType, "UBIGINT">, data: Pointer, { values, texts }: Values): void {
  const count = values.length;
  switch (kind) {
    case "BOOLEAN":
      new Uint8Array(toArrayBuffer(data, 0, count)).set(values);
      return;
    case "INTEGER":
      new Int32Array(toArrayBuffer(data, 0, count * BYTES_A_WORD)).set(values);
      return;
    case "DOUBLE":
      new Float64Array(toArrayBuffer(data, 0, count * 2 * BYTES_A_WORD)).set(values);
      return;
    case "VARCHAR":
      fillTexts(words(data, count * TEXT_WORDS), values, texts);
      return;
    default: {
      kind satisfies never;
    }
  }
}

function fillTexts(target: Uint32Array, values: Float64Array, { words: source, emptyAt }: Texts): void {
  for (let row = 0, to = 0; row < values.length; row++, to += TEXT_WORDS) {
    const number = values[row] ?? 0;
    // An absent text is also written as an empty text, so that no old bytes stay.
    const from = number >= 0 ? number * TEXT_WORDS : emptyAt;
    target[to] = source[from] ?? 0;
    target[to + 1] = source[from + 1] ?? 0;
    target[to + 2] = source[from + 2] ?? 0;
    target[to + 3] = source[from + 3] ?? 0;
  }
}

function fillTimes(data: Pointer, times: BigUint64Array, isValid: Uint32Array): void {
  const halves = new Uint32Array(times.buffer, times.byteOffset, times.length * 2);
  words(data, halves.length).set(halves);
  for (let row = 0; row < times.length; row++) if (!(halves[2 * row] || halves[2 * row + 1])) clearBit(isValid, row);
}

function markAbsent(values: Float64Array, isValid: Uint32Array): void {
  // NaN alone is not at most infinite.
  for (let row = 0; row < values.length; row++) {
    if (!((values[row] ?? 0) <= Number.POSITIVE_INFINITY)) clearBit(isValid, row);
  }
}

function clearBit(isValid: Uint32Array, row: number): void {
  const at = row >>> 5;
  isValid[at] = (isValid[at] ?? 0) & ~(1 << (row & 31));
}

function textsOf(texts: readonly string[]): Texts {
  const bytes = encoded(texts);
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

/**
 * All texts, one after another, in memory that does not move. A small typed array moves its memory when its `buffer` is
 * first used, as `subarray` does, and the address that DuckDB has would be freed.
 */
function encoded(texts: readonly string[]): Uint8Array {
  // Lone surrogates count three bytes by themselves, as each encodes, however joining pairs them up.
  const isJoinable = texts.every((text) => text.isWellFormed());
  const bytes = isJoinable ? Buffer.from(texts.join("")) : Buffer.concat(texts.map((text) => Buffer.from(text)));
  return new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.length);
}

function words(address: Address, count: number): Uint32Array {
  return new Uint32Array(toArrayBuffer(pointerOf(address), 0, count * BYTES_A_WORD));
}
