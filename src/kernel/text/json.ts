/** A foreign JSON value: check it before use. */
export type Json = null | boolean | number | string | readonly Json[] | JsonObject;

/** A JSON object of unknown shape. */
export type JsonObject = { readonly [key: string]: Json | undefined };

/** `JSON.parse` for foreign text; `undefined` for text that is not JSON. */
export function parseJson(text: string): Json | undefined {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** What a reviver gets of a member: its value, and the text of a number as it was written. */
export type Revive = (key: string, value: Json, context?: { readonly source?: string }) => Json;

/** {@link parseJson}, each member through `revive`: for numbers that a double would round. */
export function reviveJson(text: string, revive: Revive): Json | undefined {
  try {
    return JSON.parse(text, revive);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** Whether a value is an object, and neither an array nor `null`: the one answer in the whole program. */
export function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The member when it is a string. */
export function stringAt(object: JsonObject, key: string): string | undefined {
  const value = object[key];
  return typeof value === "string" ? value : undefined;
}
