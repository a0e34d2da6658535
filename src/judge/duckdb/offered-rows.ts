import { JSCallback, type Pointer } from "bun:ffi";
import type { Columns, ColumnType } from "../reading/columns.ts";
import { type Filling, fillChunk, fillingOf } from "./fill-chunk.ts";
import { cText, pointerOf, SUCCESS, wordOf } from "./native.ts";
import type { Api } from "./symbols.ts";

/**
 * Rows of ours as what a query can read: the table function `offered()`. DuckDB asks for two thousand at a time and they
 * are written straight into its vectors. An appender copies them twice before any query sees them: of 140,000 rows on
 * their way into a Parquet file that was more than half of the time.
 *
 * DuckDB calls back from within the statement that reads, on the thread that runs it, for it has no other: `threads` is 1.
 */

/** `duckdb_type` */
const TYPE_NUMBERS: Readonly<Record<ColumnType, number>> = {
  BOOLEAN: 1,
  INTEGER: 4,
  UBIGINT: 9,
  DOUBLE: 11,
  VARCHAR: 17,
};

/** How far one reading has come. */
type Scan = { readonly filling: Filling; from: number };

/** The table function of one connection. */
export class OfferedRows {
  readonly #api: Api;
  #rows: Columns | undefined;
  /** A statement may read the rows several times at once: each time has a number, which DuckDB keeps as if an address. */
  readonly #scans = new Map<number, Scan>();
  /** DuckDB holds no more than their addresses. */
  readonly #callbacks: readonly JSCallback[];

  /** @throws TypeError when DuckDB does not take it. */
  constructor(api: Api, connection: Pointer) {
    this.#api = api;
    const bind = this.#callback((info) => this.#bind(info), api.duckdb_bind_set_error);
    const init = this.#callback((info) => this.#begin(info), api.duckdb_init_set_error);
    const read = this.#callback((info, chunk) => this.#fill(info, chunk), api.duckdb_function_set_error);
    this.#callbacks = [bind, init, read];
    const created = wordOf(api.duckdb_create_table_function());
    const made = pointerOf(created);
    try {
      api.duckdb_table_function_set_name(made, cText("offered"));
      api.duckdb_table_function_set_bind(made, bind.ptr);
      api.duckdb_table_function_set_init(made, init.ptr);
      api.duckdb_table_function_set_function(made, read.ptr);
      api.duckdb_table_function_supports_projection_pushdown(made, true);
      if (api.duckdb_register_table_function(connection, made) !== SUCCESS) {
        throw new TypeError("DuckDB does not take the function offered()");
      }
    } finally {
      api.duckdb_destroy_table_function(BigUint64Array.of(created));
    }
  }

  /** What `offered()` answers while `use` runs. */
  while<T>(rows: Columns, use: () => T): T {
    this.#rows = rows;
    try {
      return use();
    } finally {
      this.#rows = undefined;
      this.#scans.clear();
    }
  }

  /** To be called when the connection is closed, and not before. */
  close(): void {
    for (const callback of this.#callbacks) callback.close();
  }

  #bind(info: Pointer): void {
    const api = this.#api;
    for (const { name, type } of this.#offered().columns) {
      const made = wordOf(api.duckdb_create_logical_type(TYPE_NUMBERS[type]));
      api.duckdb_bind_add_result_column(info, cText(name), pointerOf(made));
      api.duckdb_destroy_logical_type(BigUint64Array.of(made));
    }
  }

  /** Only the columns that the statement reads are written. */
  #begin(info: Pointer): void {
    const api = this.#api;
    const count = Number(api.duckdb_init_get_column_count(info));
    const places = Array.from({ length: count }, (_, at) => Number(api.duckdb_init_get_column_index(info, BigInt(at))));
    const number = this.#scans.size + 1;
    this.#scans.set(number, { filling: fillingOf(this.#offered(), places), from: 0 });
    api.duckdb_init_set_init_data(info, pointerOf(number), null);
  }

  #fill(info: Pointer, chunk: Pointer): void {
    const scan = this.#scans.get(Number(this.#api.duckdb_function_get_init_data(info)));
    if (!scan) throw new TypeError("DuckDB asks for rows that it has not begun to read");
    scan.from += fillChunk(this.#api, chunk, scan.filling, scan.from);
  }

  #offered(): Columns {
    if (!this.#rows) throw new TypeError("offered() is read while nothing is offered");
    return this.#rows;
  }

  /** Nothing may be thrown into DuckDB: it is told, and its statement fails. */
  #callback(
    called: (info: Pointer, chunk: Pointer) => void,
    setError: (info: Pointer, message: Uint8Array) => void,
  ): JSCallback {
    const guarded = (info: Pointer, chunk: Pointer) => {
      try {
        called(info, chunk);
      } catch (error) {
        setError(info, cText(error instanceof Error ? error.message : String(error)));
      }
    };
    return new JSCallback(guarded, { args: ["ptr", "ptr"], returns: "void" });
  }
}
