import type { StandardAddress } from "../app/receiver-endpoint.ts";
import type { Config } from "../kernel/settings.ts";

/** Where the settings have a receiver listen. */
export function standardAddress(config: Config): StandardAddress {
  return { host: config["audience.host"], http: config["audience.httpPort"], grpc: config["audience.grpcPort"] };
}
