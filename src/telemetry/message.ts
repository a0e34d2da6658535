import { LIMITS } from "../kernel/limits.ts";
import { ENUM_ROWS, type FieldRow, MESSAGE_ROWS, type Scalar } from "./schema.ts";
import type { Signal } from "./signal.ts";

/** The table of `schema.ts` compiled for decoding: types resolved, fields found by number, blanks ready to be copied. */

/** What a field holds, one of it. */
export type Kind = Scalar | "enum" | "message";

/** A field, compiled. */
export type Field = {
  readonly name: string;
  readonly number: number;
  readonly kind: Kind;
  readonly presence: FieldRow["presence"];
  /** Present for kind `message`. */
  readonly message: Message | undefined;
  /** Values by name, present for kind `enum`. */
  readonly enumValues: ReadonlyMap<string, number> | undefined;
};

/** A message, compiled. */
export type Message = {
  readonly name: string;
  /** In the order in which they are written. */
  readonly fields: readonly Field[];
  /** Sparse, by number on the wire. */
  readonly byNumber: readonly (Field | undefined)[];
  /** Fields written even when they were not sent; all of them are messages. */
  readonly always: readonly Field[];
  /** The arms of its oneof; no message of OTLP has two. */
  readonly arms: readonly Field[];
  /** Every field, `undefined`, in the order in which they are written; empty for {@link isUnion}. */
  readonly blank: Canonical;
  /** Whether all fields are arms of one oneof. */
  readonly isUnion: boolean;
};

/** A decoded value in the canonical JSON mapping. */
export type CanonicalValue = string | number | boolean | Canonical | readonly CanonicalValue[];

/** A decoded message in the canonical JSON mapping; an `undefined` field is one that is not written. */
export type Canonical = { [name: string]: CanonicalValue | undefined };

/** One request, decoded from either encoding. */
export type Decoded = {
  /** `Export{Logs,Metrics,Trace}ServiceRequest`, canonical: `docs/otlp.md`. */
  readonly request: Canonical;
  /** Attribute and point values that could not be read and were left out. */
  readonly valuesDropped: number;
  /** Messages in it, and values of its lists. */
  readonly elements: number;
  /** Whether it said anything at all that we know: a body full of unknown fields is likely meant for another path. */
  readonly isRecognised: boolean;
};

/** A body that is not the message it should be. The message says where and why, for the sender. */
export class DecodeError extends Error {
  override readonly name = "DecodeError";
}

/** The request message of each signal. */
export const REQUESTS: Readonly<Record<Signal, Message>> = compileRequests();

function compileRequests(): Record<Signal, Message> {
  const messages = new Map<string, Message>();
  return {
    logs: compile("ExportLogsServiceRequest", messages),
    metrics: compile("ExportMetricsServiceRequest", messages),
    traces: compile("ExportTraceServiceRequest", messages),
  };
}

function compile(name: string, messages: Map<string, Message>): Message {
  const known = messages.get(name);
  if (known) return known;
  const rows = MESSAGE_ROWS[name];
  if (!rows) throw new TypeError(`The table of OTLP messages names "${name}" and does not have it`);
  const fields: Field[] = [];
  const byNumber: Field[] = [];
  const always: Field[] = [];
  const arms: Field[] = [];
  const isUnion = Object.values(rows).every((row) => row.presence === "arm");
  const blank: Canonical = isUnion ? {} : Object.fromEntries(Object.keys(rows).map((field) => [field, undefined]));
  // Registered before its fields are, for a value may hold values.
  const message: Message = { name, fields, byNumber, always, arms, blank, isUnion };
  messages.set(name, message);
  for (const [fieldName, row] of Object.entries(rows)) {
    const field = compileField(fieldName, row, messages);
    fields.push(field);
    byNumber[field.number] = field;
    if (field.presence === "always") always.push(field);
    if (field.presence === "arm") arms.push(field);
  }
  return message;
}

function compileField(name: string, row: FieldRow, messages: Map<string, Message>): Field {
  const { number, presence } = row;
  if (row.type in MESSAGE_ROWS) {
    return { name, number, presence, kind: "message", message: compile(row.type, messages), enumValues: undefined };
  }
  const enumNames = ENUM_ROWS[row.type];
  if (enumNames) {
    const enumValues = new Map(enumNames.map((value, index) => [value, index]));
    return { name, number, presence, kind: "enum", message: undefined, enumValues };
  }
  return { name, number, presence, kind: row.type as Scalar, message: undefined, enumValues: undefined };
}

/** Ends the reading of a request, or of a part of one, that is built to exhaust its reader. */
export class Bounds {
  /** Messages, and values of lists, that were met. */
  elements = 0;
  readonly #elementsMax: number;

  constructor(elementsMax: number) {
    this.#elementsMax = elementsMax;
  }

  /** @throws {DecodeError} for one message or value too many. */
  take(): void {
    this.elements += 1;
    if (this.elements > this.#elementsMax) throw tooManyValues(this.#elementsMax);
  }

  /** @throws {DecodeError} when so many values around a message are too many. */
  checkDepth(depth: number): void {
    if (depth > LIMITS.otlpDepthMax) {
      throw new DecodeError(`Cannot read values nested over ${LIMITS.otlpDepthMax} deep`);
    }
  }
}

/** More than a reader makes objects of. */
export function tooManyValues(elementsMax: number): DecodeError {
  return new DecodeError(`Cannot read over ${elementsMax} values at once: send smaller records or batches`);
}

/** A message of which nothing was sent: its `always` fields, empty in turn. */
export function emptyMessage(message: Message): Canonical {
  const object: Canonical = { ...message.blank };
  fillAlways(message, object);
  return object;
}

/** Gives a decoded message the fields that are always written. */
export function fillAlways(message: Message, object: Canonical): void {
  for (const field of message.always) {
    if (object[field.name] === undefined && field.message) object[field.name] = emptyMessage(field.message);
  }
}
