import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { isObject, type Json, parseJson, stringAt } from "../../src/kernel/text/json.ts";

/** One line of `masque.jsonl`, read without any of the product's own code. */
export type RecordedEvent = {
  readonly kind: "don" | "doff";
  readonly unixNano: bigint;
  readonly session: string;
  readonly masqueSession: string;
  readonly name: string;
  readonly digest: string;
  readonly project: string;
  /** `null` on a don. */
  readonly reason: string | null;
};

/**
 * Every don and doff on record, in file order.
 *
 * @param home The home folder whose data lies in its usual place.
 * @throws when a line is torn or is not one record: an event file is always whole.
 */
export function masqueEvents(home: string): RecordedEvent[] {
  const path = join(home, ".local/share/masque/otel/masque.jsonl");
  if (!existsSync(path)) return [];
  const text = readFileSync(path, "utf8");
  if (text !== "" && !text.endsWith("\n")) throw new Error(`${path} ends in a torn line`);
  return text.split("\n").slice(0, -1).map(eventOf);
}

function eventOf(line: string): RecordedEvent {
  const record = firstRecord(parseJson(line) ?? null);
  const body = isObject(record["body"]) ? stringAt(record["body"], "stringValue") : undefined;
  if (body !== "masque.don" && body !== "masque.doff") throw new Error(`Not a don or doff: ${line}`);
  const attributes = attributesOf(record["attributes"] ?? null);
  return {
    kind: body === "masque.don" ? "don" : "doff",
    unixNano: BigInt(stringAt(record, "timeUnixNano") ?? "0"),
    session: attributes.get("session.id") ?? "",
    project: attributes.get("masque.project") ?? "",
    masqueSession: attributes.get("masque.session.id") ?? "",
    name: attributes.get("masque.name") ?? "",
    digest: attributes.get("masque.digest") ?? "",
    reason: attributes.get("masque.reason") ?? null,
  };
}

function firstRecord(request: Json) {
  const found = only(only(only(request, "resourceLogs"), "scopeLogs"), "logRecords");
  if (!isObject(found)) throw new Error(`Not one log record: ${JSON.stringify(request)}`);
  return found;
}

function only(parent: Json, key: string): Json {
  const list = isObject(parent) ? parent[key] : undefined;
  return Array.isArray(list) && list.length === 1 ? (list[0] ?? null) : null;
}

function attributesOf(list: Json): Map<string, string> {
  const pairs = new Map<string, string>();
  for (const item of Array.isArray(list) ? list : []) {
    if (!isObject(item) || !isObject(item["value"])) continue;
    pairs.set(stringAt(item, "key") ?? "", stringAt(item["value"], "stringValue") ?? "");
  }
  return pairs;
}
