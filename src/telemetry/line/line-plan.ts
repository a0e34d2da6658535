import { emptyMessage, type Field, type Message, REQUESTS } from "../message.ts";
import type { Signal } from "../signal.ts";
import { wireOf } from "../wire.ts";

/**
 * The table of messages compiled once more, for writing lines without making objects of what is read: each field with
 * the bytes that go before its value, and its place among what was found of its message.
 */

/** A field, ready to be written. */
export type LineField = Field & {
  /** `,"name":`; what begins an object writes its brace over the first one's comma. */
  readonly opening: Uint8Array;
  /** The value of a field that is written even when it was not sent. */
  readonly empty: Uint8Array | undefined;
  readonly isRepeated: boolean;
  readonly isArm: boolean;
  /** Whether these are the attributes of a record, of which one may name its agent session. */
  readonly isOfRecord: boolean;
  /** Whether it names the scope that the records beside it are of. */
  readonly isScope: boolean;
  /** Whether a default value is left out. */
  readonly isOmittedAtDefault: boolean;
  /** The wire type of one value in protobuf. */
  readonly wire: number;
  /** Its place among what was found of its message. */
  readonly slot: number;
  readonly line: LineMessage | undefined;
};

/** A message, ready to be written. */
export type LineMessage = {
  readonly name: string;
  /** In the order in which they are written. */
  readonly fields: readonly LineField[];
  /** Sparse, by number on the wire. */
  readonly byNumber: readonly (LineField | undefined)[];
  readonly isUnion: boolean;
  /** Whether it counts: a log record, a data point, a span. */
  readonly isRecord: boolean;
  /** Whether it has a scope and the scope's records. */
  readonly hasScope: boolean;
  /** Whether it is a record, or records lie in it: a long request is cut between such messages. */
  readonly holdsRecords: boolean;
};

const RECORD = /^(LogRecord|Span|\w+DataPoint)$/;
const UTF8 = new TextEncoder();

/** The plans of all signals' requests, made when the first request comes. */
export function linePlans(): Readonly<Record<Signal, LineMessage>> {
  plans ??= compilePlans();
  return plans;
}

let plans: Readonly<Record<Signal, LineMessage>> | undefined;

function compilePlans(): Readonly<Record<Signal, LineMessage>> {
  const known = new Map<Message, LineMessage>();
  return {
    logs: compile(REQUESTS.logs, known),
    metrics: compile(REQUESTS.metrics, known),
    traces: compile(REQUESTS.traces, known),
  };
}

function compile(message: Message, known: Map<Message, LineMessage>): LineMessage {
  const already = known.get(message);
  if (already) return already;
  const fields: LineField[] = [];
  const byNumber: (LineField | undefined)[] = Array.from({ length: message.byNumber.length }, () => undefined);
  const { name, isUnion } = message;
  const isRecord = RECORD.test(name);
  const hasScope = message.fields.some(isScope);
  const line = { name, fields, byNumber, isUnion, isRecord, hasScope, holdsRecords: isRecord };
  // Registered before its fields are, for a value may hold values.
  known.set(message, line);
  for (const [slot, field] of message.fields.entries()) {
    const { presence } = field;
    const compiled: LineField = {
      ...field,
      opening: UTF8.encode(`,${JSON.stringify(field.name)}:`),
      empty:
        presence === "always" && field.message ? UTF8.encode(JSON.stringify(emptyMessage(field.message))) : undefined,
      isRepeated: presence === "repeated",
      isArm: presence === "arm",
      isOfRecord: isRecord && field.name === "attributes",
      isScope: isScope(field),
      isOmittedAtDefault: presence === "set",
      wire: wireOf(field.kind),
      slot,
      line: field.message && compile(field.message, known),
    };
    fields.push(compiled);
    byNumber[field.number] = compiled;
    line.holdsRecords ||= compiled.line?.holdsRecords === true;
  }
  return line;
}

function isScope(field: Field): boolean {
  return field.message?.name === "InstrumentationScope";
}
