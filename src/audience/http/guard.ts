import type { IncomingHttpHeaders } from "node:http";
import { type Refusal, refused } from "../outcome.ts";

/**
 * Who may talk to a receiver on loopback: programs of this machine, and no web page. A page that a browser shows can
 * send requests here; it gives itself away by `Origin` or `Sec-Fetch-Site`, or, where it made its own name point to
 * this machine, by that name in `Host`. Exporters send none of the three.
 */

const LOOPBACK_NAMES = new Set(["127.0.0.1", "localhost", "[::1]"]);

/** Why a request must not be read, or `undefined` when it may. */
export function guard(headers: IncomingHttpHeaders): Refusal | undefined {
  const { host } = headers;
  if (host !== undefined && !LOOPBACK_NAMES.has(nameOf(host))) {
    return refused("host", `the host "${host}" is not this machine: send to 127.0.0.1 or localhost`);
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
