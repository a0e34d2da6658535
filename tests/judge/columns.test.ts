import { expect, test } from "bun:test";
import fc from "fast-check";
import { Columns, type Schema } from "../../src/judge/reading/columns.ts";

const SCHEMA = { n: "INTEGER", time: "UBIGINT", text: "VARCHAR" } as const satisfies Schema;
type Row = { readonly n: number; readonly time: bigint; readonly text: string };

const row = fc.record({
  n: fc.nat(),
  time: fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }),
  text: fc.constantFrom("a", "b", "é", "😀", "ﬀ", "a longer text"),
});

function columnsOf(rows: readonly Row[]): Columns {
  const columns = new Columns(SCHEMA);
  for (const { n, time, text } of rows) {
    columns.addRow(time);
    columns.set(0, n);
    columns.setText(2, text);
  }
  return columns;
}

function rowsIn({ columns, times, texts, rows }: Columns): Row[] {
  return Array.from({ length: rows }, (_, at) => ({
    n: columns[0]?.values[at] ?? Number.NaN,
    time: times[at] ?? 0n,
    text: texts[columns[2]?.values[at] ?? -1] ?? "",
  }));
}

test("sortByText() brings rows of one text together and keeps their order", () => {
  fc.assert(
    fc.property(fc.array(row, { maxLength: 60 }), (rows) => {
      const columns = columnsOf(rows);
      columns.sortByText(2);
      const sorted = [...rows].sort((a, b) => (a.text === b.text ? 0 : a.text < b.text ? -1 : 1));
      expect(rowsIn(columns)).toEqual(sorted);
    }),
  );
});

test("Columns grow, forget from a row on, and begin again with every value absent", () => {
  const rows = Array.from({ length: 5000 }, (_, n) => ({ n, time: BigInt(n), text: `text ${n % 700}` }));
  const columns = columnsOf(rows);
  expect(rowsIn(columns)).toEqual(rows);
  columns.dropFrom(4000);
  expect(rowsIn(columns)).toEqual(rows.slice(0, 4000));
  columns.clear();
  columns.addRow(7n);
  expect(columns.texts).toEqual([]);
  expect(columns.columns.map(({ values }) => values[0])).toEqual([Number.NaN, Number.NaN, Number.NaN]);
});
