import type { ArgsDef } from "citty";
import { type Address, DEFAULT_PORTS, loopbackHost } from "../audience/address.ts";
import { MasqueError } from "../kernel/errors.ts";
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
    valueHint: "PORT",
    description: `OTLP/gRPC; 0 takes a free one (default ${DEFAULT_PORTS.grpc})`,
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
  readonly "grpc-port"?: string | undefined;
  readonly "health-port"?: string | undefined;
};

/**
 * The address that the flags name, or else the settings.
 *
 * @throws {MasqueError} `cli.usage`, also when one port is to serve two things.
 */
export function addressFrom(path: string, flags: AddressFlags, config: Config): Address {
  const port = (flag: "http-port" | "grpc-port" | "health-port", setting: number) => {
    const typed = flags[flag];
    return typed === undefined ? setting : wholeNumber(path, flag, typed, PORT);
  };
  const address = {
    host: loopbackHost(flags.host ?? config["audience.host"]),
    httpPort: port("http-port", config["audience.httpPort"]),
    grpcPort: port("grpc-port", config["audience.grpcPort"]),
    healthPort: port("health-port", config["audience.healthPort"]),
  };
  refuseSharedPort(address);
  return address;
}

/** The flags as they were typed, to start a receiver with them another time. */
export function typedAddressFlags(flags: AddressFlags): readonly string[] {
  const names = Object.keys(addressFlags) as (keyof AddressFlags)[];
  return names.flatMap((name) => {
    const typed = flags[name];
    return typed === undefined ? [] : [`--${name}`, typed];
  });
}

function refuseSharedPort({ httpPort, grpcPort, healthPort }: Address): void {
  const chosen = [httpPort, grpcPort, healthPort].filter((port) => port !== 0);
  const shared = chosen.find((port, index) => chosen.indexOf(port) !== index);
  if (shared === undefined) return;
  throw new MasqueError(
    "cli.usage",
    `Cannot listen on port "${shared}" twice: HTTP, gRPC and health each need their own`,
    {
      hint: "choose three ports, or 0 for a free one",
    },
  );
}
