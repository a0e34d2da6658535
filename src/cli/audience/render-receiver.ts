import type { AudienceConfig, AudienceConfigUndone } from "../../app/audience/audience-config.ts";
import { endpointOf } from "../../audience/address.ts";
import type { Health } from "../../audience/process/health.ts";
import type { StartOutcome } from "../../audience/process/start.ts";
import type { StopOutcome } from "../../audience/process/stop.ts";
import { printableLine } from "../../kernel/text/printable.ts";

/** What the commands of `masque audience` print. Keys of the JSON: docs/audience.md. */

/** Where a receiver listens. */
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

/** The outcome of a start. */
export function startedText({ kind, health }: StartOutcome): string {
  const lead = kind === "started" ? "The audience is listening" : "The audience is already running";
  return listeningText(health, `${lead} (process ${health.pid})`);
}

/** The outcome of a stop. */
export function stoppedText(outcome: StopOutcome): string {
  if (outcome.kind === "not-running") return "The audience was not running\n";
  return `The audience has stopped (process ${outcome.pid})\n`;
}

/** Claude Code's environment: lines for a shell, or what was written where. */
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

/** The outcome of removing the environment from Claude Code's settings. */
export function undoneText({ settingsFile, isTakenOut }: AudienceConfigUndone): string {
  const file = printableLine(settingsFile);
  if (!isTakenOut) return `Nothing to remove from ${file}\n`;
  return `Removed from ${file}; this takes effect when you restart Claude Code\n`;
}
