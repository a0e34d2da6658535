import { errnoOf, MasqueError } from "../../kernel/errors.ts";
import type { Address } from "../address.ts";
import { type AudienceEdge, type Listening, type ListenOptions, PortTaken } from "../listening.ts";
import { portTaken } from "./port-owner.ts";

/**
 * Opens every port of a receiver, or none.
 *
 * @throws {MasqueError} `audience.port-taken` naming who has it, `audience.start-failed` for every other refusal.
 */
export async function listenAll(edge: AudienceEdge, options: ListenOptions): Promise<Listening> {
  try {
    const http = await edge.listenHttp(options);
    try {
      const grpc = await edge.listenGrpc(options);
      return { ...http, ...grpc, drain: async () => void (await Promise.all([http.drain(), grpc.drain()])) };
    } catch (error) {
      await http.drain();
      throw error;
    }
  } catch (error) {
    throw cannotListen(options, error);
  }
}

function cannotListen(address: Address, error: unknown): unknown {
  if (error instanceof PortTaken) return portTaken(error.port, flagOf(address, error.port), error);
  const code = errnoOf(error);
  if (code === undefined) return error;
  const { host, httpPort, grpcPort, healthPort } = address;
  const where = `"${host}" ports ${httpPort}, ${grpcPort} and ${healthPort}`;
  return new MasqueError("audience.start-failed", `Cannot listen on ${where}: ${code}`, {
    hint: "choose ports above 1023, or --http-port 0 --grpc-port 0 --health-port 0 for free ones",
    cause: error,
  });
}

function flagOf({ httpPort, grpcPort }: Address, port: number): string {
  if (port === httpPort) return "--http-port";
  return port === grpcPort ? "--grpc-port" : "--health-port";
}
