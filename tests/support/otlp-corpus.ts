import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { decodeJson } from "../../src/telemetry/json/decode.ts";
import { type Canonical, type Message, REQUESTS } from "../../src/telemetry/message.ts";
import { LEVELS, messagesAt } from "../../src/telemetry/records.ts";
import { SIGNALS, type Signal } from "../../src/telemetry/signal.ts";
import { arbitraryMessage } from "./arbitrary-otlp.ts";
import { CHECKOUT } from "./binary.ts";

/** Export requests to damage: recorded ones and any that the protocol allows. */

const FIXTURES = join(CHECKOUT, "tests/fixtures/telemetry");
const GENERATED_PER_SIGNAL = 200;

/** An export request in canonical form. */
export type ExportRequest = { readonly signal: Signal; readonly request: Canonical };

/** Requests of logs as a client's own encoder wrote them, each as one line. */
export function sentLines(): string[] {
  const files = readdirSync(FIXTURES, { recursive: true, encoding: "utf8" }).filter((name) =>
    /-logs\.json$/.test(name),
  );
  return files.sort().map((name) => JSON.stringify(JSON.parse(readFileSync(join(FIXTURES, name), "utf8"))));
}

/** Those that real clients sent. */
export function recordedRequests(): ExportRequest[] {
  const files = readdirSync(FIXTURES, { recursive: true, encoding: "utf8" }).filter((name) => /-\w+\.json$/.test(name));
  return files.sort().map((name) => {
    const signal = SIGNALS.find((one) => name.includes(`-${one}.`));
    if (!signal) throw new Error(`No signal is named by "${name}"`);
    return { signal, request: decodeJson(REQUESTS[signal], readFileSync(join(FIXTURES, name))).request };
  });
}

/** Each record of a request as a request of its own. */
export function singleRequests({ signal, request }: ExportRequest): ExportRequest[] {
  const { resources, scopes, items } = LEVELS[signal];
  return messagesAt(request, resources).flatMap((resource) =>
    messagesAt(resource, scopes).flatMap((scope) =>
      messagesAt(scope, items).map((item) => ({
        signal,
        request: { [resources]: [{ ...resource, [scopes]: [{ ...scope, [items]: [item] }] }] },
      })),
    ),
  );
}

/** Requests of any shape that the protocol allows, the same for one seed. */
export function generatedRequests(seed: number): ExportRequest[] {
  return SIGNALS.flatMap((signal) => {
    const message: Message = REQUESTS[signal];
    return fc.sample(arbitraryMessage(message), { seed, numRuns: GENERATED_PER_SIGNAL }).map((request) => ({
      signal,
      request,
    }));
  });
}
