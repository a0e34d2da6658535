import { CString, type Pointer } from "bun:ffi";

/** Words and text of the C API. Nothing outside this folder sees a pointer. */

/** `bun:ffi` types a returned address as either; `null` is NULL. */
export type Address = Pointer | number | bigint | null;

/** `DuckDBSuccess` */
export const SUCCESS = 0;

/** Text as C takes it; the caller keeps it referenced during the call. */
export function cText(text: string): Uint8Array {
  if (text.includes("\0")) throw new TypeError("Text for C holds a NUL");
  return Buffer.from(`${text}\0`);
}

/** The address that a C function wrote into a one-word buffer. */
export function pointerIn(word: BigUint64Array): Pointer {
  return pointerOf(word[0] ?? 0n);
}

/** An address as a pointer: `bun:ffi` brands the numbers that are. */
export function pointerOf(address: Address): Pointer {
  return Number(address ?? 0) as Pointer;
}

/** An address as a word of memory. */
export function wordOf(address: Address): bigint {
  return BigInt(address ?? 0);
}

/** Copies C text that DuckDB keeps owning. */
export function copyText(address: Address): string {
  return address === null ? "" : new CString(pointerOf(address)).toString();
}
