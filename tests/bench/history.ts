import { closeSync, mkdirSync, openSync, writeSync } from "node:fs";
import { join } from "node:path";
import { hostLine, type LoggedRecord } from "../support/telemetry-lines.ts";

/** Captured telemetry of many sessions, as the audience writes it, for judging the latest of them. */

const RECORDS_A_LINE = 40;
const LINES_A_SESSION = 60;
const NANOS_PER_SECOND = 1_000_000_000n;

/**
 * Writes `<otel>/logs.jsonl`: sessions of strangers up to `bytes`, oldest first, and then the one that is judged, whose
 * records lie after its don.
 */
export function writeHistory(otel: string, { bytes, latest }: { bytes: number; latest: string }): void {
  mkdirSync(otel, { recursive: true });
  const file = openSync(join(otel, "logs.jsonl"), "w");
  const nowUnixNano = BigInt(Date.now()) * 1_000_000n;
  let written = 0;
  for (let n = 0; written < bytes; n++) {
    const session = n % LINES_A_SESSION === 0 ? crypto.randomUUID() : "";
    const startUnixNano = nowUnixNano - BigInt(86_400 * 30 - n * 20) * NANOS_PER_SECOND;
    written += writeSync(file, `${sessionLine(session || `session-${n - (n % LINES_A_SESSION)}`, startUnixNano)}\n`);
  }
  for (let n = 0; n < 5; n++)
    writeSync(file, `${sessionLine(latest, nowUnixNano + BigInt(n * 20) * NANOS_PER_SECOND)}\n`);
  closeSync(file);
}

function sessionLine(session: string, startUnixNano: bigint): string {
  const records = Array.from({ length: RECORDS_A_LINE }, (_, n) => record(session, startUnixNano, n));
  return hostLine(records);
}

function record(session: string, startUnixNano: bigint, n: number): LoggedRecord {
  const isTool = n % 2 === 0;
  return {
    unixNano: startUnixNano + BigInt(n) * (NANOS_PER_SECOND / 2n),
    body: isTool ? "claude_code.tool_result" : "claude_code.api_request",
    attributes: {
      "session.id": session,
      "user.id": "0".repeat(64),
      "event.sequence": n,
      "prompt.id": `${session.slice(0, 24)}${Math.floor(n / 10)}`,
      ...(isTool
        ? { tool_name: "Bash", success: "true", duration_ms: "812", tool_result_size_bytes: "2048" }
        : {
            model: "a-model",
            cost_usd: "0.012",
            input_tokens: "12",
            output_tokens: "420",
            cache_read_tokens: "48000",
          }),
    },
  };
}
