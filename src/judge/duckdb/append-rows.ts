import type { Pointer } from "bun:ffi";
import type { Columns, ColumnType } from "../reading/columns.ts";
import { fillChunk, fillingOf } from "./fill-chunk.ts";
import { copyText, cText, pointerIn, pointerOf, SUCCESS, wordOf } from "./native.ts";
import type { Api } from "./symbols.ts";

/** `duckdb_type` */
const TYPE_NUMBERS: Readonly<Record<ColumnType, number>> = {
  BOOLEAN: 1,
  INTEGER: 4,
  UBIGINT: 9,
  DOUBLE: 11,
  VARCHAR: 17,
};

/**
 * Appends rows to a table through DuckDB's appender, two thousand at a time: each data chunk is filled in DuckDB's own
 * vectors and handed over whole. The table's columns are those of the rows, in the same order.
 *
 * @returns Why DuckDB did not take the rows; `undefined` when it took all of them.
 */
export function appendRows(api: Api, connection: Pointer, table: string, rows: Columns): string | undefined {
  const appender = new BigUint64Array(1);
  const chunk = chunkFor(api, rows);
  try {
    const created = api.duckdb_appender_create(connection, null, cText(table), appender);
    if (created !== SUCCESS) return errorOf(api, appender);
    const filling = fillingOf(rows);
    for (let from = 0; from < rows.rows; ) {
      api.duckdb_data_chunk_reset(pointerIn(chunk));
      from += fillChunk(api, pointerIn(chunk), filling, from);
      if (api.duckdb_append_data_chunk(pointerIn(appender), pointerIn(chunk)) !== SUCCESS)
        return errorOf(api, appender);
    }
    return api.duckdb_appender_close(pointerIn(appender)) === SUCCESS ? undefined : errorOf(api, appender);
  } finally {
    api.duckdb_appender_destroy(appender);
    api.duckdb_destroy_data_chunk(chunk);
  }
}

/** A data chunk with the rows' columns, as a word that holds its address. */
function chunkFor(api: Api, { columns }: Columns): BigUint64Array {
  const types = BigUint64Array.from(columns, ({ type }) => wordOf(api.duckdb_create_logical_type(TYPE_NUMBERS[type])));
  try {
    return BigUint64Array.of(wordOf(api.duckdb_create_data_chunk(types, BigInt(columns.length))));
  } finally {
    for (const type of types) api.duckdb_destroy_logical_type(BigUint64Array.of(type));
  }
}

function errorOf(api: Api, appender: BigUint64Array): string {
  return copyText(pointerOf(api.duckdb_appender_error(pointerIn(appender)))) || "DuckDB's appender says nothing";
}
