import { isoTime } from "../../kernel/clock.ts";
import { type JsonObject, stringAt } from "../../kernel/text/json.ts";
import type { Quantities, Subject } from "../score/quantities.ts";

/** Rows of queries, typed. A column of another type is a bug of ours, so it throws a `TypeError`. */

/** Whose row it is. */
export function subjectIn(row: JsonObject): Subject {
  return {
    session: textAt(row, "session"),
    masqueSession: stringAt(row, "masque_session") ?? null,
    masque: stringAt(row, "name") ?? null,
    version: stringAt(row, "version") ?? null,
    digest: stringAt(row, "digest") ?? null,
    startedUnixNano: timeAt(row, "started_unix_nano"),
    durationMin: amountAt(row, "duration_min"),
    project: stringAt(row, "project") ?? null,
    latestUnixNano: timeAt(row, "latest_unix_nano"),
  };
}

/** What was counted. */
export function quantitiesIn(row: JsonObject): Quantities {
  return {
    tools: numberAt(row, "tools"),
    toolsOk: numberAt(row, "tools_ok"),
    prompts: numberAt(row, "prompts"),
    activeMin: amountAt(row, "active_min"),
    apiErrors: numberAt(row, "api_errors"),
    costUsd: amountAt(row, "cost"),
    inputTokens: amountAt(row, "input"),
    outputTokens: amountAt(row, "output"),
    cacheReadTokens: amountAt(row, "cache_read"),
    cacheCreationTokens: amountAt(row, "cache_creation"),
  };
}

function timeAt(row: JsonObject, key: string): bigint | null {
  const text = stringAt(row, key);
  return text === undefined ? null : BigInt(text);
}

/** A column of nanoseconds as an ISO time; `null` where the row has none. */
export function isoAt(row: JsonObject, key: string): string | null {
  const time = timeAt(row, key);
  return time === null ? null : isoTime(time);
}

/** A column that is text in every row. */
export function textAt(row: JsonObject, key: string): string {
  return checked(stringAt(row, key), row, key);
}

/** A column that is a number in every row. */
export function numberAt(row: JsonObject, key: string): number {
  const value = row[key];
  return checked(typeof value === "number" ? value : undefined, row, key);
}

/** A column that is a number of 0 or more, or absent. */
function amountAt(row: JsonObject, key: string): number | null {
  if (row[key] === null) return null;
  const amount = numberAt(row, key);
  if (!(amount >= 0)) throw new TypeError(`The query answered ${key} = ${amount}`);
  return amount;
}

function checked<T>(value: T | undefined, row: JsonObject, key: string): T {
  if (value === undefined) throw new TypeError(`The query answered ${key} = ${JSON.stringify(row[key])}`);
  return value;
}
