/**
 * Measures foreign JSON before it is parsed. `JSON.parse` makes an object of every `[]` and `{}`, and cannot be told that there
 * are too many: 64 KB of gzipped brackets became 5 GB. This scan reads each byte once, allocates nothing, and says which bound a
 * text exceeds first.
 *
 * The scan does not check that the text is JSON. Up to the place where `JSON.parse` would fail, both count the same.
 */

/** What a JSON text may hold. */
export type JsonBounds = {
  /** Objects and arrays within each other: `1` has depth 0, `[1]` has 1. */
  readonly depthMax: number;
  /** Values of any kind, the outermost and all within: `[1, {"a": 2}]` has 4. */
  readonly elementsMax: number;
  /** UTF-8 bytes between the quotes of a key, as written: `"\n"` has 2. */
  readonly keyBytesMax: number;
};

/** The bound that a text exceeds first, and where: the index of a byte, or of a UTF-16 unit of a string. */
export type BrokenJsonBound = { readonly bound: keyof JsonBounds; readonly offset: number };

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;
const COLON = 0x3a;
const OPEN_ARRAY = 0x5b;
const CLOSE_ARRAY = 0x5d;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;
const SPACE = 0x20;

/** The first bound that the text exceeds, or `undefined` when it exceeds none. */
export function measureJson(json: Uint8Array | string, bounds: JsonBounds): BrokenJsonBound | undefined {
  return typeof json === "string" ? measure(new TextUnits(json), bounds) : measure(new ByteUnits(json), bounds);
}

/** What the scan reads: one class for each kind of input keeps each loop fast. */
type Units = { readonly length: number; at(index: number): number; bytesOf(from: number, to: number): number };

class ByteUnits implements Units {
  readonly length: number;
  private readonly bytes: Uint8Array;
  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
    this.length = bytes.length;
  }
  at(index: number): number {
    return this.bytes[index] ?? SPACE;
  }
  bytesOf(from: number, to: number): number {
    return to - from;
  }
}

class TextUnits implements Units {
  readonly length: number;
  private readonly text: string;
  constructor(text: string) {
    this.text = text;
    this.length = text.length;
  }
  at(index: number): number {
    return this.text.charCodeAt(index);
  }
  bytesOf(from: number, to: number): number {
    let bytes = 0;
    for (let index = from; index < to; index++) bytes += utf8Length(this.text.charCodeAt(index));
    return bytes;
  }
}

/** UTF-8 bytes of one UTF-16 unit. Each half of a surrogate pair counts as two of the pair's four bytes. */
function utf8Length(unit: number): number {
  if (unit < 0x80) return 1;
  if (unit < 0x800 || (unit >= 0xd800 && unit <= 0xdfff)) return 2;
  return 3;
}

function measure(units: Units, { depthMax, elementsMax, keyBytesMax }: JsonBounds): BrokenJsonBound | undefined {
  let depth = 0;
  let elements = 0;
  let keyBytes = 0;
  // A value may begin here: at the start, after an opening bracket, and after a comma. After a brace, the key counts instead.
  let isAwaited = true;
  for (let index = 0; index < units.length; index++) {
    const unit = units.at(index);
    if (unit <= SPACE) continue;
    if (unit === CLOSE_ARRAY || unit === CLOSE_OBJECT) {
      depth--;
      isAwaited = false;
      continue;
    }
    if (isAwaited && ++elements > elementsMax) return { bound: "elementsMax", offset: index };
    isAwaited = unit === COMMA;
    if (unit === QUOTE) {
      const end = endOfString(units, index + 1);
      keyBytes = end - index - 1 > keyBytesMax / 3 ? units.bytesOf(index + 1, end) : 0;
      index = end;
    } else if (unit === COLON) {
      if (keyBytes > keyBytesMax) return { bound: "keyBytesMax", offset: index };
    } else if (unit === OPEN_ARRAY || unit === OPEN_OBJECT) {
      if (++depth > depthMax) return { bound: "depthMax", offset: index };
      isAwaited = true;
    }
  }
  return undefined;
}

/** Where the closing quote is, or the end of the text. */
function endOfString(units: Units, from: number): number {
  let index = from;
  for (; index < units.length; index++) {
    const unit = units.at(index);
    if (unit === BACKSLASH) index++;
    else if (unit === QUOTE) return index;
  }
  return units.length;
}
