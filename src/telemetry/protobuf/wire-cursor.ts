import { NOT_TRANSCODABLE } from "../line/not-transcodable.ts";
import { WIRE } from "../wire.ts";

const VARINT_BYTES_MAX = 10;
/** Of a length: longer ones are beyond every bound, or padded. */
const LENGTH_BYTES_MAX = 4;
const DOUBLE = new DataView(new ArrayBuffer(8));

/**
 * Reads values at a place on the wire, without their meaning. Bytes beyond the end read as zeros: the reader of a
 * message checks that it ends where it should.
 */
export class WireCursor {
  bytes: Uint8Array = new Uint8Array(0);
  /** Behind what was read last. */
  at = 0;
  /** The halves of the integer that was read last, unsigned. */
  high = 0;
  low = 0;

  /** What follows a tag of this wire type is gone over, to where the next field begins. */
  skip(wire: number, at: number): number {
    switch (wire) {
      case WIRE.bytes: {
        const length = this.length(at);
        return this.at + length;
      }
      case WIRE.fixed64:
        return at + 8;
      case WIRE.varint: {
        let end = at;
        while ((this.bytes[end] ?? 0) >= 0x80) end += 1;
        if (end - at >= VARINT_BYTES_MAX) throw NOT_TRANSCODABLE;
        return end + 1;
      }
      case WIRE.fixed32:
        return at + 4;
      default:
        throw NOT_TRANSCODABLE;
    }
  }

  /** Fields of two bytes at most, that is below 2048: the table has none beyond. */
  tag(at: number): number {
    const first = this.bytes[at] ?? 0;
    if (first < 0x80) {
      this.at = at + 1;
      return first;
    }
    const second = this.bytes[at + 1] ?? 0;
    if (second >= 0x80) throw NOT_TRANSCODABLE;
    this.at = at + 2;
    return (first & 0x7f) | (second << 7);
  }

  /** Of what follows it. */
  length(at: number): number {
    const first = this.bytes[at] ?? 0;
    if (first < 0x80) {
      this.at = at + 1;
      return first;
    }
    let length = first & 0x7f;
    for (let index = 1; index < LENGTH_BYTES_MAX; index++) {
      const byte = this.bytes[at + index] ?? 0;
      length |= (byte & 0x7f) << (7 * index);
      if (byte < 0x80) {
        this.at = at + index + 1;
        return length;
      }
    }
    throw NOT_TRANSCODABLE;
  }

  /** Into halves: seven bits a byte, of which the fifth reaches into both. */
  varint(at: number): void {
    let [high, low, shift] = [0, 0, 0];
    for (let next = at; ; next++) {
      const byte = this.bytes[next] ?? 0;
      const bits = byte & 0x7f;
      if (shift < 28) low |= bits << shift;
      else if (shift === 28) {
        low |= bits << 28;
        high = bits >>> 4;
      } else high |= bits << (shift - 32);
      if (byte < 0x80) {
        this.at = next + 1;
        break;
      }
      shift += 7;
      if (shift >= 7 * VARINT_BYTES_MAX) throw NOT_TRANSCODABLE;
    }
    this.high = high >>> 0;
    this.low = low >>> 0;
  }

  /** Into halves as well. */
  fixed64(at: number): void {
    this.low = this.uint32(at);
    this.high = this.uint32(at + 4);
    this.at = at + 8;
  }

  /** IEEE 754, little-endian. Read by its halves: what lies beyond the end reads as zeros here, too. */
  double(at: number): number {
    this.fixed64(at);
    DOUBLE.setUint32(0, this.low, true);
    DOUBLE.setUint32(4, this.high, true);
    return DOUBLE.getFloat64(0, true);
  }

  /** Moves nothing. */
  uint32(at: number): number {
    const bytes = this.bytes;
    const low = (bytes[at] ?? 0) | ((bytes[at + 1] ?? 0) << 8) | ((bytes[at + 2] ?? 0) << 16);
    return (low | ((bytes[at + 3] ?? 0) << 24)) >>> 0;
  }
}
