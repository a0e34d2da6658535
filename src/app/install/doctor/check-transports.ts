import { readdirSync } from "node:fs";
import { join } from "node:path";
import { type Posted, postGrpc, postHttp } from "../../../audience/post-export.ts";
import type { Health } from "../../../audience/process/health.ts";
import { readTail } from "../../../kernel/files/read-tail.ts";
import { LIMITS } from "../../../kernel/limits.ts";
import type { World } from "../../../kernel/world.ts";
import { activeName, closedFile } from "../../../telemetry/file-names.ts";
import type { EncodedProbe, Probe, ProbeSerializer } from "../../../telemetry/probe.ts";
import { type Check, type Finding, failed, ok } from "./check.ts";

/**
 * Posts a record of our own over each transport, as an exporter does, and looks for the record in the file. Its scope is
 * `masque.doctor` and it belongs to no agent session, so no score counts it.
 */

/** What this needs of the world. */
export type ProbeWorld = Pick<World, "clock" | "newId"> & {
  readonly probeSerializer: () => Promise<ProbeSerializer>;
  /** What the receiver asks of its senders; empty when nothing. */
  readonly token: string;
};

const TRANSPORTS = ["http/protobuf", "http/json", "grpc"] as const;
type Transport = (typeof TRANSPORTS)[number];

/** One check a transport of a receiver that runs. */
export function transportChecks(world: ProbeWorld, health: Health): readonly Check[] {
  return TRANSPORTS.map((transport) => ({ name: transport, look: () => transportFinding(world, health, transport) }));
}

async function transportFinding(world: ProbeWorld, health: Health, transport: Transport): Promise<Finding> {
  const probe: Probe = { id: world.newId(), unixNano: world.clock.nowUnixNano(), transport };
  const encoded = (await world.probeSerializer())(probe);
  const startedMs = performance.now();
  const posted = await post(encoded, { transport, health, token: world.token });
  const tookMs = Math.round(performance.now() - startedMs);
  if (posted.kind === "refused")
    return failed(`the receiver refused the record: ${posted.because}`, "masque audience logs");
  if (!isInFiles(health.otel, probe.id)) {
    return failed(
      `the record was acknowledged and is not in "${health.otel}"`,
      "report this as a bug, with what masque audience logs prints",
    );
  }
  return ok(`a record was on disk after ${tookMs} ms`);
}

/** Looks in the file that is open, and in the one that was closed last. */
function isInFiles(otel: string, id: string): boolean {
  const closed = readdirSync(otel).filter((name) => closedFile(name)?.signal === "logs");
  const names = [activeName("logs"), ...closed.sort().slice(-1)];
  return names.some((name) => readTail(join(otel, name), LIMITS.probeTailBytesMax).includes(id));
}

function post(
  { json, protobuf }: EncodedProbe,
  { transport, health, token }: { transport: Transport; health: Health; token: string },
): Promise<Posted> {
  const { host, ports } = health;
  switch (transport) {
    case "http/json":
      return postHttp({ host, port: ports.http, token }, { type: "application/json", bytes: json });
    case "http/protobuf":
      return postHttp({ host, port: ports.http, token }, { type: "application/x-protobuf", bytes: protobuf });
    case "grpc":
      return postGrpc({ host, port: ports.grpc, token }, protobuf);
    default:
      return transport satisfies never;
  }
}
