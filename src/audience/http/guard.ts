import type { IncomingHttpHeaders } from "node:http";
import { type Refusal, refused } from "../outcome.ts";

/**
 * Programs of this machine may send to a receiver on loopback, and web pages may not. A page in a browser can send
 * requests here. It is known by `Origin` or `Sec-Fetch-Site`, or, if its own name was made to point to this machine, by
 * that name in `Host`. Exporters send none of these.
 */

const LOOPBACK_NAMES = new Set(["127.0.0.1", "localhost", "[::1]"]);

/** Why a request must not be read, or `undefined` when it may. */
export function guard(headers: IncomingHttpHeaders): Refusal | undefined {
  const { host } = headers;
  if (host !== undefined && !LOOPBACK_NAMES.has(nameOf(host))) {
    return refused("host", `"${host}" is not this machine: send to 127.0.0.1 or localhost`);
  }
  if (headers.origin !== undefined) {
    return refused("origin", "a web page may not send telemetry (it has an Origin)");
  }
  const site = headers["sec-fetch-site"];
  if (site !== undefined && site !== "none" && site !== "same-origin") {
    return refused("origin", `a web page may not send telemetry (Sec-Fetch-Site is "${site}")`);
  }
  return undefined;
}

function nameOf(host: string): string {
  return host.toLowerCase().replace(/:\d+$/, "");
}
