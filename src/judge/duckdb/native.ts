import { CString, type Pointer } from "bun:ffi";

/** Words and text of the C API. Nothing outside this folder sees a pointer. */

/** `bun:ffi` types a returned address as either; `null` is NULL. */
export type Address = Pointer | bigint | null;

/** `DuckDBSuccess` */
export const SUCCESS = 0;

/** Text as C takes it; the caller keeps it referenced during the call. */
export function cText(text: string): Uint8Array {
  if (text.includes("\0")) throw new TypeError("Text for C holds a NUL");
  return Buffer.from(`${text}\0`);
}

/** The address that a C function wrote into a one-word buffer; `bun:ffi` brands the numbers that are addresses. */
export function pointerIn(word: BigUint64Array): Pointer {
  return Number(word[0] ?? 0n) as Pointer;
}

/** Copies C text that DuckDB keeps owning. */
export function copyText(address: Address): string {
  return address === null ? "" : new CString(Number(address) as Pointer).toString();
}
