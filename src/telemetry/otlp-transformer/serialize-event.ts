import type { LogAttributes } from "@opentelemetry/api-logs";
import { JsonLogsSerializer } from "@opentelemetry/otlp-transformer";
import { resourceFromAttributes } from "@opentelemetry/resources";
import { MASQUE_SCOPE, type MasqueEvent } from "../masque-event.ts";

const NANOS_PER_SECOND = 1_000_000_000n;

/**
 * One don or doff as one OTLP export request.
 *
 * @returns The JSON line without its newline, in the JavaScript exporter's variant of OTLP-JSON, which readers accept.
 * @source otlp-transformer 0.223.1, JsonLogsSerializer. Attributes: docs/files.md.
 */
export function serializeEvent(event: MasqueEvent): string {
  const time = hrTime(BigInt(event.unixNano));
  const bytes = JsonLogsSerializer.serializeRequest([
    {
      hrTime: time,
      hrTimeObserved: time,
      body: `masque.${event.kind}`,
      attributes: attributesOf(event),
      droppedAttributesCount: 0,
      resource: resourceFromAttributes({ "service.name": MASQUE_SCOPE }),
      instrumentationScope: { name: MASQUE_SCOPE },
    },
  ]);
  if (!bytes) throw new TypeError("otlp-transformer serialised a don or doff to nothing");
  return new TextDecoder().decode(bytes);
}

function attributesOf(event: MasqueEvent): LogAttributes {
  return {
    "session.id": event.session,
    "masque.session.id": event.masqueSession,
    "masque.name": event.name,
    "masque.version": event.version,
    "masque.digest": event.digest,
    "masque.source": event.source,
    ...(event.category === undefined ? {} : { "masque.category": event.category }),
    "masque.project": event.project,
    ...(event.kind === "doff" ? { "masque.reason": event.reason } : {}),
  };
}

/** Seconds and nanoseconds, the JavaScript API's pair: exact where one number of nanoseconds would be rounded. */
function hrTime(unixNano: bigint): [seconds: number, nanos: number] {
  return [Number(unixNano / NANOS_PER_SECOND), Number(unixNano % NANOS_PER_SECOND)];
}
