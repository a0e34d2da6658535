import { expect, test } from "bun:test";
import { DuckDb } from "../../src/judge/duckdb/duckdb.ts";
import { Columns, type Schema } from "../../src/judge/reading/columns.ts";
import { nativeLibrary } from "../../src/kernel/files/native-library.ts";

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

test("open() refuses a file that is not a library, and settings that DuckDB does not know", () => {
  expect(() => DuckDb.open(import.meta.path, ":memory:", {})).toThrow(
    expect.objectContaining({ code: "library.unavailable" }),
  );
  expect(() => open({ no_such_setting: "1" })).toThrow(expect.objectContaining({ code: "judge.query-failed" }));
});

const SCHEMA = { n: "INTEGER", t: "UBIGINT", is: "BOOLEAN", x: "DOUBLE", text: "VARCHAR" } as const satisfies Schema;
const TEXTS = ["", "twelve bytes", "thirteen byte", "é😀\u2028", "x".repeat(70_000), "\ud800"];

function rowsOf(count: number): Columns {
  const rows = new Columns(SCHEMA);
  for (let row = 0; row < count; row++) {
    rows.addRow(row % 7 === 0 ? 0n : 2n ** 64n - BigInt(row));
    rows.set(0, row - 3);
    if (row % 2 === 0) rows.set(2, Number(row % 4 === 0));
    if (row % 3 === 0) rows.set(3, row / 7);
    if (row % 5 !== 0) rows.setText(4, TEXTS[row % TEXTS.length]);
  }
  return rows;
}

const TABLE = 'CREATE TABLE rows (n INTEGER, t UBIGINT, "is" BOOLEAN, x DOUBLE, text VARCHAR)';

test.each([0, 1, 2047, 2048, 2049, 5000])("append() adds %d rows to a table as they are", (count) => {
  using db = open({ threads: "1" });
  db.run(TABLE);
  db.append("rows", rowsOf(count));
  const read = db.query('SELECT n, t::VARCHAR AS t, "is", x, text FROM rows');
  expect(read).toHaveLength(count);
  for (const [row, one] of read.entries()) {
    expect(one).toEqual({
      n: row - 3,
      t: row % 7 === 0 ? null : `${2n ** 64n - BigInt(row)}`,
      is: row % 2 === 0 ? row % 4 === 0 : null,
      x: row % 3 === 0 ? row / 7 : null,
      // Half a surrogate pair cannot be written as UTF-8.
      text: row % 5 === 0 ? null : (TEXTS[row % TEXTS.length] ?? "").toWellFormed(),
    });
  }
});

test("append() adds to what a table holds, and leaves the rows as they were", () => {
  using db = open({ threads: "1" });
  db.run(TABLE);
  const rows = rowsOf(3000);
  db.append("rows", rows);
  db.append("rows", rows);
  expect(db.query("SELECT count(*) AS rows, count(DISTINCT n) AS numbers FROM rows")).toEqual([
    { rows: 6000, numbers: 3000 },
  ]);
  expect(rows.rows).toBe(3000);
});

test.each([
  ["no_such_table", TABLE],
  ["rows", "CREATE TABLE rows (n INTEGER)"],
  ["rows", 'CREATE TABLE rows (n INTEGER, t UBIGINT, "is" BOOLEAN, x DOUBLE, text VARCHAR NOT NULL)'],
])("append() to %s is refused by a database that has %s, and takes no row", (table, sql) => {
  using db = open({ threads: "1" });
  db.run(sql);
  expect(() => db.append(table, rowsOf(10))).toThrow(expect.objectContaining({ code: "judge.query-failed" }));
  expect(db.query("SELECT count(*) AS rows FROM rows")).toEqual([{ rows: 0 }]);
});

test("append() keeps few texts where DuckDB looks for them, whatever is collected meanwhile", () => {
  using db = open({ threads: "1" });
  db.run("CREATE TABLE rows (text VARCHAR)");
  const texts = ["\ud800", ...Array.from({ length: 20 }, (_, at) => `a text of more than twelve bytes: ${at}`)];
  const rows = new Columns({ text: "VARCHAR" });
  for (let row = 0; row < texts.length; row++) {
    rows.addRow(0n);
    rows.setText(0, texts[row]);
  }
  // How many there are is asked behind all that is readied: by then what was freed belongs to others.
  const litter: Buffer[] = [];
  Object.defineProperty(rows, "rows", {
    get() {
      Bun.gc(true);
      for (let at = 0; at < 10_000; at++) litter.push(Buffer.concat([Buffer.alloc(690, "litter")]));
      return texts.length;
    },
  });
  db.append("rows", rows);
  const read = db.query("SELECT text FROM rows");
  expect(read.map(({ text }) => text)).toEqual(texts.map((text) => text.toWellFormed()));
});
