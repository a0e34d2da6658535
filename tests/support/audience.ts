import { isObject, parseJson } from "../../src/kernel/json.ts";
import type { Env } from "../../src/kernel/paths.ts";
import { type Finished, succeeded } from "./process.ts";

/** A receiver that runs in the background until the scope ends. */
export type TestAudience = {
  /** `http://127.0.0.1:<port>` of OTLP over HTTP. */
  readonly httpUrl: string;
  /** `http://127.0.0.1:<port>` of OTLP over gRPC. */
  readonly grpcUrl: string;
  [Symbol.asyncDispose](): Promise<void>;
};

/** Whoever can run the compiled program in a home of their own. */
export type AudienceOwner = { masque(args: readonly string[], env?: Env): Promise<Finished> };

/** Starts the compiled program's receiver on free ports: `await using audience = await startAudience(person);` */
export async function startAudience(owner: AudienceOwner): Promise<TestAudience> {
  const started = succeeded(
    await owner.masque(["audience", "start", "--http-port", "0", "--grpc-port", "0", "--health-port", "0", "--json"]),
  );
  const printed = parseJson(started.stdout);
  return {
    httpUrl: `http://127.0.0.1:${portOf(printed, "http_port")}`,
    grpcUrl: `http://127.0.0.1:${portOf(printed, "grpc_port")}`,
    [Symbol.asyncDispose]: async () => void succeeded(await owner.masque(["audience", "stop"])),
  };
}

function portOf(printed: unknown, key: string): number {
  const port = isObject(printed) ? printed[key] : undefined;
  if (typeof port !== "number") throw new Error(`audience start printed no ${key}: ${JSON.stringify(printed)}`);
  return port;
}
