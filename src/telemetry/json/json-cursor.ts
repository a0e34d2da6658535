import { NOT_TRANSCODABLE } from "../line/not-transcodable.ts";

const COMMA = 0x2c;

/** A place in the bytes of a request. What reads them moves `at` forward. */
export class JsonCursor {
  bytes: Uint8Array = new Uint8Array(0);
  at = 0;

  /** Steps over one byte. @throws {NotTranscodable} when another byte is there. */
  expect(byte: number): void {
    if (this.bytes[this.at] !== byte) throw NOT_TRANSCODABLE;
    this.at += 1;
  }

  /** Steps over a comma, and returns true, or over `end`, and returns false. @throws {NotTranscodable} for any other byte. */
  goesOn(end: number): boolean {
    const byte = this.bytes[this.at];
    this.at += 1;
    if (byte === COMMA) return true;
    if (byte !== end) throw NOT_TRANSCODABLE;
    return false;
  }
}
