import type { LineField, LineMessage } from "../line/line-plan.ts";
import type { PartBounds } from "../line/part-bounds.ts";
import { DecodeError } from "../message.ts";
import { nextToken, stringEnd, valueEnd } from "./scan.ts";

/**
 * Cuts a long request in JSON into parts, as `protobuf/cut.ts` does in protobuf, without making an object of anything. Keys
 * may come in any order and blanks anywhere. A message that cannot be cut, or that is damaged, stays whole: its reader decides.
 */

const [QUOTE, COMMA, COLON, BACKSLASH] = [0x22, 0x2c, 0x3a, 0x5c];
const [OPEN_BRACE, CLOSE_BRACE, OPEN_BRACKET, CLOSE_BRACKET] = [0x7b, 0x7d, 0x5b, 0x5d];
const text = (characters: string) => Buffer.from(characters);

/** The parts of a request, one after another: the next is looked for when it is asked for. */
export function* cutJson(message: LineMessage, bytes: Uint8Array, bounds: PartBounds): Generator<Uint8Array> {
  const { bytesMax, repeatedBytesMax } = bounds;
  const found = bytes.length > bytesMax ? recordsIn(message, bytes, repeatedBytesMax) : undefined;
  if (!found) {
    yield bytes;
    return;
  }
  const { field, line, around, value } = found;
  const left = { bytesMax: bytesMax - around.length, repeatedBytesMax: repeatedBytesMax - around.length };
  const [opening, closing] = field.isRepeated ? ["[", "]}"] : ["", "}"];
  const whole = (inner: Uint8Array) => Buffer.concat([text("{"), around, text(opening), inner, text(closing)]);
  if (!field.isRepeated) {
    for (const part of cutJson(line, value, left)) yield whole(part);
    return;
  }
  let [groupStart, groupEnd] = [0, 0];
  for (const [start, end] of elementsOf(value)) {
    if (groupEnd > 0 && end - groupStart > left.bytesMax) {
      yield whole(value.subarray(groupStart, groupEnd));
      groupEnd = 0;
    }
    if (end - start > left.bytesMax) {
      for (const part of cutJson(line, value.subarray(start, end), left)) yield whole(part);
      continue;
    }
    if (groupEnd === 0) groupStart = start;
    groupEnd = end;
  }
  if (groupEnd > 0) yield whole(value.subarray(groupStart, groupEnd));
}

/** The one member of an object that holds records, and the other members. */
type RecordsFound = {
  readonly field: LineField;
  readonly line: LineMessage;
  /** The other members and the key of this one. */
  readonly around: Buffer;
  readonly value: Uint8Array;
};

/** `undefined` where there is none, or more than one, or a key is written with escapes: such an object is not cut. */
function recordsIn(message: LineMessage, bytes: Uint8Array, bytesMax: number): RecordsFound | undefined {
  const pieces: Uint8Array[] = [];
  let found: { field: LineField; line: LineMessage; value: Uint8Array } | undefined;
  let length = 0;
  for (const member of membersOf(bytes)) {
    if (!member) return undefined;
    const [start, keyEnd, valueStart, end] = member;
    const key = bytes.subarray(start + 1, keyEnd - 1);
    if (key.includes(BACKSLASH)) return undefined;
    const field = holderCalled(message, key);
    if (field?.line) {
      const isAsExpected = bytes[valueStart] === (field.isRepeated ? OPEN_BRACKET : OPEN_BRACE);
      if (found || !isAsExpected) return undefined;
      found = { field, line: field.line, value: bytes.subarray(valueStart, end) };
    } else {
      length += end - start + 1;
      if (length > bytesMax) return undefined;
      pieces.push(bytes.subarray(start, end), text(","));
    }
  }
  return found && { ...found, around: Buffer.concat([...pieces, text(`"${found.field.name}":`)]) };
}

function holderCalled(message: LineMessage, key: Uint8Array): LineField | undefined {
  const holders = message.fields.filter((field) => field.line?.holdsRecords);
  return holders.find(({ name }) => Buffer.from(name).equals(key));
}

type Member = readonly [start: number, keyEnd: number, valueStart: number, end: number];

/** The members of the one object that the text is, or `undefined` in their place where it is none. */
function* membersOf(bytes: Uint8Array): Generator<Member | undefined> {
  let at = nextToken(bytes, 0);
  if (bytes[at] !== OPEN_BRACE) {
    yield undefined;
    return;
  }
  do {
    const start = nextToken(bytes, at + 1);
    const keyEnd = bytes[start] === QUOTE ? stringEnd(bytes, start) : -1;
    const colon = nextToken(bytes, keyEnd);
    const valueStart = nextToken(bytes, colon + 1);
    const end = keyEnd > 0 && bytes[colon] === COLON ? valueEnd(bytes, valueStart) : -1;
    if (end < 0) {
      yield undefined;
      return;
    }
    yield [start, keyEnd, valueStart, end];
    at = nextToken(bytes, end);
  } while (bytes[at] === COMMA);
  if (bytes[at] !== CLOSE_BRACE || nextToken(bytes, at + 1) < bytes.length) yield undefined;
}

/** Where the elements of an array begin and end. @throws {DecodeError} where commas do not part them. */
function* elementsOf(bytes: Uint8Array): Generator<readonly [start: number, end: number]> {
  let at = nextToken(bytes, 1);
  if (bytes[at] === CLOSE_BRACKET && at === bytes.length - 1) return;
  for (;;) {
    const end = valueEnd(bytes, at);
    const behind = end < 0 ? -1 : nextToken(bytes, end);
    const isLast = behind === bytes.length - 1 && bytes[behind] === CLOSE_BRACKET;
    if (end < 0 || (!isLast && bytes[behind] !== COMMA)) throw new DecodeError("Cannot read the body as JSON");
    yield [at, end];
    if (isLast) return;
    at = nextToken(bytes, behind + 1);
  }
}
