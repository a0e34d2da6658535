/** A JSON value as it comes from outside: look before use. */
export type Json = null | boolean | number | string | readonly Json[] | JsonObject;

/** A JSON object of unknown shape. */
export type JsonObject = { readonly [key: string]: Json | undefined };

/** `JSON.parse` that admits it may meet anything; answers `undefined` for text that is not JSON. */
export function parseJson(text: string): Json | undefined {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** Narrows to an object, not an array. */
export function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The member when it is a string. */
export function stringAt(object: JsonObject, key: string): string | undefined {
  const value = object[key];
  return typeof value === "string" ? value : undefined;
}
