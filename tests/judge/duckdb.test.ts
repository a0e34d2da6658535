import { expect, test } from "bun:test";
import { DuckDb } from "../../src/judge/duckdb/duckdb.ts";
import { nativeLibrary } from "../../src/kernel/native-library.ts";

const { path } = await nativeLibrary("duckdb", { libraries: "unused from source" });
const open = (settings = {}) => DuckDb.open(path, ":memory:", settings);

test("query() answers rows by column, with what was bound", () => {
  using db = open();
  const text = "quote ' and \u0000 and 😀";
  expect(db.query("SELECT $text AS text, $number AS number, NULL AS nothing;", { text, number: 0.1 })).toEqual([
    { text, number: 0.1, nothing: null },
  ]);
});

test("query() binds bytes as text, empty ones too", () => {
  using db = open();
  expect(db.query("SELECT $a AS a, $b AS b", { a: Buffer.from("é"), b: new Uint8Array(0) })).toEqual([
    { a: "é", b: "" },
  ]);
});

test("bound text is never SQL", () => {
  using db = open();
  const id = "x' OR 1=1; DROP TABLE t; --";
  db.run("CREATE TABLE t (id VARCHAR)");
  db.execute("INSERT INTO t VALUES ($id)", { id });
  expect(db.query("SELECT count(*) AS n FROM t WHERE id = $id", { id })).toEqual([{ n: 1 }]);
});

test.each([
  ["a statement that does not parse", "SELEC 1"],
  ["a table that is not there", "SELECT * FROM nowhere"],
  ["a value that cannot be cast", "SELECT CAST('x' AS INTEGER) AS n"],
])("a refused query throws judge.query-failed: %s", (_, sql) => {
  using db = open();
  expect(() => db.query(sql)).toThrow(expect.objectContaining({ code: "judge.query-failed" }));
});

test("every use after close() is refused, and closing twice is nothing", () => {
  const db = open();
  db.close();
  db.close();
  expect(() => db.query("SELECT 1 AS one")).toThrow("closed");
  expect(() => db.run("SELECT 1")).toThrow("closed");
});

test("without external access no query reads a file", () => {
  using db = open({ enable_external_access: "false" });
  expect(() => db.query("SELECT * FROM read_text('/etc/hostname')")).toThrow(
    expect.objectContaining({ code: "judge.query-failed" }),
  );
});

test("open() refuses what is no library, and settings that DuckDB does not know", () => {
  expect(() => DuckDb.open(import.meta.path, ":memory:", {})).toThrow(
    expect.objectContaining({ code: "library.unavailable" }),
  );
  expect(() => open({ no_such_setting: "1" })).toThrow(expect.objectContaining({ code: "judge.query-failed" }));
});
