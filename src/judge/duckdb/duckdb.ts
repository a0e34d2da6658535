import { dlopen, type Pointer } from "bun:ffi";
import { MasqueError } from "../../kernel/errors.ts";
import { isObject, type JsonObject, parseJson } from "../../kernel/text/json.ts";
import type { Columns } from "../reading/columns.ts";
import { appendRows } from "./append-rows.ts";
import { copyText, cText, pointerIn, SUCCESS } from "./native.ts";
import { type Api, DUCKDB_SYMBOLS } from "./symbols.ts";

/** A statement's named parameters. Bytes are bound as the UTF-8 text that they must be; numbers as doubles. */
export type Parameters = Readonly<Record<string, string | number | Uint8Array>>;

/** Settings of a database, by DuckDB's own names. */
export type Settings = Readonly<Record<string, string>>;

/** `duckdb_result`: six words, of which only DuckDB knows the meaning. */
const RESULT_BYTES = 48;

/**
 * One DuckDB database and one connection to it. Nothing outside this folder sees a pointer, nothing is read from native
 * memory after the call that owns it, and every use after `close()` is refused.
 */
export class DuckDb implements Disposable {
  readonly #api: Api;
  readonly #database: BigUint64Array;
  readonly #connection: BigUint64Array;
  #isOpen = true;

  private constructor(api: Api, database: BigUint64Array, connection: BigUint64Array) {
    this.#api = api;
    this.#database = database;
    this.#connection = connection;
  }

  /**
   * Opens a database.
   *
   * @param library Path of libduckdb.
   * @param file Path of the database, or `:memory:`.
   * @throws {MasqueError} `library.unavailable` when the library cannot be loaded, `judge.query-failed` when DuckDB
   * will not open the database.
   */
  static open(library: string, file: string, settings: Settings): DuckDb {
    const api = loadLibrary(library);
    const database = new BigUint64Array(1);
    const connection = new BigUint64Array(1);
    const config = configOf(api, settings);
    const error = new BigUint64Array(1);
    try {
      if (api.duckdb_open_ext(cText(file), database, pointerIn(config), error) !== SUCCESS) {
        throw failed(`Cannot open the database "${file}"`, takeText(api, error[0] ?? 0n));
      }
    } finally {
      api.duckdb_destroy_config(config);
    }
    if (api.duckdb_connect(pointerIn(database), connection) !== SUCCESS) {
      api.duckdb_close(database);
      throw failed(`Cannot open the database "${file}"`, "no connection was given");
    }
    return new DuckDb(api, database, connection);
  }

  /**
   * Runs statements that take no parameter and answer nothing.
   *
   * @throws {MasqueError} `judge.query-failed`
   */
  run(sql: string): void {
    this.#ran(sql, () => undefined);
  }

  /**
   * Runs one statement that changes rows.
   *
   * @returns How many rows it inserted, updated or deleted.
   * @throws {MasqueError} `judge.query-failed`
   */
  execute(sql: string, parameters?: Parameters): number {
    const changed = (result: Uint8Array) => Number(this.#api.duckdb_rows_changed(result));
    return parameters ? this.#prepared(sql, parameters, changed) : this.#ran(sql, changed);
  }

  /**
   * Runs one SELECT and answers its rows as objects by column name. They cross as JSON text: what a double cannot hold
   * exactly must be cast to VARCHAR by the query.
   *
   * @throws {MasqueError} `judge.query-failed`
   */
  query(sql: string, parameters?: Parameters): JsonObject[] {
    const select = `SELECT to_json(answer)::VARCHAR FROM (${withoutSemicolon(sql)}\n) AS answer`;
    const read = (result: Uint8Array) => this.#readRows(result);
    return parameters ? this.#prepared(select, parameters, read) : this.#ran(select, read);
  }

  /**
   * Appends rows to a table that has their columns in their order.
   *
   * @throws {MasqueError} `judge.query-failed`
   */
  append(table: string, rows: Columns): void {
    if (rows.rows === 0) return;
    const found = appendRows(this.#open(), pointerIn(this.#connection), table, rows);
    if (found !== undefined) throw failed(`Cannot append to the table "${table}"`, found);
  }

  /** Closes the connection and the database; closing twice is nothing. */
  close(): void {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    this.#api.duckdb_disconnect(this.#connection);
    this.#api.duckdb_close(this.#database);
  }

  [Symbol.dispose](): void {
    this.close();
  }

  /** DuckDB plans a statement once here; a prepared one it may plan twice. */
  #ran<T>(sql: string, read: (result: Uint8Array) => T): T {
    const result = new Uint8Array(RESULT_BYTES);
    try {
      const state = this.#open().duckdb_query(pointerIn(this.#connection), cText(sql), result);
      if (state !== SUCCESS) throw this.#resultError(sql, result);
      return read(result);
    } finally {
      this.#api.duckdb_destroy_result(result);
    }
  }

  #prepared<T>(sql: string, parameters: Parameters, read: (result: Uint8Array) => T): T {
    const api = this.#open();
    const statement = new BigUint64Array(1);
    const result = new Uint8Array(RESULT_BYTES);
    try {
      if (api.duckdb_prepare(pointerIn(this.#connection), cText(sql), statement) !== SUCCESS) {
        throw failed(titleOf(sql), copyText(api.duckdb_prepare_error(pointerIn(statement))));
      }
      for (const [name, value] of Object.entries(parameters)) bind(api, statement, name, value);
      if (api.duckdb_execute_prepared(pointerIn(statement), result) !== SUCCESS) throw this.#resultError(sql, result);
      return read(result);
    } finally {
      api.duckdb_destroy_result(result);
      api.duckdb_destroy_prepare(statement);
    }
  }

  #readRows(result: Uint8Array): JsonObject[] {
    const rows: JsonObject[] = [];
    const count = this.#api.duckdb_row_count(result);
    for (let row = 0n; row < count; row++) {
      const address = this.#api.duckdb_value_varchar(result, 0n, row);
      const text = copyText(address);
      if (address !== null) this.#api.duckdb_free(Number(address) as Pointer);
      const value = parseJson(text);
      if (!isObject(value)) throw new TypeError(`DuckDB answered a row that is not an object: ${text}`);
      rows.push(value);
    }
    return rows;
  }

  #resultError(sql: string, result: Uint8Array): MasqueError {
    return failed(titleOf(sql), copyText(this.#api.duckdb_result_error(result)));
  }

  #open(): Api {
    if (!this.#isOpen) throw new TypeError("This database is closed");
    return this.#api;
  }
}

function loadLibrary(path: string): Api {
  try {
    return dlopen(path, DUCKDB_SYMBOLS).symbols;
  } catch (error) {
    throw new MasqueError("library.unavailable", `Cannot load "${path}": ${messageOf(error)}`, {
      hint: "it needs libstdc++ and a cache folder that allows executing files: set XDG_CACHE_HOME to one",
      cause: error,
    });
  }
}

function configOf(api: Api, settings: Settings): BigUint64Array {
  const config = new BigUint64Array(1);
  if (api.duckdb_create_config(config) !== SUCCESS) throw new TypeError("DuckDB gave no configuration");
  for (const [name, value] of Object.entries(settings)) {
    if (api.duckdb_set_config(pointerIn(config), cText(name), cText(value)) !== SUCCESS) {
      api.duckdb_destroy_config(config);
      throw failed(`Cannot set "${name}" to "${value}"`, "DuckDB refuses it");
    }
  }
  return config;
}

function bind(api: Api, statement: BigUint64Array, name: string, value: string | number | Uint8Array): void {
  const index = new BigUint64Array(1);
  const prepared = pointerIn(statement);
  if (api.duckdb_bind_parameter_index(prepared, index, cText(name)) !== SUCCESS) {
    throw new TypeError(`The statement has no parameter $${name}`);
  }
  const at = index[0] ?? 0n;
  const state = typeof value === "number" ? api.duckdb_bind_double(prepared, at, value) : bindText(value);
  if (state !== SUCCESS) throw failed(`Cannot bind $${name}`, "DuckDB refuses the value");

  function bindText(text: string | Uint8Array): number {
    const bytes = typeof text === "string" ? Buffer.from(text) : text;
    // An empty typed array has no address to give.
    const given = bytes.length === 0 ? new Uint8Array(1) : bytes;
    return api.duckdb_bind_varchar_length(prepared, at, given, BigInt(bytes.length));
  }
}

/** Copies C text that is ours to free. */
function takeText(api: Api, address: bigint): string {
  if (address === 0n) return "";
  const pointer = Number(address) as Pointer;
  const text = copyText(pointer);
  api.duckdb_free(pointer);
  return text;
}

function withoutSemicolon(sql: string): string {
  return sql.trimEnd().replace(/;$/, "");
}

/** A statement's first line of code names it well enough for a person to report it. */
function titleOf(sql: string): string {
  const line = sql.split("\n").find((text) => text.trim() !== "" && !text.startsWith("--")) ?? "";
  return `Cannot query the telemetry ("${line.slice(0, 60)}")`;
}

function failed(what: string, found: string): MasqueError {
  return new MasqueError("judge.query-failed", `${what}: ${found.trim()}`, {
    hint: "this is most likely a bug of ours: please report it with this message",
  });
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
