import type { IncomingHttpHeaders, IncomingMessage } from "node:http";
import { SIGNALS, type Signal } from "../../telemetry/signal.ts";
import type { ListenOptions } from "../listening.ts";
import type { Refusal } from "../refusal.ts";
import { readBody } from "./body.ts";
import { guard } from "./guard.ts";
import { type Answer, encodingOf, refuse, respond, statusOf } from "./respond.ts";

const PATHS: ReadonlyMap<string, Signal> = new Map(SIGNALS.map((signal) => [`/v1/${signal}`, signal]));

/** Scheme and authority of a URL; the rest of it begins with the path. */
const AUTHORITY = /^[a-z]+:\/\/[^/?#]*/i;

/**
 * Answers one request on the OTLP/HTTP port. Nothing of a body is read before its sender, path, method and type have
 * been looked at and there is room for it.
 *
 * @source opentelemetry-proto 1.11.0, docs/specification.md, OTLP/HTTP. Decisions where it is silent: docs/otlp.md.
 */
export async function answerExport(request: IncomingMessage, options: ListenOptions): Promise<Answer> {
  const { protobuf } = options;
  const encoding = encodingOf(request.headers);
  const path = pathOf(request.url ?? "/");
  const refused = (why: Refusal) => {
    options.onRefused(why.cause, `${request.method} ${path}: ${statusOf(why.cause)}, ${why.reason}`);
    return refuse(protobuf, encoding ?? "json", why);
  };
  const forbidden = guard(request.headers) ?? unauthorised(request, options);
  if (forbidden) return refused(forbidden);
  const signal = PATHS.get(path);
  if (!signal) return refused(notFound(path));
  if (request.method !== "POST") return refused({ cause: "method", reason: "telemetry is sent by POST" });
  if (!encoding) return refused(unsupported(request.headers["content-type"]));
  using held = options.room.enter(announcedBytes(request.headers));
  const bytes = await readBody(request, held);
  if (!(bytes instanceof Uint8Array)) return refused(bytes);
  const received = await options.receive({ signal, encoding, bytes });
  return respond(protobuf, { signal, encoding }, received);
}

/** How much will be held: of what is compressed, or comes in chunks, nobody knows. */
function announcedBytes(headers: IncomingHttpHeaders): number | undefined {
  const length = headers["content-length"];
  return length === undefined || headers["content-encoding"]?.trim().toLowerCase() === "gzip"
    ? undefined
    : Number(length);
}

/** The path of a request's target, which may be a whole URL. What a URL parser would refuse still has a path. */
function pathOf(target: string): string {
  return target.replace(AUTHORITY, "").split(/[?#]/, 1)[0] || "/";
}

function unauthorised(request: IncomingMessage, options: ListenOptions): Refusal | undefined {
  if (options.authorise(request.headers.authorization)) return undefined;
  return {
    cause: "unauthorised",
    reason: "a bearer token is required: `masque audience config` prints OTEL_EXPORTER_OTLP_HEADERS",
  };
}

function notFound(path: string): Refusal {
  const paths = [...PATHS.keys()].join(", ");
  const reason = `no such path "${path}": send to ${paths} (an OTEL_EXPORTER_OTLP_<SIGNAL>_ENDPOINT is used as it stands and needs its path)`;
  return { cause: "path", reason };
}

function unsupported(contentType: string | undefined): Refusal {
  const reason = `unsupported Content-Type "${contentType ?? ""}": send application/x-protobuf or application/json`;
  return { cause: "content_type", reason };
}
