import { closeSync, readSync } from "node:fs";
import { openRegular } from "../kernel/files/open-regular.ts";
import { LIMITS } from "../kernel/limits.ts";
import { isObject, parseJson } from "../kernel/text/json.ts";
import { MASQUE_SCOPE } from "./masque-event.ts";
import type { Canonical } from "./message.ts";
import { attributeText, messagesAt } from "./records.ts";

/** Marks as they lie in `masque.jsonl`: which masque session was worn when, without a judge. */

/** One don or doff. */
export type Mark = {
  readonly kind: "don" | "doff";
  readonly session: string;
  readonly masqueSession: string;
  /** Milliseconds since 1970. */
  readonly unixMs: number;
};

const NEWLINE = 0x0a;
const NANOS_PER_MS = 1_000_000n;
const KINDS: ReadonlyMap<unknown, Mark["kind"]> = new Map([
  ["masque.don", "don"],
  ["masque.doff", "doff"],
]);

/** Every mark in the file, in the file's order; none where the file does not exist. Lines that are not marks are left out. */
export function* readMarks(path: string): Generator<Mark> {
  const fd = openRegular(path);
  if (fd === undefined) return;
  try {
    for (const line of linesOf(fd)) yield* marksIn(line);
  } finally {
    closeSync(fd);
  }
}

/** A line that is too long is not masque's. It is skipped in pieces that are not JSON. */
function* linesOf(fd: number): Generator<string> {
  const chunk = Buffer.alloc(LIMITS.segmentChunkBytes);
  let rest = Buffer.alloc(0);
  for (;;) {
    const length = readSync(fd, chunk, 0, chunk.length, null);
    if (length === 0) break;
    const bytes = Buffer.concat([rest, chunk.subarray(0, length)]);
    let start = 0;
    for (let end = bytes.indexOf(NEWLINE); end !== -1; end = bytes.indexOf(NEWLINE, start)) {
      if (end - start <= LIMITS.markLineBytesMax) yield bytes.toString("utf8", start, end);
      start = end + 1;
    }
    rest = bytes.length - start > LIMITS.markLineBytesMax ? Buffer.alloc(0) : Buffer.from(bytes.subarray(start));
  }
  yield rest.toString("utf8");
}

function* marksIn(line: string): Generator<Mark> {
  const request = parseJson(line);
  if (!isObject(request)) return;
  // Read member by member below; what is not there is not found.
  for (const resource of messagesAt(request as Canonical, "resourceLogs").filter(isObject)) {
    for (const scope of messagesAt(resource, "scopeLogs").filter(isObject)) {
      const named = scope["scope"];
      if (!isObject(named) || named["name"] !== MASQUE_SCOPE) continue;
      for (const record of messagesAt(scope, "logRecords").filter(isObject)) {
        const mark = markOf(record);
        if (mark) yield mark;
      }
    }
  }
}

function markOf(record: Canonical): Mark | undefined {
  const body = record["body"];
  const kind = isObject(body) ? KINDS.get(body["stringValue"]) : undefined;
  if (!messagesAt(record, "attributes").every(isObject)) return undefined;
  const time = record["timeUnixNano"];
  const session = attributeText(record, "session.id");
  const masqueSession = attributeText(record, "masque.session.id");
  if (!kind || session === undefined || masqueSession === undefined) return undefined;
  if (typeof time !== "string" || !/^\d{1,20}$/.test(time)) return undefined;
  return { kind, session, masqueSession, unixMs: Number(BigInt(time) / NANOS_PER_MS) };
}
