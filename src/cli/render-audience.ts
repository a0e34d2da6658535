import type { AudienceConfig } from "../app/audience-config.ts";
import { endpointOf } from "../audience/address.ts";
import type { Health } from "../audience/health.ts";
import type { StartOutcome } from "../audience/start.ts";
import type { AudienceStatus } from "../audience/status.ts";
import type { StopOutcome } from "../audience/stop.ts";
import { printableLine } from "../kernel/printable.ts";
import { SIGNALS } from "../telemetry/otlp.ts";
import { jsonText } from "./print.ts";

/** What the commands of `masque audience` print. Keys of the JSON: docs/audience.md. */

/** A receiver that runs: where it listens. */
export function listeningText(health: Health, lead: string): string {
  return [
    lead,
    `  OTLP/HTTP  ${endpointOf(health.host, health.ports.http)}`,
    `  OTLP/gRPC  ${endpointOf(health.host, health.ports.grpc)}`,
    `  health     ${endpointOf(health.host, health.ports.health)}`,
    `  writes to  ${printableLine(health.otel)}`,
    "",
  ].join("\n");
}

/** What a start came to. */
export function startedText({ kind, health }: StartOutcome): string {
  const lead = kind === "started" ? "The audience is listening" : "The audience is already running";
  return listeningText(health, `${lead} (process ${health.pid})`);
}

/** What a stop came to. */
export function stoppedText(outcome: StopOutcome): string {
  if (outcome.kind === "not-running") return "The audience was not running\n";
  return `The audience has stopped (process ${outcome.pid})\n`;
}

/** The status, for people. */
export function statusText(status: AudienceStatus): string {
  const { health, files } = status;
  const bytes = files.reduce((sum, file) => sum + file.bytes, 0);
  const onDisk =
    files.length === 0
      ? "nothing yet"
      : `${sizeText(bytes)} in ${files.length} ${files.length === 1 ? "file" : "files"}`;
  if (!health) {
    const lead =
      status.kind === "unresponsive" ? "The audience is running and does not answer" : "The audience is not running";
    return `${lead}\n  on disk    ${onDisk}\n`;
  }
  const seen = SIGNALS.map((signal) => `${health.records[signal]} ${RECORDS[signal]}`).join(", ");
  return [
    listeningText(
      health,
      `The audience is ${health.status === "ok" ? "running" : "running, and cannot write"} (process ${health.pid})`,
    ).trimEnd(),
    `  since      ${health.since}`,
    `  sessions   ${health.sessions}`,
    `  seen       ${seen}`,
    `  last       ${health.last_received ?? "nothing yet"}`,
    ...(health.refused > 0 ? [`  not taken  ${refusedText(health.refused_by_cause)}`] : []),
    `  on disk    ${onDisk}`,
    "",
  ].join("\n");
}

/** `3 malformed, 1 too large`: the causes that occurred. */
function refusedText(byCause: Health["refused_by_cause"]): string {
  const met = Object.entries(byCause).filter(([, count]) => count > 0);
  return met.map(([cause, count]) => `${count} ${cause.replace("_", " ")}`).join(", ");
}

const RECORDS = { logs: "log records", metrics: "data points", traces: "spans" } as const;

/** The status, for programs. */
export function statusJson({ kind, health, files }: AudienceStatus): string {
  const bytes = files.reduce((sum, file) => sum + file.bytes, 0);
  return jsonText({ state: kind, ...(health ?? {}), bytes_on_disk: bytes, files });
}

function sizeText(bytes: number): string {
  const units = ["bytes", "KiB", "MiB", "GiB"];
  const step = Math.min(units.length - 1, bytes < 1 ? 0 : Math.floor(Math.log2(bytes) / 10));
  const value = bytes / 1024 ** step;
  return `${step === 0 ? value : value.toFixed(1)} ${units[step]}`;
}

/** The host's environment: lines for a shell, or what was written where. */
export function configText({ env, settingsFile, written }: AudienceConfig): string {
  if (written !== "not-asked") {
    const lead = written === "written" ? "Written to" : "Already in";
    const rows = Object.entries(env).map(([name, value]) => `  ${name}=${value}\n`);
    return `${lead} ${printableLine(settingsFile)}; Claude Code reads it when it starts\n${rows.join("")}`;
  }
  const exports = Object.entries(env).map(([name, value]) => `export ${name}='${value}'\n`);
  const more =
    "OTEL_LOG_TOOL_DETAILS" in env ? "" : "# --tool-details adds OTEL_LOG_TOOL_DETAILS: tools' inputs, real names\n";
  return exports.join("") + more;
}
