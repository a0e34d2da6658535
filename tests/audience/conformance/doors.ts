import { expect } from "bun:test";
import { existsSync, readFileSync } from "node:fs";
import { Metadata } from "@grpc/grpc-js";
import { RPC_CODE } from "../../../src/telemetry/response.ts";
import { binaryReceiver } from "../../support/binary-receiver.ts";
import { grpcClient } from "../../support/grpc.ts";
import { exchange, healthNow, textsOf } from "../../support/receiver-probe.ts";
import type { Case, ShownElsewhere } from "./case.ts";
import { gained, logsRequest, outcomeOf, TRANSPORTS } from "./wire.ts";

/** Who is let in, and by which door. */

/** 9 */
export const otherTypeIsRefused: Case = {
  holds: "another Content-Type, or none, is answered 415 and leaves no line",
  async test(at) {
    for (const type of ["text/plain", "", "application/x-www-form-urlencoded", "multipart/form-data", "text/json"]) {
      const body = JSON.stringify(logsRequest());
      const { answer, lines } = await gained(at, () => at.post("/v1/logs", body, { "content-type": type }));
      expect({ type, status: answer.status, lines }).toEqual({ type, status: 415, lines: [] });
      expect((await outcomeOf(answer)).text).toContain("application/x-protobuf");
    }
  },
};

/** 10 */
export const otherMethodIsRefused: Case = {
  holds: "another method is answered 405, and nothing ever allows another origin",
  async test(at) {
    for (const method of ["GET", "PUT", "DELETE", "HEAD", "OPTIONS"]) {
      const answer = await fetch(`${at.url}/v1/logs`, { method });
      expect({ method, status: answer.status }).toEqual({ method, status: 405 });
      expect(answer.headers.get("allow")).toBe("POST");
      expect([...answer.headers.keys()].filter((name) => name.startsWith("access-control"))).toEqual([]);
    }
  },
};

/** 11 */
export const otherPathIsRefused: Case = {
  holds: "an unknown path is answered 404 and told the right ones",
  async test(at) {
    for (const path of ["/", "/v1", "/v1/logs/x", "/v1development/profiles", "/V1/LOGS", "/v1%2Flogs"]) {
      const { answer, lines } = await gained(at, () => at.post(path, JSON.stringify(logsRequest())));
      expect({ path, status: answer.status, lines }).toEqual({ path, status: 404, lines: [] });
      expect((await outcomeOf(answer)).text).toContain("/v1/logs, /v1/metrics, /v1/traces");
    }
    expect((await at.post("/v1/logs?query=1", "{}")).status).toBe(200);
  },
};

/** 12: pinned */
export const slashAtTheEndIsAnotherPath: Case = {
  holds: "/v1/logs/ is another path: 404",
  async test(at) {
    expect((await at.post("/v1/logs/", JSON.stringify(logsRequest()))).status).toBe(404);
  },
};

/** 46 */
export const onlyThisMachineIsLetIn: Case = {
  holds: "another Host, or a request of a web page, is answered 403; this machine's names are let in",
  async test(at) {
    const foreign: Readonly<Record<string, string>>[] = [
      { host: "evil.example:4318" },
      { host: "127.0.0.1.evil.example" },
      { host: "localhost.evil.example" },
      { host: "[" },
      { host: "a b[" },
      { origin: "https://evil.example" },
      { origin: "null" },
      { origin: "http://localhost" },
      { "sec-fetch-site": "cross-site" },
      { "sec-fetch-site": "same-site" },
    ];
    for (const headers of foreign) {
      const { answer, lines } = await gained(at, () => postWith(at.health.ports.http, headers));
      expect({ headers, line: answer.split("\r\n")[0], lines }).toEqual({
        headers,
        line: "HTTP/1.1 403 Forbidden",
        lines: [],
      });
    }
    for (const host of ["127.0.0.1", "localhost", "[::1]", "LOCALHOST:4318"]) {
      expect(await postWith(at.health.ports.http, { host })).toStartWith("HTTP/1.1 200");
    }
    const health = await fetch(`http://127.0.0.1:${at.health.ports.health}/`, { headers: { origin: "https://evil" } });
    expect(health.status).toBe(403);

    function postWith(port: number, headers: Readonly<Record<string, string>>): Promise<string> {
      const given = {
        host: `127.0.0.1:${port}`,
        "content-type": "application/json",
        "content-length": "2",
        ...headers,
      };
      const rows = Object.entries(given).map(([name, value]) => `${name}: ${value}\r\n`);
      return exchange(at.health.ports.http, [`POST /v1/logs HTTP/1.1\r\n${rows.join("")}\r\n{}`]);
    }
  },
};

/** 47 */
export const tokenIsRequired: Case = {
  holds: "with a token set, a request without it or with another is answered 401 and 16, and the right one taken",
  async test() {
    const token = "a-token-of-this-test";
    await using at = await binaryReceiver({ MASQUE_AUDIENCE_TOKEN: token });
    for (const transport of TRANSPORTS) {
      const { answer, lines } = await gained(at, () =>
        transport.send(at, "logs", transport.encode("logs", logsRequest())),
      );
      expect({ code: answer.code, lines }).toEqual({ code: RPC_CODE.unauthenticated, lines: [] });
    }
    const wrong = ["", "Bearer", `Basic ${token}`, `Bearer ${token}x`, `Bearer ${token.slice(1)}`, token];
    for (const authorization of wrong) {
      const answer = await at.post("/v1/logs", JSON.stringify(logsRequest()), { authorization });
      expect({ authorization, status: answer.status }).toEqual({ authorization, status: 401 });
      expect(answer.headers.get("www-authenticate")).toBe("Bearer");
    }
    expect(textsOf(at, "logs")).toEqual([]);
    const headers = { authorization: `Bearer ${token}` };
    expect((await at.post("/v1/logs", JSON.stringify(logsRequest()), headers)).status).toBe(200);
    const bytes = TRANSPORTS[2]?.encode("logs", logsRequest()) ?? new Uint8Array();
    const metadata = new Metadata();
    metadata.set("authorization", headers.authorization);
    using client = grpcClient(at.health.ports.grpc, { metadata });
    expect((await client.export("logs", bytes)).code).toBe(0);
    expect(textsOf(at, "logs")).toHaveLength(2);
    const said = [
      at.log.join("\n"),
      JSON.stringify(await healthNow(at)),
      JSON.stringify(at.health),
      runFileOf(at.root),
    ];
    for (const text of said) expect(text).not.toContain(token);
    expect((await healthNow(at)).refused_by_cause.unauthorised).toBe(TRANSPORTS.length + wrong.length);
  },
};

function runFileOf(home: string): string {
  return readFileSync(`${home}/.local/share/masque/audience/run.json`, "utf8");
}

/** 48 */
export const socketsAreLoopback: Case = {
  holds: "every socket listens on loopback alone",
  async test(at) {
    // Linux tells who listens where; elsewhere the same code asks for the same address.
    if (!existsSync("/proc/net/tcp")) return;
    const listening = ["tcp", "tcp6"].flatMap((name) => readFileSync(`/proc/net/${name}`, "utf8").split("\n"));
    for (const port of Object.values(at.health.ports)) {
      const hex = port.toString(16).toUpperCase().padStart(4, "0");
      const rows = listening.filter((row) => new RegExp(`:${hex} 0+:0000 0A`).test(row));
      expect(rows.map((row) => row.trim().split(/\s+/)[1])).toEqual([`0100007F:${hex}`]);
    }
  },
};

/** 54 */
export const projectSettingsAreTold: ShownElsewhere = {
  holds: "exporter variables in a project's settings, which the host ignores, are reported",
  file: "tests/app/doctor.test.ts",
  names: "project",
};
