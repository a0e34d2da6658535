import type { TelemetryTarget } from "../host.ts";

/**
 * What makes Claude Code send its telemetry to us. Claude Code reads these from the environment it is started in, or from
 * `env` in the user's own settings; in a project's settings they have no effect, and it does not say so (seen on 2.1.330).
 */

const HEADERS = "OTEL_EXPORTER_OTLP_HEADERS";
/** The variable that names the receiver. */
export const ENDPOINT = "OTEL_EXPORTER_OTLP_ENDPOINT";
const PROTOCOL = "OTEL_EXPORTER_OTLP_PROTOCOL";

/** What the headers that we write begin with. */
export const OUR_HEADERS = "Authorization=Bearer%20";

/** The environment to start Claude Code with. */
export function telemetryEnv(target: TelemetryTarget): Readonly<Record<string, string>> {
  const { endpoint, protocol, withToolDetails, token } = target;
  return {
    CLAUDE_CODE_ENABLE_TELEMETRY: "1",
    OTEL_METRICS_EXPORTER: "otlp",
    OTEL_LOGS_EXPORTER: "otlp",
    [PROTOCOL]: protocol,
    [ENDPOINT]: endpoint,
    // The variable is a W3C baggage: its values are percent-encoded.
    ...(token === "" ? {} : { [HEADERS]: `${OUR_HEADERS}${encodeURIComponent(token)}` }),
    ...(withToolDetails ? { OTEL_LOG_TOOL_DETAILS: "1" } : {}),
  };
}

/** Whether a variable holds a credential, which is not shown unless a person asks for it. */
export function isCredential(name: string): boolean {
  return name === HEADERS;
}

/** Whether a variable says where telemetry goes, and by which protocol: the two change together. */
export function saysWhere(name: string): boolean {
  return name === ENDPOINT || name === PROTOCOL;
}
