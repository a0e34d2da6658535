import { LIMITS } from "../../kernel/limits.ts";
import type { LineField, LineMessage } from "../line/line-plan.ts";
import { NotTranscodable } from "../line/not-transcodable.ts";
import type { PartBounds } from "../line/part-bounds.ts";
import { WIRE } from "../wire.ts";
import { WireCursor } from "./wire-cursor.ts";

/**
 * Cuts a long request in protobuf into parts, each a request by itself, that say the same together: between its resources,
 * where one is too long between its scopes, then its records, its metric's points. What a part lies in (its resource, its
 * scope) is repeated in each. A message that cannot be cut, or that is damaged, stays whole: its reader decides.
 */

/** A tag of two bytes and a length of four, at most. */
const FRAME_BYTES_MAX = 6;

/** The parts of a request, one after another: the next is looked for when it is asked for. */
export function* cutProtobuf(message: LineMessage, bytes: Uint8Array, bounds: PartBounds): Generator<Uint8Array> {
  const { bytesMax, repeatedBytesMax } = bounds;
  const around = bytes.length > bytesMax ? aroundRecords(message, bytes, repeatedBytesMax) : undefined;
  if (!around) {
    yield bytes;
    return;
  }
  const left = {
    bytesMax: bytesMax - around.length - FRAME_BYTES_MAX,
    repeatedBytesMax: repeatedBytesMax - around.length,
  };
  const group = new Group(bytes, around);
  for (const { field, start, value, end } of holdersOf(message, bytes)) {
    if (group.length > 0 && group.length + end - start > left.bytesMax) yield group.take();
    if (end - start <= left.bytesMax || !field?.line) {
      group.add(start, end);
      continue;
    }
    for (const part of cutProtobuf(field.line, bytes.subarray(value, end), left)) {
      yield Buffer.concat([around, frame(field.number, part.length), part]);
    }
  }
  if (group.length > 0) yield group.take();
}

/** Fields that will be one part: those that lie side by side are copied as one. */
class Group {
  readonly #bytes: Uint8Array;
  readonly #around: Uint8Array;
  #ranges: { start: number; end: number }[] = [];
  length = 0;

  constructor(bytes: Uint8Array, around: Uint8Array) {
    this.#bytes = bytes;
    this.#around = around;
  }

  add(start: number, end: number): void {
    this.length += end - start;
    const last = this.#ranges.at(-1);
    if (last?.end === start) last.end = end;
    else this.#ranges.push({ start, end });
  }

  take(): Uint8Array {
    const pieces = this.#ranges.map(({ start, end }) => this.#bytes.subarray(start, end));
    this.#ranges = [];
    this.length = 0;
    return Buffer.concat([this.#around, ...pieces]);
  }
}

/** A field of a message as it lies on the wire. */
type Found = {
  readonly field: LineField | undefined;
  readonly start: number;
  readonly value: number;
  readonly end: number;
};

/** The fields beside the messages that hold records; `undefined` where the message cannot be cut between these. */
function aroundRecords(message: LineMessage, bytes: Uint8Array, bytesMax: number): Buffer | undefined {
  const wire = new WireCursor();
  wire.bytes = bytes;
  const pieces: Uint8Array[] = [];
  let [length, holders, isRepeated] = [0, 0, true];
  try {
    for (let start = 0, end = 0; start < bytes.length; start = end) {
      const tag = wire.tag(start);
      end = wire.skip(tag & 7, wire.at);
      if (end > bytes.length) return undefined;
      const field = message.byNumber[tag >>> 3];
      if (holdsRecords(field, tag & 7)) {
        holders += 1;
        isRepeated &&= field?.isRepeated === true;
        if (holders > LIMITS.otlpMessagesMax) return undefined;
        continue;
      }
      length += end - start;
      if (length > bytesMax) return undefined;
      pieces.push(bytes.subarray(start, end));
    }
  } catch (error) {
    if (error instanceof NotTranscodable) return undefined;
    throw error;
  }
  // Of a field that is not repeated, several are parts of one message, or the last one counts.
  return holders > 0 && (isRepeated || holders === 1) ? Buffer.concat(pieces) : undefined;
}

function holdsRecords(field: LineField | undefined, wire: number): boolean {
  return wire === WIRE.bytes && field?.line?.holdsRecords === true;
}

/** The messages that hold records. That they can be gone over is known. */
function* holdersOf(message: LineMessage, bytes: Uint8Array): Generator<Found> {
  const wire = new WireCursor();
  wire.bytes = bytes;
  for (let start = 0, end = 0; start < bytes.length; start = end) {
    const tag = wire.tag(start);
    const field = message.byNumber[tag >>> 3];
    end = wire.skip(tag & 7, wire.at);
    if (holdsRecords(field, tag & 7)) yield { field, start, value: wire.at, end };
  }
}

/** The tag and the length in front of a message. */
function frame(number: number, length: number): Uint8Array {
  const bytes = varint((number << 3) | WIRE.bytes);
  return Uint8Array.from([...bytes, ...varint(length)]);
}

function varint(value: number): number[] {
  const bytes: number[] = [];
  let rest = value;
  for (; rest >= 0x80; rest >>>= 7) bytes.push((rest & 0x7f) | 0x80);
  return [...bytes, rest];
}
