import { isObject, type Json, type JsonObject, parseJson, reviveJson, stringAt } from "../../kernel/json.ts";
import { MASQUE_SCOPE } from "../../telemetry/masque-event.ts";
import { Columns, MARK_SCHEMA, placesIn, RECORD_SCHEMA } from "./columns.ts";

/**
 * One OTLP log export request, as a line of JSON, into rows. What the reader does not know is passed over at every
 * level; a value of another shape is absent, and costs nobody else.
 *
 * `JSON.parse` and a walk over what it made read some 250 MB a second. A pull parser of our own that made no objects was
 * no faster, four times as long, and had to be right about all of JSON besides.
 */

/** What a line was: the last two are worth a report. */
export type LineKind = "blank" | "logs" | "other signal" | "foreign" | "broken";

/** What of a file matters: log events with the dons and doffs among them, or these alone. */
export type Content = "events-and-marks" | "marks";

/** Which line it is: its file's place among the files, and its number in the file, from 0. */
export type LinePlace = { readonly source: number; readonly line: number; readonly content: Content };

/** Attributes that scoring needs; a record's values stand in this order while it is read. */
const ATTRIBUTES = [
  "session.id",
  "event.sequence",
  "prompt.id",
  "success",
  "tool_name",
  "cost_usd",
  "input_tokens",
  "output_tokens",
  "cache_read_tokens",
  "cache_creation_tokens",
  "masque.session.id",
  "masque.name",
  "masque.version",
  "masque.digest",
  "masque.project",
] as const;
type Attribute = (typeof ATTRIBUTES)[number];

const SLOTS: ReadonlyMap<unknown, number> = new Map(ATTRIBUTES.map((name, slot) => [name, slot]));
const SLOT = Object.fromEntries(ATTRIBUTES.map((name, slot) => [name, slot])) as {
  readonly [Name in Attribute]: number;
};
const RECORD = placesIn(RECORD_SCHEMA);
const MARK = placesIn(MARK_SCHEMA);
const NUMBERS: readonly (readonly [Attribute, number])[] = [
  ["cost_usd", RECORD.cost],
  ["input_tokens", RECORD.input],
  ["output_tokens", RECORD.output],
  ["cache_read_tokens", RECORD.cache_read],
  ["cache_creation_tokens", RECORD.cache_creation],
];
const MARK_TEXTS: readonly (readonly [Attribute, number])[] = [
  ["masque.name", MARK.name],
  ["masque.version", MARK.version],
  ["masque.digest", MARK.digest],
  ["masque.project", MARK.project],
];
const WHOLE = /^\d{1,20}$/;
const DECIMAL = /^\s*[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?\s*$/;
const LONG_WHOLE = /^\d{16,20}$/;
const ZEROS_BEHIND_POINT = /\.0+$/;
const UINT64_MAX = 2n ** 64n - 1n;

/** Reads lines into two tables of rows. */
export class RequestReader {
  readonly records = new Columns(RECORD_SCHEMA);
  readonly marks = new Columns(MARK_SCHEMA);
  readonly #values: (string | number | boolean | undefined)[] = ATTRIBUTES.map(() => undefined);
  #place: LinePlace = { source: 0, line: 0, content: "events-and-marks" };
  #pos = 0;
  #hasRoundedTime = false;

  /** Reads one line. One that is not a request of logs leaves no row. */
  readLine(text: string, place: LinePlace): LineKind {
    const request = parseJson(text);
    if (request === undefined) return text.trim() === "" ? "blank" : "broken";
    const kind = kindOf(request);
    if (kind !== "logs") return kind;
    const [recordsBefore, marksBefore] = [this.records.rows, this.marks.rows];
    this.#readRequest(request, place);
    if (this.#hasRoundedTime) {
      this.records.dropFrom(recordsBefore);
      this.marks.dropFrom(marksBefore);
      this.#readRequest(withExactIntegers(text) ?? null, place);
    }
    return kind;
  }

  #readRequest(request: Json, place: LinePlace): void {
    this.#place = place;
    this.#pos = 0;
    this.#hasRoundedTime = false;
    for (const resource of objectsAt(request, "resourceLogs")) {
      for (const scoped of objectsAt(resource, "scopeLogs")) {
        const isMasque = isObject(scoped["scope"]) && scoped["scope"]["name"] === MASQUE_SCOPE;
        // What masque itself wrote is never work.
        if (!isMasque && place.content === "marks") continue;
        for (const record of objectsAt(scoped, "logRecords")) this.#readRecord(record, isMasque);
      }
    }
  }

  #readRecord(record: JsonObject, isMasque: boolean): void {
    this.#values.fill(undefined);
    for (const attribute of objectsAt(record, "attributes")) {
      const slot = SLOTS.get(attribute["key"]);
      if (slot !== undefined) this.#values[slot] ??= scalarIn(attribute["value"]);
    }
    this.#pos += 1;
    const session = this.#text("session.id");
    if (!session) return;
    if (isMasque) this.#addMark(record, session);
    else this.#addRecord(record, session);
  }

  #addRecord(record: JsonObject, session: string): void {
    const { records } = this;
    records.addRow(this.#timeOf(record));
    records.set(RECORD.source, this.#place.source);
    records.set(RECORD.line, this.#place.line);
    records.set(RECORD.pos, this.#pos);
    records.setText(RECORD.session, session);
    records.setText(RECORD.body, bodyOf(record));
    // 3 and 3.0 are one sequence number, whichever way an exporter writes it.
    records.setText(RECORD.seq, this.#text("event.sequence")?.replace(ZEROS_BEHIND_POINT, ""));
    records.setText(RECORD.prompt, this.#text("prompt.id") || undefined);
    records.setText(RECORD.tool, this.#text("tool_name"));
    const success = this.#text("success");
    if (success !== undefined) records.set(RECORD.success, Number(success.toLowerCase() === "true"));
    for (const [name, column] of NUMBERS) {
      const value = this.#value(name);
      if (value !== undefined) records.set(column, finite(value));
    }
  }

  #addMark(record: JsonObject, session: string): void {
    const body = bodyOf(record);
    const time = this.#timeOf(record);
    const masqueSession = this.#text("masque.session.id") || undefined;
    const isDon = body === "masque.don";
    if (time === 0n || !(isDon ? masqueSession : body === "masque.doff")) return;
    const { marks } = this;
    marks.addRow(time);
    marks.set(MARK.source, this.#place.source);
    marks.set(MARK.line, this.#place.line);
    marks.set(MARK.pos, this.#pos);
    marks.setText(MARK.session, session);
    marks.set(MARK.is_don, Number(isDon));
    marks.setText(MARK.masque_session, masqueSession);
    for (const [name, column] of MARK_TEXTS) marks.setText(column, this.#text(name));
  }

  #value(name: Attribute): string | number | boolean | undefined {
    return this.#values[SLOT[name]];
  }

  #text(name: Attribute): string | undefined {
    const value = this.#value(name);
    return value === undefined || typeof value === "string" ? value : String(value);
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

/** A request whose whole numbers beyond a double's reach are the text that they were. */
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

/** Whichever arm an exporter put the value in: integers are numbers from one and strings from another, and so on. */
function scalarIn(value: Json | undefined): string | number | boolean | undefined {
  if (!isObject(value)) return undefined;
  return (
    scalar(value["stringValue"]) ??
    scalar(value["intValue"]) ??
    scalar(value["doubleValue"]) ??
    scalar(value["boolValue"])
  );
}

function scalar(value: Json | undefined): string | number | boolean | undefined {
  return value === null || typeof value === "object" ? undefined : value;
}

function bodyOf(record: JsonObject): string | undefined {
  const body = record["body"];
  if (!isObject(body)) return undefined;
  const value = scalarIn(body);
  if (value !== undefined) return String(value);
  const nested = body["arrayValue"] ?? body["kvlistValue"];
  return nested ? JSON.stringify(nested) : stringAt(body, "bytesValue");
}

/** NaN, which is absent, for what is no decimal number: the infinities would swallow a sum. */
function finite(value: string | number | boolean): number {
  const number = typeof value === "number" ? value : DECIMAL.test(String(value)) ? Number(value) : Number.NaN;
  return Number.isFinite(number) ? number : Number.NaN;
}
