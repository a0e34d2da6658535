import { MasqueError } from "../kernel/errors.ts";
import { printableLine } from "../kernel/text/printable.ts";

/** Where to listen; port 0 takes a free one. */
export type Address = {
  readonly host: string;
  readonly httpPort: number;
  readonly grpcPort: number;
  readonly healthPort: number;
};

const LOOPBACK: ReadonlyMap<string, string> = new Map([
  ["localhost", "127.0.0.1"],
  ["127.0.0.1", "127.0.0.1"],
  ["::1", "::1"],
  ["[::1]", "::1"],
]);

/** The loopback address for a host name; `undefined` for every other name. */
export function loopbackAddress(host: string): string | undefined {
  return LOOPBACK.get(host.toLowerCase());
}

/**
 * The loopback address that a `--host` names. Telemetry holds prompts and commands, and the receiver does not ask
 * senders who they are, so it listens on this machine only.
 *
 * @throws {MasqueError} `cli.usage` for every other address.
 */
export function loopbackHost(host: string): string {
  const address = loopbackAddress(host);
  if (address !== undefined) return address;
  throw new MasqueError(
    "cli.usage",
    `Cannot listen on "${printableLine(host)}": masque receives from this machine only`,
    {
      hint: "use 127.0.0.1 or ::1, and forward a port to it (ssh -R 4318:127.0.0.1:4318 …) from where telemetry comes",
    },
  );
}

/** The base URL that exporters are given. */
export function endpointOf(host: string, port: number): string {
  return `http://${host.includes(":") ? `[${host}]` : host}:${port}`;
}
