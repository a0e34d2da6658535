import { endpointOf, loopbackAddress, loopbackHost } from "../../audience/address.ts";
import { askHealth } from "../../audience/process/ask-health.ts";
import type { Config } from "../../kernel/config/settings.ts";
import type { World } from "../../kernel/world.ts";

/** Where a receiver listens once it is started, as it is set to. */
export type StandardAddress = { readonly host: string; readonly http: number; readonly grpc: number };

/** Where the settings have a receiver listen; an address that is not of this machine as it was written. */
export function standardAddress(config: Config): StandardAddress {
  const host = config["audience.host"];
  const [http, grpc] = [config["audience.httpPort"], config["audience.grpcPort"]];
  return { host: loopbackAddress(host) ?? host, http, grpc };
}

/** Which of a receiver's endpoints; `port` is `null` for that of the one that runs, or else the standard one. */
export type EndpointWanted = {
  readonly transport: "http" | "grpc";
  readonly port: number | null;
  readonly standard: StandardAddress;
};

/**
 * The base URL that this user's exporters are given: of the receiver that runs, or else of the one that would.
 *
 * @throws {MasqueError} `cli.usage` where none runs and the address that is set is not of this machine.
 */
export async function receiverEndpoint(
  world: Pick<World, "paths">,
  { transport, port, standard }: EndpointWanted,
): Promise<string> {
  const running = await askHealth(world.paths);
  const host = running?.host ?? loopbackHost(standard.host);
  return endpointOf(host, port ?? running?.ports[transport] ?? standard[transport]);
}
