import { SIGNALS, type Signal } from "../../telemetry/otlp.ts";
import { RPC_CODE } from "../../telemetry/response.ts";
import type { ListenOptions } from "../listener.ts";
import { readBody } from "./body.ts";
import { guard } from "./guard.ts";
import { encodingOf, type Refusal, refusal, refuse, respond } from "./respond.ts";

const PATHS: ReadonlyMap<string, Signal> = new Map(SIGNALS.map((signal) => [`/v1/${signal}`, signal]));

/**
 * Answers one request on the OTLP/HTTP port.
 *
 * @source opentelemetry-proto 1.11.0, docs/specification.md, OTLP/HTTP. Decisions where it is silent: docs/otlp.md.
 */
export async function answerExport(request: Request, options: ListenOptions): Promise<Response> {
  const { protobuf } = options;
  const refused = (why: Refusal) => {
    options.onRefused(`${request.method} ${pathOf(request)}: ${why.status}, ${why.reason}`);
    return refuse(protobuf, encodingOf(request.headers) ?? "json", why);
  };
  const forbidden = guard(request.headers);
  if (forbidden) return refused(forbidden);
  const signal = PATHS.get(pathOf(request));
  if (!signal) return refused(notFound(pathOf(request)));
  if (request.method !== "POST") return refused(refusal(405, RPC_CODE.unimplemented, "telemetry is sent by POST"));
  const encoding = encodingOf(request.headers);
  if (!encoding) return refused(unsupported(request.headers.get("content-type")));
  const bytes = await readBody(request);
  if (!(bytes instanceof Uint8Array)) return refused(bytes);
  const received = await options.receive({ signal, encoding, bytes });
  if (received.kind === "refused") options.onRefused(`POST /v1/${signal}: 400, ${received.reason}`);
  return respond(protobuf, { signal, encoding }, received);
}

/** The path alone; where a client names no host, Bun's URL is the path. */
function pathOf(request: Request): string {
  const { url } = request;
  return url.startsWith("/") ? (url.split("?")[0] ?? url) : new URL(url).pathname;
}

function notFound(path: string): Refusal {
  const paths = [...PATHS.keys()].join(", ");
  const reason = `no such path "${path}": send to ${paths} (an OTEL_EXPORTER_OTLP_<SIGNAL>_ENDPOINT is used as it stands and needs its path)`;
  return refusal(404, RPC_CODE.notFound, reason);
}

function unsupported(contentType: string | null): Refusal {
  const reason = `unsupported Content-Type "${contentType ?? ""}": send application/x-protobuf or application/json`;
  return refusal(415, RPC_CODE.invalidArgument, reason);
}
