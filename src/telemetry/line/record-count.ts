import { LIMITS } from "../../kernel/limits.ts";
import { isObject, parseJson } from "../../kernel/text/json.ts";
import { MASQUE_SCOPE } from "../masque-event.ts";
import type { Canonical } from "../message.ts";
import { messagesAt } from "../records.ts";
import type { LineSink } from "./line-sink.ts";

/**
 * What is counted of a request's records, in one place for every way in which a request is read: how many there are, which
 * agent sessions they belong to, and how many claim to be masque's own.
 *
 * A record belongs to the session that its first attribute `session.id` names: the first one that holds text, a number or
 * a boolean. An empty text names none. Indexes into a string table (`keyStrindex`, `stringValueStrindex`) are for profiles:
 * as the protocol has it, they count as if they had not been sent. The judge reads lines in the same way.
 */

const SESSION_KEY = "session.id";
const ASCII = new TextEncoder();
/** What an attribute that names a session begins with, up to the first letter of its value's kind. */
const SESSION_OPENING = ASCII.encode(`{"key":"${SESSION_KEY}","value":{"`);
/** The kinds of value that name none, and may be long: arrays and lists. */
const NESTED_KINDS = new Set(Buffer.from("ak"));
const OWN_SCOPE_OPENING = ASCII.encode(`{"name":"${MASQUE_SCOPE}"`);
const SCALARS = ["stringValue", "intValue", "doubleValue", "boolValue"] as const;
/** Attributes up to this length are remembered, for the next record mostly has the same: an id has some 40 characters. */
const REMEMBERED_BYTES_MAX = 512;

/** 64 bits of a session's id: what is remembered of it, however long the id is. */
export type SessionDigest = bigint;

/** The counts of one request, or of a part of one. */
export type RecordCounts = {
  /** Log records, data points or spans. */
  readonly records: number;
  /** Those of scope `masque`, which only masque itself writes, and never over OTLP. */
  readonly masqueRecords: number;
  /** The agent sessions that they belong to, the first 10,000. */
  readonly sessions: ReadonlySet<SessionDigest>;
};

/** Counts what one reader reads, one request after another. */
export class RecordCount implements RecordCounts {
  records = 0;
  masqueRecords = 0;
  sessions: Set<SessionDigest> = new Set();
  #isOfMasque = false;
  #hasSession = false;
  #lastBytes = Buffer.alloc(0);
  #lastSession: string | undefined;

  /** Begins a request. */
  begin(): void {
    this.records = 0;
    this.masqueRecords = 0;
    this.sessions = new Set();
    this.beginScope(undefined);
  }

  /** Begins the records of a scope. */
  beginScope(name: unknown): void {
    this.#isOfMasque = name === MASQUE_SCOPE;
  }

  /** The same from the scope that a line has from `start` on; it begins with its name. */
  scopeWritten(sink: LineSink, start: number): void {
    this.#isOfMasque = sink.holds(OWN_SCOPE_OPENING, start);
  }

  /** Begins a record. */
  beginRecord(): void {
    this.records += 1;
    if (this.#isOfMasque) this.masqueRecords += 1;
    this.#hasSession = false;
  }

  /** Counts a record with all its attributes. */
  record(record: Canonical): void {
    this.beginRecord();
    for (const attribute of messagesAt(record, "attributes")) {
      if (!this.#hasSession && attribute["key"] === SESSION_KEY) this.#take(scalarText(attribute["value"]));
    }
  }

  /** Takes the next attribute of a record from where a line has it. */
  attributeWritten(sink: LineSink, start: number): void {
    if (this.#hasSession || !sink.holds(SESSION_OPENING, start)) return;
    const written = sink.from(start);
    if (!NESTED_KINDS.has(written[SESSION_OPENING.length] ?? 0)) this.#take(this.#sessionIn(written));
  }

  #sessionIn(written: Uint8Array): string | undefined {
    if (this.#lastBytes.equals(written)) return this.#lastSession;
    const attribute = parseJson(Buffer.from(written.buffer, written.byteOffset, written.length).toString());
    const session = scalarText((attribute as Canonical)["value"]);
    if (written.length <= REMEMBERED_BYTES_MAX) {
      this.#lastBytes = Buffer.from(written);
      this.#lastSession = session;
    }
    return session;
  }

  #take(session: string | undefined): void {
    if (session === undefined) return;
    this.#hasSession = true;
    if (session !== "" && this.sessions.size < LIMITS.sessionsCountedMax) this.sessions.add(sessionDigest(session));
  }
}

/** The counts as they are now, which the next request leaves alone. */
export function countsOf({ records, masqueRecords, sessions }: RecordCounts): RecordCounts {
  return { records, masqueRecords, sessions };
}

/** What is remembered of a session's id. */
export function sessionDigest(session: string): SessionDigest {
  return Bun.hash.xxHash64(session);
}

/** The text of a canonical `AnyValue` that holds a scalar. */
function scalarText(value: Canonical[string]): string | undefined {
  if (!isObject(value)) return undefined;
  const any = value as Canonical;
  const found = SCALARS.map((name) => any[name]).find((scalar) => scalar !== undefined);
  return found === undefined ? undefined : String(found);
}
