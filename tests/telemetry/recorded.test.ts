import { describe, expect, test } from "bun:test";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { decodeJson } from "../../src/telemetry/json/decode.ts";
import { linesOf } from "../../src/telemetry/line/line.ts";
import { type Canonical, REQUESTS } from "../../src/telemetry/message.ts";
import { decodeProtobuf } from "../../src/telemetry/protobuf/decode.ts";
import { SIGNALS } from "../../src/telemetry/signal.ts";
import { encodeOtlp } from "../support/encode-otlp.ts";

/** Requests of real sessions, kept beside the checkout; compared with, never shipped. */
const RECORDED = join(import.meta.dir, "../../../shared/telemetry");
const isPresent = existsSync(RECORDED);

function recordedFiles(): string[] {
  if (!isPresent) return [];
  const folders = readdirSync(RECORDED, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  return folders.flatMap(({ name }) => readdirSync(join(RECORDED, name)).map((file) => `${name}/${file}`)).sort();
}

function decodeRecorded(file: string): { line: string; request: Canonical } {
  const signal = SIGNALS.find((name) => file.includes(`-${name}.`)) ?? "logs";
  const body = readFileSync(join(RECORDED, file));
  const { request, valuesDropped } = (file.endsWith(".pb") ? decodeProtobuf : decodeJson)(REQUESTS[signal], body);
  const { lines, records } = linesOf(signal, request);
  expect({ valuesDropped, lines: lines.length }).toEqual({ valuesDropped: 0, lines: 1 });
  expect(records).toBeGreaterThan(0);
  const again = decodeProtobuf(REQUESTS[signal], encodeOtlp(REQUESTS[signal], request));
  expect(JSON.stringify(again.request)).toBe(lines[0] ?? "");
  return { line: lines[0] ?? "", request };
}

/** The names of fields and attributes and the kinds of their values; tools that run at once end in any order. */
function shapeOf(value: unknown): unknown {
  if (Array.isArray(value)) return value.map((one) => JSON.stringify(shapeOf(one))).sort();
  if (typeof value !== "object" || value === null) return typeof value;
  const entries = Object.entries(value).map(([name, inner]) => [name, name === "key" ? inner : shapeOf(inner)]);
  return Object.fromEntries(entries);
}

describe.skipIf(!isPresent)("recorded requests", () => {
  test.each(recordedFiles().filter((file) => !file.endsWith(".md")))(
    "%s becomes one line, the same again through protobuf",
    (file) => {
      decodeRecorded(file);
    },
  );

  test.each(["000-logs", "001-metrics", "002-logs", "003-metrics"])(
    "%s of the same session over JSON and over protobuf has one shape",
    (name) => {
      const json = decodeRecorded(`refactor-http-json/${name}.json`);
      const protobuf = decodeRecorded(`refactor-http-protobuf/${name}.pb`);
      expect(shapeOf(JSON.parse(json.line))).toEqual(shapeOf(JSON.parse(protobuf.line)));
    },
  );
});
