import type { ArgsDef } from "citty";
import { type Address, DEFAULT_PORTS, loopbackHost } from "../../audience/address.ts";
import type { Health } from "../../audience/process/health.ts";
import { type Config, SETTINGS } from "../../kernel/config/settings.ts";
import { MasqueError } from "../../kernel/errors.ts";
import { wholeNumber } from "../number-flag.ts";
import type { StorageFlags } from "./storage-flags.ts";

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

/**
 * Refuses flags that a receiver which runs already does not obey; without a flag every receiver will do, and port 0 is
 * every port.
 *
 * @throws {MasqueError} `audience.runs-elsewhere` naming the first such flag and what is so instead.
 */
export function refuseUnlessAsTyped(flags: AddressFlags & StorageFlags, health: Health): void {
  const host = flags.host === undefined ? health.host : loopbackHost(flags.host);
  const sync = flags.sync === undefined ? undefined : SETTINGS["audience.sync"].readText(flags.sync);
  const compared = [
    ["--host", host, health.host],
    ["--http-port", portTyped(flags["http-port"]), `${health.ports.http}`],
    ["--grpc-port", portTyped(flags["grpc-port"]), `${health.ports.grpc}`],
    ["--health-port", portTyped(flags["health-port"]), `${health.ports.health}`],
    ["--sync", sync, health.storage.sync],
  ] as const;
  const ignored = compared.find(([, typed, is]) => typed !== undefined && typed !== is);
  if (!ignored) return;
  const [flag, typed, is] = ignored;
  throw new MasqueError(
    "audience.runs-elsewhere",
    `Cannot start the audience with ${flag} "${typed}": it already runs with "${is}" (process ${health.pid})`,
    { try: "masque audience stop", hint: "then start it again with these flags" },
  );
}

function portTyped(typed: string | undefined): string | undefined {
  return typed === undefined || Number(typed) === 0 ? undefined : `${Number(typed)}`;
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
