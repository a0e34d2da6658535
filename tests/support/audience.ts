import type { TelemetryProtocol } from "../../src/host/host.ts";
import type { Env } from "../../src/kernel/paths.ts";
import { isObject, type Json, parseJson } from "../../src/kernel/text/json.ts";
import { type Finished, succeeded } from "./process.ts";

/** A receiver that runs in the background until the scope ends. */
export type TestAudience = {
  /** `http://127.0.0.1:<port>` of OTLP over HTTP. */
  readonly httpUrl: string;
  /** The same of OTLP over gRPC. */
  readonly grpcUrl: string;
  [Symbol.asyncDispose](): Promise<void>;
};

/** Something that can run the compiled program in a home of its own. */
export type AudienceOwner = { masque(args: readonly string[], env?: Env): Promise<Finished> };

/** Starts the compiled program's receiver on free ports: `await using audience = await startAudience(person);` */
export async function startAudience(owner: AudienceOwner): Promise<TestAudience> {
  const started = succeeded(
    await owner.masque(["audience", "start", "--http-port", "0", "--grpc-port", "0", "--health-port", "0", "--json"]),
  );
  const printed = parseJson(started.stdout) ?? null;
  return {
    httpUrl: `http://127.0.0.1:${httpPort(printed)}`,
    grpcUrl: `http://127.0.0.1:${portOf(printed, "grpc")}`,
    [Symbol.asyncDispose]: async () => void succeeded(await owner.masque(["audience", "stop"])),
  };
}

/** The endpoint of the port that serves a protocol of the client's. */
export function urlFor(audience: TestAudience, protocol: TelemetryProtocol): string {
  return protocol === "grpc" ? audience.grpcUrl : audience.httpUrl;
}

/** The port that `audience start --json` printed for OTLP over HTTP. */
export function httpPort(printed: Json): number {
  return portOf(printed, "http");
}

function portOf(printed: Json, transport: "http" | "grpc"): number {
  const ports = isObject(printed) ? printed["ports"] : undefined;
  const port = isObject(ports) ? ports[transport] : undefined;
  if (typeof port !== "number")
    throw new Error(`No port of OTLP over ${transport} was printed: ${JSON.stringify(printed)}`);
  return port;
}

/** Sends one recorded export request, as an exporter would, and answers the status. */
export async function post(httpUrl: string, recording: string): Promise<number> {
  const [, signal, extension] = /-(logs|metrics|traces)\.(json|pb)$/.exec(recording) ?? [];
  const response = await fetch(`${httpUrl}/v1/${signal}`, {
    method: "POST",
    headers: { "content-type": extension === "json" ? "application/json" : "application/x-protobuf" },
    body: await Bun.file(recording).bytes(),
  });
  return response.status;
}
