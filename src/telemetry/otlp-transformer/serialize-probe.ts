import { JsonLogsSerializer, ProtobufLogsSerializer } from "@opentelemetry/otlp-transformer";
import { resourceFromAttributes } from "@opentelemetry/resources";
import { type EncodedProbe, PROBE_SCOPE, type Probe } from "../probe.ts";

const NANOS_PER_SECOND = 1_000_000_000n;

/**
 * A probe as one OTLP export request, in both encodings, as the JavaScript exporters send them.
 *
 * @source otlp-transformer 0.223.1, JsonLogsSerializer and ProtobufLogsSerializer.
 */
export function serializeProbe({ id, unixNano, transport }: Probe): EncodedProbe {
  const time: [number, number] = [Number(unixNano / NANOS_PER_SECOND), Number(unixNano % NANOS_PER_SECOND)];
  const record = {
    hrTime: time,
    hrTimeObserved: time,
    body: PROBE_SCOPE,
    attributes: { "masque.doctor.id": id, "masque.doctor.transport": transport },
    droppedAttributesCount: 0,
    resource: resourceFromAttributes({ "service.name": "masque" }),
    instrumentationScope: { name: PROBE_SCOPE },
  };
  const json = JsonLogsSerializer.serializeRequest([record]);
  const protobuf = ProtobufLogsSerializer.serializeRequest([record]);
  if (!json || !protobuf) throw new TypeError("otlp-transformer serialised a probe to nothing");
  return { json, protobuf };
}
