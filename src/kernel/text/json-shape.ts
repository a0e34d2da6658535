import { isObject, type Json } from "./json.ts";

/**
 * Checks of foreign JSON, built from small ones: a file of ours that a crash or another program changed, an answer over a
 * socket. A shape looks at each member that it names, once, and leaves members that it does not name out.
 */

/** Answers a value as `T`, and `undefined` for every other value; a member that is not there is `undefined` too. */
export type Shape<T> = (json: Json | undefined) => T | undefined;

type Shapes = Readonly<Record<string, Shape<unknown>>>;
type Shaped<S> = S extends Shape<infer T> ? Exclude<T, undefined> : never;

/** Any text. */
export const string: Shape<string> = (json) => (typeof json === "string" ? json : undefined);

/** `true` or `false`. */
export const boolean: Shape<boolean> = (json) => (typeof json === "boolean" ? json : undefined);

/** A whole number from 0 that a double holds exactly. */
export const count: Shape<number> = (json) =>
  typeof json === "number" && Number.isSafeInteger(json) && json >= 0 ? json : undefined;

/** Nanoseconds since 1970 as decimal text: at most the 20 digits of 64 bits. */
export const unixNano: Shape<string> = matching(/^\d{1,20}$/);

/** Text that a pattern fits. */
export function matching(pattern: RegExp): Shape<string> {
  return (json) => (typeof json === "string" && pattern.test(json) ? json : undefined);
}

/** One of some values. */
export function oneOf<const T extends readonly (string | number)[]>(...values: T): Shape<T[number]> {
  return (json) => values.find((value) => value === json);
}

/** Text through a parser that answers `undefined` for what it refuses. */
export function parsedBy<T>(parse: (text: string) => T | undefined): Shape<T> {
  return (json) => (typeof json === "string" ? parse(json) : undefined);
}

/** The same, or `null`. */
export function orNull<T>(shape: Shape<T>): Shape<T | null> {
  return (json) => (json === null ? null : shape(json));
}

/** A member that may be missing, and what counts then. */
export function absentAs<T>(value: T, shape: Shape<T>): Shape<T> {
  return (json) => (json === undefined ? value : shape(json));
}

/** A list of which every item has the shape. */
export function listOf<T>(shape: Shape<T>): Shape<readonly T[]> {
  return (json) => {
    if (!Array.isArray(json)) return undefined;
    const items: T[] = [];
    for (const item of json) {
      const found = shape(item);
      if (found === undefined) return undefined;
      items.push(found);
    }
    return items;
  };
}

/** An object whose members have their shapes. An optional member may be missing; one that is there has its shape. */
export function recordOf<Required extends Shapes, Optional extends Shapes = Record<never, never>>(
  required: Required,
  optional?: Optional,
): Shape<
  { readonly [Key in keyof Required]: Shaped<Required[Key]> } & {
    readonly [Key in keyof Optional]?: Shaped<Optional[Key]>;
  }
> {
  const members = [
    ...Object.entries(required).map(([key, shape]) => ({ key, shape, mayMiss: false })),
    ...Object.entries(optional ?? {}).map(([key, shape]) => ({ key, shape, mayMiss: true })),
  ];
  return (json) => {
    if (!isObject(json)) return undefined;
    const found: [string, unknown][] = [];
    for (const { key, shape, mayMiss } of members) {
      const given = Object.hasOwn(json, key) ? json[key] : undefined;
      if (mayMiss && given === undefined) continue;
      const value = shape(given);
      if (value === undefined) return undefined;
      found.push([key, value]);
    }
    // Every member was read by its own shape, which is what gives the object its type.
    return Object.fromEntries(found) as ReturnType<ReturnType<typeof recordOf<Required, Optional>>>;
  };
}
