import { endpointOf, loopbackAddress, loopbackHost } from "../../audience/address.ts";
import { askHealth } from "../../audience/process/ask-health.ts";
import type { AudienceConfig } from "../../audience/settings.ts";
import { MasqueError } from "../../kernel/errors.ts";
import type { World } from "../../kernel/world.ts";

/** Where the settings let a receiver listen. */
export type StandardAddress = { readonly host: string; readonly http: number; readonly grpc: number };

/** Reads that from the settings. An address that is not of this machine is kept as it was written. */
export function standardAddress(config: AudienceConfig): StandardAddress {
  const host = config["audience.host"];
  const [http, grpc] = [config["audience.httpPort"], config["audience.grpcPort"]];
  return { host: loopbackAddress(host) ?? host, http, grpc };
}

/** Which endpoint of a receiver. `port: null` means the port of the receiver that runs, or else the port in the settings. */
export type EndpointWanted = {
  readonly transport: "http" | "grpc";
  readonly port: number | null;
  readonly standard: StandardAddress;
};

/**
 * The base URL for this user's exporters: of the receiver that runs, or else of the one that the settings describe.
 *
 * @throws {MasqueError} where none runs: `cli.usage` when the address that is set is not of this machine, `config.invalid`
 *   when the port that is set is 0, so that the receiver's port is not known before the receiver runs.
 */
export async function receiverEndpoint(
  world: Pick<World, "paths">,
  { transport, port, standard }: EndpointWanted,
): Promise<string> {
  const running = await askHealth(world.paths);
  const host = running?.host ?? loopbackHost(standard.host);
  const known = port ?? running?.ports[transport] ?? standard[transport];
  if (known === 0) throw portUnknown(transport);
  return endpointOf(host, known);
}

function portUnknown(transport: EndpointWanted["transport"]): MasqueError {
  const setting = `audience.${transport}Port`;
  const found = `${setting} is 0, so the receiver takes a free port when it starts, and no receiver runs`;
  return new MasqueError("config.invalid", `Cannot say where telemetry goes: ${found}`, {
    hint: `set ${setting} to a fixed port, or start the receiver first (masque audience start)`,
  });
}
