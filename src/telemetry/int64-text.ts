/**
 * 64-bit integers as OTLP/JSON writes them: decimal strings. JavaScript's numbers hold 53 bits, and its bigints are
 * slow where a batch holds thousands of times, so the digits are worked out from two 32-bit halves.
 */

const BILLION = 1_000_000_000;
const BILLION_DIGITS = 9;
const HALF = 0x1_0000;
const INT64_MAX = "9223372036854775807";
const INT64_MIN_DIGITS = "9223372036854775808";
const UINT64_MAX = "18446744073709551615";
/** Integers of this many digits fit every 64-bit type. */
const SAFE_DIGITS = 18;

/** The unsigned integer of two unsigned 32-bit halves. */
export function uint64Text(high: number, low: number): string {
  if (high < 0x20_0000) return String(high * 0x1_0000_0000 + low);
  // Long division by 10^9, sixteen bits at a time: every step stays below 2^53.
  const top = Math.floor(high / BILLION);
  const middle = (high % BILLION) * HALF + (low >>> 16);
  const bottom = (middle % BILLION) * HALF + (low & 0xffff);
  const quotient = (top * HALF + Math.floor(middle / BILLION)) * HALF + Math.floor(bottom / BILLION);
  return `${quotient}${String(bottom % BILLION).padStart(BILLION_DIGITS, "0")}`;
}

/** The signed integer of two unsigned 32-bit halves in two's complement. */
export function int64Text(high: number, low: number): string {
  if (high < 0x8000_0000) return uint64Text(high, low);
  const negatedLow = (~low + 1) >>> 0;
  const negatedHigh = (~high + (negatedLow === 0 ? 1 : 0)) >>> 0;
  return `-${uint64Text(negatedHigh, negatedLow)}`;
}

/**
 * A decimal integer from foreign text, without leading zeros or plus; `undefined` when it is not one or does not fit.
 */
export function parseInt64(text: string, isSigned: boolean): string | undefined {
  if (!/^-?\d{1,40}$/.test(text)) return undefined;
  const isNegative = text.startsWith("-");
  const digits = text.slice(isNegative ? 1 : 0).replace(/^0+(?=\d)/, "");
  if (digits === "0") return "0";
  if (isNegative && !isSigned) return undefined;
  const largest = isNegative ? INT64_MIN_DIGITS : isSigned ? INT64_MAX : UINT64_MAX;
  const fits =
    digits.length <= SAFE_DIGITS ||
    digits.length < largest.length ||
    (digits.length === largest.length && digits <= largest);
  return fits ? `${isNegative ? "-" : ""}${digits}` : undefined;
}
