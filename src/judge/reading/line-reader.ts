import { LIMITS } from "../../kernel/limits.ts";
import { isObject, type Json, type JsonObject, parseJson, reviveJson, stringAt } from "../../kernel/text/json.ts";
import { measureJson } from "../../kernel/text/measure-json.ts";
import { type LinePlace, RecordRows, type Scalar, slotOf } from "./record-rows.ts";

/**
 * Lines of OTLP log export requests, as JSON, into rows. Members that scoring does not need are skipped at every
 * level. A value of an unexpected shape is absent, and affects no other value.
 */

/** What a line was. The last three are worth a report; `too much` holds more than any receiver takes. */
export type LineKind = "blank" | "logs" | "other signal" | "foreign" | "broken" | "too much";

/** A line that was read, and the offset of its end: of its newline, or after the last byte. */
export type ReadLine = { readonly kind: LineKind; readonly end: number };

const [NEWLINE, RETURN, TAB, SPACE, OPEN_BRACE, CLOSE_BRACE] = [0x0a, 0x0d, 0x09, 0x20, 0x7b, 0x7d];
/** What a receiver takes. A larger line is not a request, and could fill the memory or the stack. */
const BOUNDS = {
  depthMax: LIMITS.otlpJsonDepthMax,
  elementsMax: LIMITS.otlpJsonValuesMax,
  keyBytesMax: LIMITS.otlpJsonKeyBytesMax,
};
const WHOLE = /^\d{1,20}$/;
const LONG_WHOLE = /^\d{16,20}$/;
const UINT64_MAX = 2n ** 64n - 1n;

/** Reads one line after another into rows. */
export class LineReader {
  readonly rows = new RecordRows();
  #hasRoundedTime = false;
  #line: Buffer = Buffer.alloc(0);
  #isBounded: boolean | undefined;

  /** Reads the line that begins at `start` of some UTF-8. A line that is not a request of logs leaves no row. */
  readLine(bytes: Buffer, start: number, place: LinePlace): ReadLine {
    const newline = bytes.indexOf(NEWLINE, start);
    const end = newline === -1 ? bytes.length : newline;
    if (end === start) return { kind: "blank", end };
    const kind = lookAt(bytes, start, end);
    if (kind !== "object") return { kind, end };
    this.rows.beginLine(place);
    return { kind: this.#read(bytes.subarray(start, end)), end };
  }

  #read(line: Buffer): LineKind {
    this.#line = line;
    this.#isBounded = undefined;
    if (line.length > LIMITS.judgeLineBytesUnmeasured && !this.#keepsBounds()) return "too much";
    const text = line.toString("utf8");
    const request = parseJson(text);
    if (request === undefined) return "broken";
    const kind = kindOf(request);
    if (kind !== "logs") return kind;
    this.#hasRoundedTime = false;
    this.#readRequest(request);
    if (this.#hasRoundedTime && this.#keepsBounds()) {
      this.rows.dropLine();
      this.#readRequest(withExactIntegers(text) ?? null);
    }
    if (this.#isBounded !== false) return kind;
    this.rows.dropLine();
    return "too much";
  }

  /**
   * Whether the line is within the bounds of what is read. A short line is measured only before recursive work: measuring
   * takes as long as parsing.
   */
  #keepsBounds(): boolean {
    this.#isBounded ??= measureJson(this.#line, BOUNDS) === undefined;
    return this.#isBounded;
  }

  #readRequest(request: Json): void {
    for (const resource of objectsAt(request, "resourceLogs")) {
      for (const scoped of objectsAt(resource, "scopeLogs")) {
        const scope = scoped["scope"];
        if (!this.rows.beginScope(isObject(scope) ? scope["name"] : undefined)) continue;
        for (const record of objectsAt(scoped, "logRecords")) this.#readRecord(record);
      }
    }
  }

  #readRecord(record: JsonObject): void {
    const rows = this.rows;
    rows.beginRecord();
    for (const attribute of objectsAt(record, "attributes")) {
      const slot = slotOf(attribute["key"]);
      if (slot !== undefined) rows.set(slot, scalarIn(attribute["value"]));
    }
    rows.addRecord(this.#timeOf(record), this.#bodyOf(record));
  }

  #bodyOf(record: JsonObject): string | undefined {
    const body = record["body"];
    if (!isObject(body)) return undefined;
    const value = scalarIn(body);
    if (value !== undefined) return String(value);
    const nested = body["arrayValue"] ?? body["kvlistValue"];
    if (!nested) return stringAt(body, "bytesValue");
    return this.#keepsBounds() ? JSON.stringify(nested) : undefined;
  }

  /** Nanoseconds since 1970; 0 for a record that carries neither of the two times. */
  #timeOf(record: JsonObject): bigint {
    return this.#time(record["timeUnixNano"]) || this.#time(record["observedTimeUnixNano"]);
  }

  #time(value: Json | undefined): bigint {
    if (typeof value === "number") {
      if (!Number.isSafeInteger(value)) this.#hasRoundedTime = true;
      return value > 0 && value < 2 ** 64 && Number.isInteger(value) ? BigInt(value) : 0n;
    }
    if (typeof value !== "string" || !WHOLE.test(value)) return 0n;
    const time = BigInt(value);
    return time > UINT64_MAX ? 0n : time;
  }
}

function kindOf(request: Json): LineKind {
  if (!isObject(request)) return "foreign";
  if (request["resourceLogs"] !== undefined) return "logs";
  if (request["resourceMetrics"] !== undefined || request["resourceSpans"] !== undefined) return "other signal";
  return Object.keys(request).length === 0 ? "other signal" : "foreign";
}

/** A request in which whole numbers that a double cannot hold are kept as text. */
function withExactIntegers(text: string): Json | undefined {
  return reviveJson(text, (_key, value, context) =>
    typeof value === "number" && LONG_WHOLE.test(context?.source ?? "") ? (context?.source ?? value) : value,
  );
}

const NOTHING: readonly JsonObject[] = [];

/** The objects in a member that should be a list of them. */
function objectsAt(parent: Json, key: string): readonly JsonObject[] {
  const list = isObject(parent) ? parent[key] : undefined;
  if (!Array.isArray(list)) return NOTHING;
  return list.every(isObject) ? list : list.filter(isObject);
}

/** The value, in whichever member an exporter put it. */
function scalarIn(value: Json | undefined): Scalar | undefined {
  if (!isObject(value)) return undefined;
  return (
    scalar(value["stringValue"]) ??
    scalar(value["intValue"]) ??
    scalar(value["doubleValue"]) ??
    scalar(value["boolValue"])
  );
}

function scalar(value: Json | undefined): Scalar | undefined {
  return value === null || typeof value === "object" ? undefined : value;
}

/** What the first and last bytes of a line show: only an object can be a request. */
function lookAt(bytes: Buffer, start: number, end: number): LineKind | "object" {
  let [first, last] = [start, end - 1];
  while (first <= last && isBlank(bytes[first])) first += 1;
  if (first > last) return "blank";
  if (bytes[first] !== OPEN_BRACE) return "foreign";
  while (isBlank(bytes[last])) last -= 1;
  return bytes[last] === CLOSE_BRACE ? "object" : "broken";
}

function isBlank(byte: number | undefined): boolean {
  return byte === SPACE || byte === TAB || byte === RETURN;
}
