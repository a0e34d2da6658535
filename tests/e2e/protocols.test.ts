import { expect, test } from "bun:test";
import { join } from "node:path";
import { TELEMETRY_PROTOCOLS, type TelemetryProtocol } from "../../src/host/host.ts";
import { isObject, type Json } from "../../src/kernel/text/json.ts";
import { startAudience, urlFor } from "../support/audience.ts";
import { claudeHome } from "../support/claude.ts";
import { readLines } from "../support/receiver.ts";
import { scriptedApi, type Turn } from "../support/scripted-api.ts";

/** The real client over each protocol it has, compressed and not: what is kept is the same but for ids and times. */

const CEILING_MS = 180_000;

/** One prompt that uses a tool: events of every kind that a short session has. */
const SESSION: readonly Turn[] = [
  { toolUse: [{ name: "Bash", input: { command: "echo hello", description: "Say hello" } }], usage: { input: 1000 } },
  { text: "Said.", usage: { input: 1200, output: 5, cacheRead: 900 } },
];

/** Longer than the session: everything is exported once, at its end. */
const NO_INTERVAL = { OTEL_LOGS_EXPORT_INTERVAL: "60000", OTEL_METRIC_EXPORT_INTERVAL: "60000" };

test(
  "the same session over http/protobuf, http/json and grpc, with and without gzip, is kept as the same lines",
  async () => {
    const expected = await kept("http/protobuf", undefined);
    expect(expected.logs.length).toBeGreaterThan(5);
    expect(expected.metrics.length).toBeGreaterThan(3);
    for (const protocol of TELEMETRY_PROTOCOLS) {
      for (const compression of [undefined, "gzip"] as const) {
        expect({ protocol, compression, ...(await kept(protocol, compression)) }).toEqual({
          protocol,
          compression,
          ...expected,
        });
      }
    }
  },
  CEILING_MS,
);

type Kept = { readonly logs: readonly string[]; readonly metrics: readonly string[] };

async function kept(protocol: TelemetryProtocol, compression: "gzip" | undefined): Promise<Kept> {
  await using api = scriptedApi(SESSION);
  using person = claudeHome({ apiUrl: api.url, env: NO_INTERVAL });
  await using audience = await startAudience(person);
  const telemetry = { protocol, compression, endpoint: urlFor(audience, protocol) };
  expect(await person.prompt("Say hello", { telemetry })).toMatchObject({ result: "Said.", isError: false });
  const otel = join(person.home, ".local/share/masque/otel");
  const lines = (signal: "logs" | "metrics") => readLines(join(otel, `${signal}.jsonl`)) as Json[];
  return { logs: lines("logs").flatMap(recordsOf).sort(), metrics: lines("metrics").flatMap(recordsOf).sort() };
}

/** The leaves of a line that records are, each with all that surrounds it: what is compared does not know batches. */
function recordsOf(line: Json): string[] {
  return surrounded(line, ["resourceLogs", "resourceMetrics", "scopeLogs", "scopeMetrics", "logRecords", "metrics"]);
}

function surrounded(value: Json, levels: readonly string[]): string[] {
  if (!isObject(value)) return [JSON.stringify(neutral(value))];
  const level = levels.find((name) => Array.isArray(value[name]));
  if (level === undefined) return [JSON.stringify(neutral(value))];
  const { [level]: inner, ...around } = value;
  const children = Array.isArray(inner) ? inner : [];
  return children.flatMap((child) =>
    surrounded(child, levels).map((text) => `${JSON.stringify(neutral(around))} ${level} ${text}`),
  );
}

/** Attributes that no two sessions share, by name: ids and times. */
const OF_ONE_SESSION =
  /^(user\.id|session\.id|prompt\.id|message\.uuid|event\.(timestamp|sequence)|(duration|ttft)_ms)$/;

/** A value with the ids and times in it replaced, but for their kind. */
function neutral(value: Json): Json {
  if (Array.isArray(value)) return value.map(neutral);
  if (!isObject(value)) return value;
  if (typeof value["key"] === "string" && OF_ONE_SESSION.test(value["key"])) {
    const arm = isObject(value["value"]) ? Object.keys(value["value"]) : [];
    return { key: value["key"], value: arm };
  }
  if (value["name"] === "claude_code.active_time.total") return { name: "claude_code.active_time.total" };
  const entries = Object.entries(value).map(([name, inner]) => [
    name,
    name.endsWith("UnixNano") ? "…" : neutral(inner ?? null),
  ]);
  return Object.fromEntries(entries);
}
