import { readSettingsFile, writeSettingsFile } from "../host/claude/settings-file.ts";
import {
  type EnvConflict,
  isCredential,
  OUR_HEADERS,
  planTelemetryEnv,
  saysWhere,
  type TelemetryProtocol,
  telemetryEnv,
  userSettingsPath,
} from "../host/claude/telemetry-env.ts";
import { MasqueError } from "../kernel/errors.ts";
import { printableLine } from "../kernel/printable.ts";
import type { World } from "../kernel/world.ts";
import { receiverEndpoint, type StandardAddress } from "./receiver-endpoint.ts";

/** What is asked of {@link audienceConfig}. */
export type AudienceConfigInput = {
  readonly protocol: TelemetryProtocol;
  /** The receiver's port for that protocol; `null` for the one that runs, or else the one that it is set to. */
  readonly port: number | null;
  readonly standard: StandardAddress;
  readonly withToolDetails: boolean;
  /** What the receiver asks of its senders; empty when nothing. */
  readonly token: string;
  /** Put it into the user's own settings of Claude Code. */
  readonly write: boolean;
  /** Replace values of somebody else's. */
  readonly force: boolean;
};

/** The environment that the host needs, and whether its settings hold it now. */
export type AudienceConfig = {
  readonly endpoint: string;
  readonly env: Readonly<Record<string, string>>;
  readonly settingsFile: string;
  readonly written: "not-asked" | "written" | "already-there";
};

/**
 * Answers what makes the host send its telemetry here, and writes it where that was asked for.
 *
 * @throws {MasqueError} `audience.config-taken` when the settings send telemetry elsewhere; `host.settings-invalid`; `cli.usage`
 *   where the receiver is set to an address that is not of this machine.
 */
export async function audienceConfig(
  world: Pick<World, "env" | "paths">,
  input: AudienceConfigInput,
): Promise<AudienceConfig> {
  const { protocol, port, standard, withToolDetails, token } = input;
  const transport = protocol === "grpc" ? "grpc" : "http";
  const endpoint = await receiverEndpoint(world, { transport, port, standard });
  const env = telemetryEnv({ endpoint, protocol, withToolDetails, token });
  const settingsFile = userSettingsPath(world.env, world.paths.home);
  const written = input.write ? writeEnv(settingsFile, env, input.force) : "not-asked";
  return { endpoint, env, settingsFile, written };
}

function writeEnv(file: string, env: Readonly<Record<string, string>>, force: boolean): "written" | "already-there" {
  const plan = planTelemetryEnv(readSettingsFile(file), file, env);
  const sendsHere = isHere(plan.endpoint ?? "");
  const foreign = plan.conflicts.find((conflict) => !isOurs(conflict, sendsHere));
  if (foreign && !force) throw taken(file, foreign);
  if (!plan.isChanged) return "already-there";
  writeSettingsFile(file, plan.text);
  return "written";
}

/**
 * A receiver on this machine is ours, on whichever port it was, by whichever protocol and whatever its token; the rest
 * may be somebody's own setup, which its endpoint gives away.
 */
function isOurs({ name, found }: EnvConflict, sendsHere: boolean): boolean {
  if (isCredential(name)) return found.startsWith(OUR_HEADERS);
  return sendsHere && saysWhere(name);
}

function isHere(endpoint: string): boolean {
  return /^http:\/\/(127\.0\.0\.1|localhost|\[::1\])(:\d+)?\/?$/.test(endpoint);
}

function taken(file: string, { name, found }: EnvConflict): MasqueError {
  return new MasqueError(
    "audience.config-taken",
    `Cannot write ${name} to "${file}": it is "${isCredential(name) ? "…" : printableLine(found)}" there already`,
    { hint: "masque audience config --write --force replaces it; or add this receiver to that setup (collector/)" },
  );
}
