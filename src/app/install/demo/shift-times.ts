import { isObject, type Json } from "../../../kernel/text/json.ts";

/** Moves a recorded export request in time, so that a session of another day can be replayed as one of now. */

const NANOS_PER_MS = 1_000_000n;

/** The first and last time of a request's records, in nanoseconds since 1970; `null` where it holds none. */
export function timeRangeOf(request: Json): { first: bigint; last: bigint } | null {
  const times = timesOf(request).sort((left, right) => (left < right ? -1 : 1));
  const [first, last] = [times.at(0), times.at(-1)];
  return first === undefined || last === undefined ? null : { first, last };
}

/** The same request `byNanos` later: every `*UnixNano` field, and the ISO time that Claude Code puts on its events. */
export function shiftTimes(json: Json, byNanos: bigint): Json {
  if (Array.isArray(json)) return json.map((member) => shiftTimes(member, byNanos));
  if (!isObject(json)) return json;
  if (json["key"] === "event.timestamp" && isObject(json["value"])) {
    return { ...json, value: { stringValue: shiftIso(String(json["value"]["stringValue"]), byNanos) } };
  }
  return Object.fromEntries(
    Object.entries(json).map(([key, value]) => [key, shiftMember(key, value ?? null, byNanos)] as const),
  );
}

function shiftMember(key: string, value: Json, byNanos: bigint): Json {
  if (!key.endsWith("UnixNano")) return shiftTimes(value, byNanos);
  return String(BigInt(String(value)) + byNanos);
}

function shiftIso(text: string, byNanos: bigint): string {
  return new Date(Date.parse(text) + Number(byNanos / NANOS_PER_MS)).toISOString();
}

function timesOf(json: Json): bigint[] {
  if (Array.isArray(json)) return json.flatMap(timesOf);
  if (!isObject(json)) return [];
  return Object.entries(json).flatMap(([key, value]) =>
    key === "timeUnixNano" ? [BigInt(String(value))] : timesOf(value ?? null),
  );
}
