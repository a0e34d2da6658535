import { type Address, loopbackHost } from "../../audience/address.ts";
import type { Health } from "../../audience/process/health.ts";
import { ADDRESS_SETTINGS, type AudienceConfig, SYNC_SETTINGS } from "../../audience/settings.ts";
import { MasqueError } from "../../kernel/errors.ts";
import type { TypedFlags } from "../setting-flags.ts";

/** The settings that are flags of `audience start` and `audience run`. */
export const RECEIVER_SETTINGS = { ...ADDRESS_SETTINGS, ...SYNC_SETTINGS } as const;

/** Those flags as they were typed. */
export type ReceiverFlags = TypedFlags<typeof RECEIVER_SETTINGS>;

/**
 * The address that the settings name.
 *
 * @throws {MasqueError} `cli.usage` for a host that is not this machine, and when one port is to serve two things.
 */
export function addressFrom(config: AudienceConfig): Address {
  const address = {
    host: loopbackHost(config["audience.host"]),
    httpPort: config["audience.httpPort"],
    grpcPort: config["audience.grpcPort"],
    healthPort: config["audience.healthPort"],
  };
  refuseSharedPort(address);
  return address;
}

/**
 * Refuses flags that the running receiver does not follow. Without a flag every receiver will do, and port 0 is every port.
 *
 * @throws {MasqueError} `audience.runs-elsewhere` naming the first such flag and the receiver's own value.
 */
export function refuseUnlessAsTyped(flags: ReceiverFlags, health: Health): void {
  const host = flags.host === undefined ? health.host : loopbackHost(flags.host);
  const sync = flags.sync === undefined ? undefined : SYNC_SETTINGS["audience.sync"].readText(flags.sync);
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
    { hint: "choose three ports, or 0 for a free one" },
  );
}
