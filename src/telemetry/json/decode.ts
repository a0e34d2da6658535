import { LIMITS } from "../../kernel/limits.ts";
import { isObject } from "../../kernel/text/json.ts";
import { measureJson } from "../../kernel/text/measure-json.ts";
import {
  Bounds,
  type Canonical,
  type CanonicalValue,
  type Decoded,
  DecodeError,
  type Field,
  type Message,
  tooManyValues,
} from "../message.ts";
import { INVALID, type JsonInput, readJsonScalar } from "./scalar.ts";

/**
 * OTLP-JSON as senders write it to OTLP-JSON as the Collector writes it: the JavaScript exporter's numbers become
 * decimal strings, defaults go, keys come in one order. Keys are lowerCamelCase only, as the specification has it;
 * what it does not know is ignored at every level.
 *
 * An attribute or point value that cannot be read (`{"doubleValue": {}}`, which one agent sends) does not cost
 * the batch: it is left out and counted. Anything else that is not what it should be refuses the request.
 */

/** A bare number of sixteen digits or more, somewhere: one that JavaScript's numbers may not hold. */
const LONG_NUMBER = /[:[,]\s*-?\d{16}/;
/** The longest 64-bit integer; longer ones are not 64-bit integers and stay as JSON.parse made them. */
const INT64_CHARS_MAX = 20;

/**
 * Decodes an export request.
 *
 * @param elementsMax Values of any kind that it may hold.
 * @throws {DecodeError} when the bytes are not JSON of that message, or go beyond that or `LIMITS.otlpDepthMax`.
 */
export function decodeJson(message: Message, bytes: Uint8Array, elementsMax: number = LIMITS.otlpMessagesMax): Decoded {
  const source = parse(bytes, elementsMax);
  if (!isObject(source)) throw new DecodeError(`Cannot read the body as ${message.name}: it is not a JSON object`);
  const reading = new JsonReading(elementsMax);
  const request = reading.message(message, source, 0);
  const keys = Object.keys(source);
  const isRecognised = keys.length === 0 || message.fields.some((field) => keys.includes(field.name));
  return { request, valuesDropped: reading.valuesDropped, elements: reading.bounds.elements, isRecognised };
}

/**
 * Measures JSON before anything is made of it: `JSON.parse` makes objects of all that it meets.
 *
 * @throws {DecodeError} when it is nested too deep, has too long a key, or holds more values of any kind.
 */
export function checkJson(bytes: Uint8Array, elementsMax: number): void {
  const { otlpJsonDepthMax: depthMax, otlpJsonKeyBytesMax: keyBytesMax } = LIMITS;
  const broken = measureJson(bytes, { depthMax, elementsMax, keyBytesMax });
  if (broken?.bound === "depthMax") throw new DecodeError("Cannot read JSON nested so deep");
  if (broken?.bound === "keyBytesMax") throw new DecodeError("Cannot read JSON with so long a key");
  if (broken) throw tooManyValues(elementsMax);
}

function parse(bytes: Uint8Array, elementsMax: number): JsonInput {
  checkJson(bytes, elementsMax);
  const text = new TextDecoder().decode(bytes);
  try {
    return LONG_NUMBER.test(text) ? JSON.parse(text, keepLongIntegers) : JSON.parse(text);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw new DecodeError(`Cannot read the body as JSON: ${error.message}`, { cause: error });
  }
}

function keepLongIntegers(_key: string, value: unknown, context?: { source?: string }): unknown {
  if (typeof value !== "number" || Number.isSafeInteger(value)) return value;
  const source = context?.source;
  return source !== undefined && source.length <= INT64_CHARS_MAX && /^-?\d+$/.test(source) ? BigInt(source) : value;
}

/** One request being read; counts what had to be left out. */
class JsonReading {
  valuesDropped = 0;
  readonly bounds: Bounds;

  constructor(elementsMax: number) {
    this.bounds = new Bounds(elementsMax);
  }

  message(message: Message, source: JsonInput, depth: number): Canonical {
    if (!isObject(source)) throw new DecodeError(`Cannot read ${message.name}: it is not a JSON object`);
    const inner = message.isUnion ? depth + 1 : depth;
    this.bounds.take();
    this.bounds.checkDepth(inner);
    const object: Canonical = {};
    let hasArm = false;
    for (const field of message.fields) {
      const given = source[field.name];
      if (given === undefined) {
        if (field.presence === "always" && field.message) object[field.name] = this.message(field.message, {}, inner);
      } else if (field.presence !== "arm") {
        this.#field(field, given, object, inner);
      } else if (!hasArm) {
        hasArm = this.#arm(message, field, given, object, inner);
        if (hasArm && message.isUnion) break;
      }
    }
    return object;
  }

  #field(field: Field, given: JsonInput, object: Canonical, depth: number): void {
    if (given === null) {
      // In JSON of protobuf, null is a field that was not sent.
      if (field.presence === "always" && field.message) object[field.name] = this.message(field.message, {}, depth);
      return;
    }
    if (field.presence === "repeated") {
      const values = this.#repeated(field, given, depth);
      if (values.length > 0) object[field.name] = values;
      return;
    }
    const value = this.#single(field, given, depth);
    const isDefault = value === "" || value === 0 || value === "0" || value === false;
    if (!isDefault || field.presence !== "set") object[field.name] = value;
  }

  /** Reads one arm of a oneof; answers whether it counts as sent. */
  #arm(message: Message, field: Field, given: JsonInput, object: Canonical, depth: number): boolean {
    if (field.message) {
      if (given === null) return false;
      object[field.name] = this.message(field.message, given, depth);
      return true;
    }
    const value = given === null ? INVALID : readJsonScalar(field, given);
    if (value !== INVALID) {
      object[field.name] = value;
      return true;
    }
    const double = isInteger64(field) && isNumber(given) ? doubleArm(message) : undefined;
    if (double) {
      // The JavaScript exporter calls 1e19 an intValue; its own protobuf calls it a doubleValue.
      const number = readJsonScalar(double, given);
      if (number !== INVALID) object[double.name] = number;
      return number !== INVALID;
    }
    this.valuesDropped += 1;
    return false;
  }

  #repeated(field: Field, given: JsonInput, depth: number): CanonicalValue[] {
    if (!Array.isArray(given)) throw new DecodeError(`Cannot read "${field.name}": it is not an array`);
    return given.map((one: JsonInput) => this.#single(field, one, depth));
  }

  #single(field: Field, given: JsonInput, depth: number): CanonicalValue {
    if (field.message) return this.message(field.message, given, depth);
    const value = readJsonScalar(field, given);
    if (value === INVALID) throw new DecodeError(`Cannot read "${field.name}": it is no ${field.kind}`);
    return value;
  }
}

function isInteger64(field: Field): boolean {
  return field.kind === "int64" || field.kind === "sfixed64";
}

function isNumber(value: JsonInput): value is number | bigint {
  return typeof value === "number" || typeof value === "bigint";
}

function doubleArm(message: Message): Field | undefined {
  return message.arms.find((field) => field.kind === "double");
}
