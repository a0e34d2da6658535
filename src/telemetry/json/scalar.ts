import { isObject } from "../../kernel/text/json.ts";
import { parseInt64 } from "../int64-text.ts";
import type { Field } from "../message.ts";

/** What `JSON.parse` gives, and bigints for integers that a number cannot hold. */
export type JsonInput =
  | null
  | boolean
  | number
  | bigint
  | string
  | readonly JsonInput[]
  | { readonly [key: string]: JsonInput | undefined };

/** The answer for a value that is not of its field's kind. */
export const INVALID: unique symbol = Symbol("not of its kind");

const INT32 = { min: -(2 ** 31), max: 2 ** 31 - 1 };
const UINT32 = { min: 0, max: 2 ** 32 - 1 };
const TRACE_ID = /^[0-9a-f]{32}$/i;
const SPAN_ID = /^[0-9a-f]{16}$/i;
const ALL_ZERO = /^0+$/;
const BASE64 = /^[A-Za-z0-9+/_-]*={0,2}$/;
const DECIMAL = /^-?\d+(\.\d+)?([eE][+-]?\d+)?$/;

/** One scalar in the JSON mapping of OTLP and its known variants, made canonical. */
export function readJsonScalar(field: Field, given: JsonInput): string | number | boolean | typeof INVALID {
  switch (field.kind) {
    case "string":
      return typeof given === "string" ? wellFormed(given) : INVALID;
    case "bool":
      return typeof given === "boolean" ? given : INVALID;
    case "int32":
    case "sint32":
      return int32(given, INT32);
    case "uint32":
    case "fixed32":
      return int32(given, UINT32);
    case "enum":
      return (typeof given === "string" ? field.enumValues?.get(given) : undefined) ?? int32(given, INT32);
    case "int64":
    case "sfixed64":
      return int64(given, true);
    case "uint64":
    case "fixed64":
      return int64(given, false);
    case "double":
      return double(given);
    case "bytes":
      return base64(given);
    case "traceId":
      return id(given, TRACE_ID);
    case "spanId":
      return id(given, SPAN_ID);
    case "message":
      throw new TypeError("A message is not a scalar");
    default:
      throw new TypeError(`No such kind of field: ${field.kind satisfies never}`);
  }
}

/** A lone surrogate, half of a character, cannot be written as UTF-8 and would spoil the file for its readers. */
function wellFormed(text: string): string {
  return text.isWellFormed() ? text : text.toWellFormed();
}

function int32(given: JsonInput, range: { min: number; max: number }): number | typeof INVALID {
  const value = typeof given === "string" && /^-?\d{1,10}$/.test(given) ? Number(given) : given;
  return typeof value === "number" && Number.isInteger(value) && value >= range.min && value <= range.max
    ? value
    : INVALID;
}

function int64(given: JsonInput, isSigned: boolean): string | typeof INVALID {
  if (typeof given === "string") return parseInt64(given, isSigned) ?? INVALID;
  if (typeof given === "bigint") return parseInt64(given.toString(), isSigned) ?? INVALID;
  if (typeof given !== "number" || !Number.isInteger(given)) return INVALID;
  return parseInt64(BigInt(given).toString(), isSigned) ?? INVALID;
}

function double(given: JsonInput): number | string | typeof INVALID {
  if (typeof given === "bigint") return Number(given);
  if (typeof given === "number") return doubleJson(given);
  if (given === "NaN" || given === "Infinity" || given === "-Infinity") return given;
  return typeof given === "string" && DECIMAL.test(given) ? doubleJson(Number(given)) : INVALID;
}

/** A double as JSON can hold it: digits beyond the largest, such as 1e999, are infinite. */
function doubleJson(value: number): number | string {
  return Number.isFinite(value) ? value : String(value);
}

/** Base64 of either alphabet; the JavaScript exporter before 0.200 wrote an object of bytes by their place. */
function base64(given: JsonInput): string | typeof INVALID {
  if (typeof given === "string") return BASE64.test(given) ? Buffer.from(given, "base64").toString("base64") : INVALID;
  if (!isObject(given)) return INVALID;
  const bytes = Object.values(given);
  const areBytes = bytes.every(
    (byte) => typeof byte === "number" && Number.isInteger(byte) && byte >= 0 && byte <= 255,
  );
  const areInPlace = Object.keys(given).every((key, index) => key === String(index));
  return areBytes && areInPlace ? Buffer.from(bytes as number[]).toString("base64") : INVALID;
}

/** Lower-case hex; an empty or all-zero id is none. */
function id(given: JsonInput, shape: RegExp): string | typeof INVALID {
  if (typeof given !== "string") return INVALID;
  if (given === "") return "";
  if (!shape.test(given)) return INVALID;
  return ALL_ZERO.test(given) ? "" : given.toLowerCase();
}
