import type { IncomingHttpHeaders, IncomingMessage } from "node:http";
import { LIMITS } from "../../kernel/limits.ts";
import type { Encoding } from "../../telemetry/response.ts";
import { SIGNALS, type Signal } from "../../telemetry/signal.ts";
import type { ListenOptions } from "../listening.ts";
import { type Outcome, type Refusal, refused, UNAUTHORISED } from "../outcome.ts";
import { readBody } from "./body.ts";
import { guard } from "./guard.ts";
import { type Answer, encodingOf, respond, SHUTTING_DOWN } from "./respond.ts";

const PATHS: ReadonlyMap<string, Signal> = new Map(SIGNALS.map((signal) => [`/v1/${signal}`, signal]));

/** Scheme and authority of a URL; the rest of it begins with the path. */
const AUTHORITY = /^[a-z]+:\/\/[^/?#]*/i;

/**
 * Answers one request on the OTLP/HTTP port. The body is read only after the sender, the path, the method and the type
 * were checked and there is room for it.
 *
 * @source opentelemetry-proto 1.11.0, docs/specification.md, OTLP/HTTP. Decisions where it is silent: docs/otlp.md.
 */
export async function answerExport(
  request: IncomingMessage,
  options: ListenOptions,
  isDraining: boolean,
): Promise<Answer> {
  const encoding = encodingOf(request.headers);
  const path = pathOf(request.url ?? "/");
  const outcome = isDraining ? SHUTTING_DOWN : await take(request, { path, encoding }, options);
  const answer = respond(options.protobuf, encoding ?? "json", outcome);
  if (outcome.kind === "refused") options.onRefused(outcome, `${request.method} ${path}: ${answer.status}`);
  return answer;
}

async function take(
  request: IncomingMessage,
  { path, encoding }: { readonly path: string; readonly encoding: Encoding | undefined },
  options: ListenOptions,
): Promise<Outcome> {
  const { headers, method } = request;
  const forbidden = guard(headers);
  if (forbidden) return forbidden;
  if (!options.authorise(headers.authorization)) return UNAUTHORISED;
  const signal = PATHS.get(path);
  if (!signal) return notFound(path);
  if (method !== "POST") return refused("method", "telemetry is sent by POST");
  if (!encoding) return unsupported(headers["content-type"]);
  using held = options.budget.enter(expectedBytes(headers));
  const bytes = await readBody(request, held);
  return bytes instanceof Uint8Array ? await options.receive({ signal, encoding, bytes }) : bytes;
}

/** How long the body will be, or may be: that of a compressed one, and of one in chunks, is unknown. */
function expectedBytes(headers: IncomingHttpHeaders): number {
  const isKnown = headers["content-length"] !== undefined && headers["content-encoding"] === undefined;
  return isKnown ? Number(headers["content-length"]) : LIMITS.otlpBodyBytesMax;
}

/** The path of a request's target, which may be a whole URL. What a URL parser would refuse still has a path. */
function pathOf(target: string): string {
  return target.replace(AUTHORITY, "").split(/[?#]/, 1)[0] || "/";
}

function notFound(path: string): Refusal {
  const paths = [...PATHS.keys()].join(", ");
  const reason = `no such path "${path}": send to ${paths} (an OTEL_EXPORTER_OTLP_<SIGNAL>_ENDPOINT is used unchanged and needs its path)`;
  return refused("path", reason);
}

function unsupported(contentType: string | undefined): Refusal {
  const reason = `unsupported Content-Type "${contentType ?? ""}": send application/x-protobuf or application/json`;
  return refused("content_type", reason);
}
