import type { ForeignValue, Host, HostWorld, TelemetryProtocol } from "../../host/host.ts";
import { applySetup } from "../../host/setup/apply-setup.ts";
import { MasqueError } from "../../kernel/errors.ts";
import { receiverEndpoint, type StandardAddress } from "./receiver-endpoint.ts";

type ConfigWorld = HostWorld & { readonly host: Host };

/** What is asked of {@link audienceConfig}. */
export type AudienceConfigInput = {
  readonly protocol: TelemetryProtocol;
  /** The receiver's port for that protocol; `null` for the port of the receiver that runs, or else the port in the settings. */
  readonly port: number | null;
  readonly standard: StandardAddress;
  readonly withToolDetails: boolean;
  /** The token that the receiver asks of its senders; empty where it asks for none. */
  readonly token: string;
  /** Whether to write it into the user's own settings of the agent program. */
  readonly write: boolean;
  /** Whether to replace values that masque did not write. */
  readonly force: boolean;
};

/** The environment that the agent program needs, and whether its settings hold it now. */
export type AudienceConfig = {
  readonly endpoint: string;
  readonly env: Readonly<Record<string, string>>;
  readonly settingsFile: string;
  readonly written: "not-asked" | "written" | "already-there";
};

/** The result of taking it out again. */
export type AudienceConfigUndone = {
  readonly settingsFile: string;
  readonly isTakenOut: boolean;
  /** What was left alone, with the reason. */
  readonly notes: readonly string[];
};

/**
 * The environment that makes the agent program send its telemetry here. Writes it into the settings where asked to.
 *
 * @throws {MasqueError} `audience.config-taken` when the settings send telemetry elsewhere; `host.settings-invalid`; and as
 *   {@link receiverEndpoint}.
 */
export async function audienceConfig(world: ConfigWorld, input: AudienceConfigInput): Promise<AudienceConfig> {
  const { protocol, port, standard, withToolDetails, token } = input;
  const transport = protocol === "grpc" ? "grpc" : "http";
  const endpoint = await receiverEndpoint(world, { transport, port, standard });
  const env = world.host.telemetryEnv({ endpoint, protocol, withToolDetails, token });
  const written = input.write ? await writeEnv(world, env, input) : "not-asked";
  return { endpoint, env, settingsFile: world.host.settingsFile(world), written };
}

/**
 * Takes out of the settings what {@link audienceConfig} has written, except what was changed since.
 *
 * @throws {MasqueError} `setup.outdated`, `host.settings-invalid`, `file.unreadable`, `file.unwritable`
 */
export async function undoAudienceConfig(world: ConfigWorld): Promise<AudienceConfigUndone> {
  const settingsFile = world.host.settingsFile(world);
  const planned = (await world.host.setup()).planTelemetryUndo(world);
  const { plan, former } = planned;
  if (former !== null) await applySetup(planned);
  return { settingsFile, isTakenOut: plan.changes.length > 0, notes: plan.notes };
}

async function writeEnv(
  world: ConfigWorld,
  env: Readonly<Record<string, string>>,
  input: AudienceConfigInput,
): Promise<"written" | "already-there"> {
  const { planned, foreign } = (await world.host.setup()).planTelemetry(world, env);
  if (foreign && !input.force) throw taken(world.host.settingsFile(world), foreign, input);
  if (planned.plan.changes.length === 0) return "already-there";
  await applySetup(planned);
  return "written";
}

function taken(file: string, { name, found }: ForeignValue, input: AudienceConfigInput): MasqueError {
  return new MasqueError("audience.config-taken", `Cannot write ${name} to "${file}": it is "${found}" there already`, {
    try: `masque audience config --write --force${flagsOf(input)}`,
    hint: "that command replaces the value; to keep it, let your collector send a copy to masque (see the folder collector/)",
  });
}

/** The flags that were given besides `--write`, so that the command can be given again. */
function flagsOf({ protocol, port, withToolDetails }: AudienceConfigInput): string {
  const flags = [
    protocol === "http/protobuf" ? "" : ` --protocol ${protocol}`,
    port === null ? "" : ` --${protocol === "grpc" ? "grpc" : "http"}-port ${port}`,
    withToolDetails ? " --tool-details" : "",
  ];
  return flags.join("");
}
