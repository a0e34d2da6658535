import { parseSessionId, type SessionId } from "../../../kernel/ids.ts";
import { isObject, type Json } from "../../../kernel/text/json.ts";
import type { Signal } from "../../../telemetry/signal.ts";
import logs from "./recording/000-logs.json" with { type: "json" };
import metrics from "./recording/001-metrics.json" with { type: "json" };
import { timeRangeOf } from "./shift-times.ts";

/** A real session of Claude Code, as export requests: four prompts and sixteen tool calls on a small parser. */
export type Recording = {
  readonly session: SessionId;
  /** In order of arrival. */
  readonly requests: readonly { readonly signal: Signal; readonly body: Json }[];
  /** Nanoseconds since 1970 of its first and last event. */
  readonly first: bigint;
  readonly last: bigint;
};

/** The recording that is embedded in the binary; `src/app/install/demo/recording/` holds the bytes as Claude Code sent them. */
export function openRecording(): Recording {
  const events: Json = logs;
  const range = timeRangeOf(events);
  const session = sessionIn(events);
  if (!range || !session) throw new TypeError("The demo's recording holds no session");
  const requests = [
    { signal: "logs", body: events },
    { signal: "metrics", body: metrics },
  ] as const;
  return { session, requests, ...range };
}

/** The first `session.id` attribute. */
function sessionIn(json: Json): SessionId | undefined {
  if (Array.isArray(json)) {
    for (const member of json) {
      const found = sessionIn(member);
      if (found) return found;
    }
    return undefined;
  }
  if (!isObject(json)) return undefined;
  if (json["key"] === "session.id" && isObject(json["value"]))
    return parseSessionId(String(json["value"]["stringValue"]));
  return sessionIn(Object.values(json).map((member) => member ?? null));
}
