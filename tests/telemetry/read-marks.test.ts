import { expect, test } from "bun:test";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { readMarks } from "../../src/telemetry/read-marks.ts";
import { hostLine, markLine, NOON_UNIX_NANO } from "../support/telemetry-lines.ts";
import { temporaryFolder } from "../support/temp-folder.ts";

const DON = markLine("don", { session: "s", masqueSession: "m", unixNano: NOON_UNIX_NANO });
const DOFF = markLine("doff", { session: "s", masqueSession: "m", unixNano: NOON_UNIX_NANO + 1_000_000_000n });

function marksOf(text: string) {
  using root = temporaryFolder();
  const path = join(root.path, "masque.jsonl");
  writeFileSync(path, text);
  return [...readMarks(path)];
}

test("readMarks() reads dons and doffs in the file's order, also without a last newline", () => {
  const unixMs = Number(NOON_UNIX_NANO / 1_000_000n);
  expect(marksOf(`${DON}\n${DOFF}`)).toEqual([
    { kind: "don", session: "s", masqueSession: "m", unixMs },
    { kind: "doff", session: "s", masqueSession: "m", unixMs: unixMs + 1_000 },
  ]);
});

test("readMarks() finds none where there is no file", () => {
  using root = temporaryFolder();
  expect([...readMarks(join(root.path, "masque.jsonl"))]).toEqual([]);
});

test("readMarks() skips lines that are not marks, and lines that are too long", () => {
  const foreign = hostLine([{ unixNano: NOON_UNIX_NANO, body: "masque.don", attributes: { "session.id": "s" } }]);
  const long = markLine("don", { session: "x".repeat(3_000_000), masqueSession: "m", unixNano: 1n });
  const lines = [DON, foreign, "", "no json", "[]", "null", '{"resourceLogs":[null,7]}', long, "\0\0", DOFF];
  expect(marksOf(lines.join("\n")).map(({ kind }) => kind)).toEqual(["don", "doff"]);
});

test("readMarks() never fails, however a mark's line is damaged", () => {
  fc.assert(
    fc.property(fc.nat(DON.length - 1), fc.constantFrom("null", "[]", "{}", '"x"', "7", ",", "\0", ""), (at, put) => {
      const damaged = DON.slice(0, at) + put + DON.slice(at + 1);
      expect(marksOf(`${damaged}\n${DOFF}\n`).at(-1)?.kind).toBe("doff");
    }),
    { numRuns: 500 },
  );
  for (const value of ["null", "[]", "7", '"x"', "[null]"]) {
    for (const key of ["resourceLogs", "scopeLogs", "scope", "logRecords", "body", "attributes", "timeUnixNano"]) {
      const shaped = JSON.stringify(JSON.parse(DON), (name, held) => (name === key ? JSON.parse(value) : held));
      expect(marksOf(`${shaped}\n${DOFF}\n`).map(({ kind }) => kind)).toEqual(["doff"]);
    }
  }
});
