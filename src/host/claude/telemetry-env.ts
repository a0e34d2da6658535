import type { SettingsRecord } from "../settings/edit.ts";
import { valueAt } from "../settings/text.ts";
import { type FilePlan, planFile } from "../settings/undo.ts";

/**
 * What makes Claude Code send its telemetry to us. The host reads these from the environment it is started in, or from
 * `env` in the user's own settings; in a project's settings they are ignored without a word (seen on 2.1.330).
 */

const HEADERS = "OTEL_EXPORTER_OTLP_HEADERS";
const ENDPOINT = "OTEL_EXPORTER_OTLP_ENDPOINT";
const PROTOCOL = "OTEL_EXPORTER_OTLP_PROTOCOL";

/** How the host can send it. */
export const TELEMETRY_PROTOCOLS = ["http/protobuf", "http/json", "grpc"] as const;

/** One of those ways. */
export type TelemetryProtocol = (typeof TELEMETRY_PROTOCOLS)[number];

/** What the headers that we write begin with. */
export const OUR_HEADERS = "Authorization=Bearer%20";

/** Where telemetry goes, and how much of it. */
export type TelemetryTarget = {
  /** Base URL of the receiver's port for that protocol. */
  readonly endpoint: string;
  readonly protocol: TelemetryProtocol;
  /** Also record tools' inputs and the real names of commands, skills and plugins. */
  readonly withToolDetails: boolean;
  /** What the receiver asks of its senders; empty when nothing. */
  readonly token: string;
};

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

/** One variable that the settings name already, with another value. */
export type EnvConflict = { readonly name: string; readonly found: string };

/** Whether a variable holds a credential, which is shown to nobody who did not ask for it. */
export function isCredential(name: string): boolean {
  return name === HEADERS;
}

/** Whether a variable says where telemetry goes, and by which protocol: the two change together. */
export function saysWhere(name: string): boolean {
  return name === ENDPOINT || name === PROTOCOL;
}

/** The settings with the environment in them. */
export type TelemetryPlan = {
  readonly plan: FilePlan;
  /** Variables that said something else before, masque's own writing aside. */
  readonly conflicts: readonly EnvConflict[];
  /** Where the settings sent telemetry without that writing; `undefined` when they did not say. */
  readonly endpoint: string | undefined;
};

/**
 * Plans the edit; every other byte of the settings stays.
 *
 * @param settings The file's text, `null` where there is none; `record` is what masque wrote into the file before.
 * @throws {MasqueError} `host.settings-invalid`
 */
export function planTelemetryEnv(
  settings: { readonly text: string | null; readonly record: SettingsRecord | null; readonly file: string },
  env: Readonly<Record<string, string>>,
): TelemetryPlan {
  const { file } = settings;
  const wishes = Object.entries(env).map(([name, value]) => ({ path: ["env", name], isElement: false, value }));
  const plan = planFile(settings, () => wishes);
  const said = (path: readonly string[]) => valueAt(plan.ground.text ?? "", path, file);
  const conflicts = wishes.flatMap(({ path, value }) => {
    const found = said(path);
    return found === undefined || found === value ? [] : [{ name: path[1] ?? "", found: String(found) }];
  });
  const endpoint = said(["env", ENDPOINT]);
  return { plan, conflicts, endpoint: endpoint === undefined ? undefined : String(endpoint) };
}
