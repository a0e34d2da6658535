import type { Env } from "../../kernel/paths.ts";
import { isObject, type Json } from "../../kernel/text/json.ts";
import { TELEMETRY_PROTOCOLS, type TelemetryState } from "../host.ts";

const DEFAULT_ENDPOINTS = { grpc: "http://localhost:4317", http: "http://localhost:4318" };
/** Variables that have no effect in a project's settings: there they neither turn telemetry on nor send it anywhere. */
const EXPORTER = /^(?:CLAUDE_CODE_ENABLE_TELEMETRY|OTEL_(?:LOGS|METRICS|TRACES)_EXPORTER|OTEL_EXPORTER_OTLP_\w+)$/;

/** The `env` of a settings file. */
export function settingsEnv(settings: Json | undefined): Env {
  const env = isObject(settings) ? settings["env"] : undefined;
  if (!isObject(env)) return {};
  return Object.fromEntries(Object.entries(env).map(([name, value]) => [name, String(value)]));
}

/**
 * Where Claude Code would send its telemetry, from the environment that it would see: a setting of its own goes before the
 * environment that it was started in. What concerns logs counts, because logs are what is scored.
 *
 * @source opentelemetry-specification, "OpenTelemetry Protocol Exporter": a signal's own variable goes before the one
 *   for all. Claude Code has no default protocol: without one it sends nothing (seen on 2.1.330).
 */
export function telemetryState(env: Env): TelemetryState {
  if (env["CLAUDE_CODE_ENABLE_TELEMETRY"] !== "1") return off("CLAUDE_CODE_ENABLE_TELEMETRY is not 1");
  const exporters = (env["OTEL_LOGS_EXPORTER"] ?? "").split(",").map((one) => one.trim());
  if (!exporters.includes("otlp")) return off("OTEL_LOGS_EXPORTER is not otlp");
  const said = env["OTEL_EXPORTER_OTLP_LOGS_PROTOCOL"] || env["OTEL_EXPORTER_OTLP_PROTOCOL"];
  const protocol = TELEMETRY_PROTOCOLS.find((known) => known === said);
  if (!protocol) return off(`OTEL_EXPORTER_OTLP_PROTOCOL is ${said ? `"${said}"` : "not set"}`);
  const variable =
    ["OTEL_EXPORTER_OTLP_LOGS_ENDPOINT", "OTEL_EXPORTER_OTLP_ENDPOINT"].find((name) => env[name]) ?? null;
  const endpoint = (variable && env[variable]) || DEFAULT_ENDPOINTS[protocol === "grpc" ? "grpc" : "http"];
  return { kind: "on", protocol, endpoint, variable };
}

/** Variables in a project's settings that Claude Code ignores, and does not say so (seen on 2.1.330). */
export function exporterVariables(settings: Json | undefined): readonly string[] {
  return Object.keys(settingsEnv(settings)).filter((name) => EXPORTER.test(name));
}

function off(because: string): TelemetryState {
  return { kind: "off", because };
}
