import type { Library } from "bun:ffi";

/**
 * DuckDB's C API as far as masque calls it. Only functions whose arguments and results fit a register: `bun:ffi` cannot
 * pass a struct by value, so results are read as text through the result's address, while rows go in as vectors.
 *
 * @source duckdb.h, DuckDB 1.5
 */
export const DUCKDB_SYMBOLS = {
  duckdb_create_config: { args: ["ptr"], returns: "i32" },
  duckdb_set_config: { args: ["ptr", "ptr", "ptr"], returns: "i32" },
  duckdb_destroy_config: { args: ["ptr"], returns: "void" },
  duckdb_open_ext: { args: ["ptr", "ptr", "ptr", "ptr"], returns: "i32" },
  duckdb_close: { args: ["ptr"], returns: "void" },
  duckdb_connect: { args: ["ptr", "ptr"], returns: "i32" },
  duckdb_disconnect: { args: ["ptr"], returns: "void" },
  duckdb_query: { args: ["ptr", "ptr", "ptr"], returns: "i32" },
  duckdb_prepare: { args: ["ptr", "ptr", "ptr"], returns: "i32" },
  duckdb_prepare_error: { args: ["ptr"], returns: "ptr" },
  duckdb_destroy_prepare: { args: ["ptr"], returns: "void" },
  duckdb_bind_parameter_index: { args: ["ptr", "ptr", "ptr"], returns: "i32" },
  duckdb_bind_varchar_length: { args: ["ptr", "u64", "ptr", "u64"], returns: "i32" },
  duckdb_bind_double: { args: ["ptr", "u64", "f64"], returns: "i32" },
  duckdb_execute_prepared: { args: ["ptr", "ptr"], returns: "i32" },
  duckdb_rows_changed: { args: ["ptr"], returns: "u64" },
  duckdb_row_count: { args: ["ptr"], returns: "u64" },
  duckdb_value_varchar: { args: ["ptr", "u64", "u64"], returns: "ptr" },
  duckdb_result_error: { args: ["ptr"], returns: "ptr" },
  duckdb_destroy_result: { args: ["ptr"], returns: "void" },
  duckdb_create_logical_type: { args: ["i32"], returns: "ptr" },
  duckdb_destroy_logical_type: { args: ["ptr"], returns: "void" },
  duckdb_data_chunk_set_size: { args: ["ptr", "u64"], returns: "void" },
  duckdb_data_chunk_get_vector: { args: ["ptr", "u64"], returns: "ptr" },
  duckdb_vector_get_data: { args: ["ptr"], returns: "ptr" },
  duckdb_vector_ensure_validity_writable: { args: ["ptr"], returns: "void" },
  duckdb_vector_get_validity: { args: ["ptr"], returns: "ptr" },
  duckdb_create_data_chunk: { args: ["ptr", "u64"], returns: "ptr" },
  duckdb_destroy_data_chunk: { args: ["ptr"], returns: "void" },
  duckdb_data_chunk_reset: { args: ["ptr"], returns: "void" },
  duckdb_appender_create: { args: ["ptr", "ptr", "ptr", "ptr"], returns: "i32" },
  duckdb_append_data_chunk: { args: ["ptr", "ptr"], returns: "i32" },
  duckdb_appender_close: { args: ["ptr"], returns: "i32" },
  duckdb_appender_destroy: { args: ["ptr"], returns: "i32" },
  duckdb_appender_error: { args: ["ptr"], returns: "ptr" },
  duckdb_free: { args: ["ptr"], returns: "void" },
} as const;

/** The functions of the library, once it is loaded. */
export type Api = Library<typeof DUCKDB_SYMBOLS>["symbols"];
