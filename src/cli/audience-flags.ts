import type { ArgsDef } from "citty";
import { type Address, DEFAULT_PORTS, loopbackHost } from "../audience/address.ts";
import { wholeNumber } from "./parse.ts";

const PORT = { min: 0, max: 65_535 };

/** Where the receiver listens: the flags of `audience start` and `audience run`. */
export const addressFlags = {
  host: { type: "string", default: "127.0.0.1", valueHint: "ADDRESS", description: "Loopback address to listen on" },
  "http-port": {
    type: "string",
    default: `${DEFAULT_PORTS.http}`,
    valueHint: "PORT",
    description: "OTLP/HTTP; 0 takes a free one",
  },
  "grpc-port": {
    type: "string",
    default: `${DEFAULT_PORTS.grpc}`,
    valueHint: "PORT",
    description: "OTLP/gRPC: kept for scripts, not served yet",
  },
  "health-port": {
    type: "string",
    default: `${DEFAULT_PORTS.health}`,
    valueHint: "PORT",
    description: "Health, one JSON page; 0 takes a free one",
  },
} as const satisfies ArgsDef;

/** Those flags as they were typed. */
export type AddressFlags = { readonly [Name in keyof typeof addressFlags]: string };

/**
 * The address that the flags name.
 *
 * @throws {MasqueError} `cli.usage`
 */
export function addressFrom(path: string, flags: AddressFlags): Address {
  // Read though not served, so that a script that will not work later fails now.
  wholeNumber(path, "grpc-port", flags["grpc-port"], PORT);
  return {
    host: loopbackHost(flags.host),
    httpPort: wholeNumber(path, "http-port", flags["http-port"], PORT),
    healthPort: wholeNumber(path, "health-port", flags["health-port"], PORT),
  };
}

/** What to say when somebody counts on gRPC; nothing when the port was left alone. */
export function grpcWarnings(flags: AddressFlags): readonly string[] {
  if (flags["grpc-port"] === `${DEFAULT_PORTS.grpc}`) return [];
  return ["OTLP/gRPC is not served yet: let the host send http/protobuf (masque audience config)"];
}
