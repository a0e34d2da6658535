import { errnoOf } from "../../kernel/errors.ts";
import { LIMITS } from "../../kernel/limits.ts";
import { type HttpListening, type ListenOptions, PortTaken } from "../listener.ts";
import { answerExport } from "./export.ts";
import { guard } from "./guard.ts";
import { ownBug, refuse } from "./respond.ts";

/** Bodies are bounded while they are read, with an answer that OTLP knows; Bun's own bound would answer nothing. */
const BUN_BODY_BYTES_MAX = Number.MAX_SAFE_INTEGER;

/** Opens the OTLP/HTTP port and the health port, both on one loopback address. */
export function listenHttp(options: ListenOptions): HttpListening {
  const inFlight = new Set<Promise<Response>>();
  let isDraining = false;
  const exporting = open(options, options.httpPort, (request) => {
    if (isDraining) return refuse(options.protobuf, "json", { cause: "unavailable", reason: "shutting down" });
    const answer = answerExport(request, options);
    inFlight.add(answer);
    const forget = () => void inFlight.delete(answer);
    answer.then(forget, forget);
    return answer;
  });
  let telling: ReturnType<typeof open>;
  try {
    telling = open(options, options.healthPort, (request) => answerHealth(request, options));
  } catch (error) {
    void exporting.stop(true);
    throw error;
  }
  return {
    httpPort: portOf(exporting),
    healthPort: portOf(telling),
    async drain() {
      isDraining = true;
      void exporting.stop();
      await Promise.allSettled(inFlight);
      // The answers are made; `stop` without force waits until they are written.
      await exporting.stop();
      await exporting.stop(true);
      await telling.stop(true);
    },
  };
}

function open(options: ListenOptions, port: number, fetch: (request: Request) => Response | Promise<Response>) {
  try {
    return Bun.serve({
      hostname: options.host,
      port,
      // Said aloud, for Bun shares a port with other programs of its kind where nothing is said.
      reusePort: false,
      fetch,
      error: (error) => {
        options.onBug(error);
        return ownBug(options.protobuf);
      },
      development: false,
      maxRequestBodySize: BUN_BODY_BYTES_MAX,
      idleTimeout: LIMITS.requestIdleSeconds,
    });
  } catch (error) {
    if (errnoOf(error) === "EADDRINUSE") throw new PortTaken(port, error);
    throw error;
  }
}

function portOf(server: { readonly port: number | undefined }): number {
  if (server.port === undefined) throw new TypeError("Bun opened a TCP server without a port");
  return server.port;
}

function answerHealth(request: Request, options: ListenOptions): Response {
  const forbidden = guard(request.headers);
  if (forbidden) return refuse(options.protobuf, "json", forbidden);
  if (request.method !== "GET" && request.method !== "HEAD") return new Response(null, { status: 405 });
  return Response.json(options.health());
}
