import type { ArgsDef } from "citty";
import { type Address, DEFAULT_PORTS, loopbackHost } from "../audience/address.ts";
import type { Config } from "../kernel/settings.ts";
import { wholeNumber } from "./parse.ts";

const PORT = { min: 0, max: 65_535 };

/** Where the receiver listens: the flags of `audience start` and `audience run`. Without one its setting counts. */
export const addressFlags = {
  host: { type: "string", valueHint: "ADDRESS", description: "Loopback address to listen on (default 127.0.0.1)" },
  "http-port": {
    type: "string",
    valueHint: "PORT",
    description: `OTLP/HTTP; 0 takes a free one (default ${DEFAULT_PORTS.http})`,
  },
  "grpc-port": {
    type: "string",
    default: `${DEFAULT_PORTS.grpc}`,
    valueHint: "PORT",
    description: "OTLP/gRPC: kept for scripts, not served yet",
  },
  "health-port": {
    type: "string",
    valueHint: "PORT",
    description: `Health, one JSON page; 0 takes a free one (default ${DEFAULT_PORTS.health})`,
  },
} as const satisfies ArgsDef;

/** Those flags as they were typed. */
export type AddressFlags = {
  readonly host?: string | undefined;
  readonly "http-port"?: string | undefined;
  readonly "grpc-port": string;
  readonly "health-port"?: string | undefined;
};

/**
 * The address that the flags name, or else the settings.
 *
 * @throws {MasqueError} `cli.usage`
 */
export function addressFrom(path: string, flags: AddressFlags, config: Config): Address {
  // Read though not served, so that a script that will not work later fails now.
  wholeNumber(path, "grpc-port", flags["grpc-port"], PORT);
  const port = (flag: "http-port" | "health-port", setting: number) => {
    const typed = flags[flag];
    return typed === undefined ? setting : wholeNumber(path, flag, typed, PORT);
  };
  return {
    host: loopbackHost(flags.host ?? config["audience.host"]),
    httpPort: port("http-port", config["audience.httpPort"]),
    healthPort: port("health-port", config["audience.healthPort"]),
  };
}

/** What to say when somebody counts on gRPC; nothing when the port was left alone. */
export function grpcWarnings(flags: AddressFlags): readonly string[] {
  if (flags["grpc-port"] === `${DEFAULT_PORTS.grpc}`) return [];
  return ["OTLP/gRPC is not served yet: let the host send http/protobuf (masque audience config)"];
}
