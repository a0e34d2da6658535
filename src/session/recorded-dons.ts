import { closeSync, fstatSync, readSync } from "node:fs";
import { NO_FOLLOW } from "../kernel/files/files.ts";
import { openRegular } from "../kernel/files/open-regular.ts";
import { LIMITS } from "../kernel/limits.ts";
import { isObject, type Json, parseJson } from "../kernel/text/json.ts";
import { listOf, oneOf, recordOf, string } from "../kernel/text/json-shape.ts";

/** What a don in the user's own `masque.jsonl` must say, so that a claim counts as proven. */
export type DonClaim = { readonly session: string; readonly masqueSession: string; readonly digest: string };

const MASQUE_SESSION = /"masque\.session\.id","value":\{"stringValue":"([^"\\]{1,200})"/;

/** The claims that the latest records prove: the same objects that were given. */
export function provenDons(events: string, claims: readonly DonClaim[]): ReadonlySet<DonClaim> {
  const open = Map.groupBy(claims, ({ masqueSession }) => masqueSession);
  const proven = new Set<DonClaim>();
  if (open.size === 0) return proven;
  for (const line of latestText(events).split("\n")) {
    const candidates = open.get(MASQUE_SESSION.exec(line)?.[1] ?? "") ?? [];
    const don = candidates.length > 0 ? donIn(line) : null;
    for (const claim of candidates) {
      if (don?.get("session.id") !== claim.session) continue;
      if (don.get("masque.session.id") === claim.masqueSession && don.get("masque.digest") === claim.digest) {
        proven.add(claim);
      }
    }
  }
  return proven;
}

function latestText(path: string): string {
  const fd = openRegular(path, NO_FOLLOW);
  if (fd === undefined) return "";
  try {
    const { size } = fstatSync(fd);
    const bytes = Buffer.alloc(Math.min(size, LIMITS.donsSearchedBytesMax));
    return bytes.toString("utf8", 0, readSync(fd, bytes, 0, bytes.length, size - bytes.length));
  } finally {
    closeSync(fd);
  }
}

/** The attributes of a line's one record when it is a don. */
function donIn(line: string): ReadonlyMap<string, string> | null {
  const record = onlyOf(onlyOf(onlyOf(parseJson(line), "resourceLogs"), "scopeLogs"), "logRecords");
  const don = donRecord(record);
  return don ? new Map(don.attributes.map(({ key, value }) => [key, value.stringValue])) : null;
}

/** A don as masque writes it: every attribute is text. */
const donRecord = recordOf({
  body: recordOf({ stringValue: oneOf("masque.don") }),
  attributes: listOf(recordOf({ key: string, value: recordOf({ stringValue: string }) })),
});

function onlyOf(parent: Json | undefined, key: string): Json | undefined {
  const list = isObject(parent) ? parent[key] : undefined;
  return Array.isArray(list) && list.length === 1 ? list[0] : undefined;
}
