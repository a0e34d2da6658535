import { Server, ServerCredentials, type ServiceDefinition } from "@grpc/grpc-js";
import { listenGrpc } from "../../../src/audience/grpc/listen.ts";
import type { ListenOptions } from "../../../src/audience/listening.ts";
import { budgetForBodies } from "../../../src/audience/memory-budget.ts";
import type { Health } from "../../../src/audience/process/health.ts";
import { LIMITS } from "../../../src/kernel/limits.ts";
import { protobufCodec } from "../../../src/telemetry/protobuf/codec.ts";

/**
 * One of the two servers of `../grpc-transport.ts`, which only take messages: `server.ts own|library`. It tells its
 * parent the port, and what it has used whenever that asks.
 */

/** What a server has used so far. */
export type Usage = { readonly cpuMicros: number; readonly peakBytes: number };

const asIs = (bytes: Buffer) => bytes;

async function listenOwn(): Promise<number> {
  const options: ListenOptions = {
    host: "127.0.0.1",
    httpPort: 0,
    grpcPort: 0,
    healthPort: 0,
    protobuf: protobufCodec,
    receive: async () => ({ kind: "accepted", signal: "logs", partial: null }),
    health: (): Health => {
      throw new TypeError("Nobody asks");
    },
    authorise: () => true,
    budget: budgetForBodies(),
    onRefused: () => undefined,
    onBug: (error) => {
      throw error;
    },
  };
  return (await listenGrpc(options)).grpcPort;
}

function listenLibrary(): Promise<number> {
  const server = new Server({
    "grpc.max_receive_message_length": LIMITS.otlpBodyBytesMax,
    "grpc.max_concurrent_streams": LIMITS.grpcStreamsMax,
  });
  const service: ServiceDefinition = {
    Export: {
      path: "/opentelemetry.proto.collector.logs.v1.LogsService/Export",
      requestStream: false,
      responseStream: false,
      requestSerialize: asIs,
      requestDeserialize: asIs,
      responseSerialize: asIs,
      responseDeserialize: asIs,
    },
  };
  const answer = (_call: unknown, respond: (error: null, response: Buffer) => void) => respond(null, Buffer.alloc(0));
  server.addService(service, { Export: answer });
  return new Promise((resolve, reject) => {
    server.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (error, port) =>
      error ? reject(error) : resolve(port),
    );
  });
}

function usage(): Usage {
  const { userCPUTime, systemCPUTime, maxRSS } = process.resourceUsage();
  return { cpuMicros: userCPUTime + systemCPUTime, peakBytes: maxRSS * 1024 };
}

process.on("message", () => process.send?.(usage()));
process.send?.({ port: await (process.argv[2] === "own" ? listenOwn() : listenLibrary()) });
