/** Lines of telemetry as hosts and masque write them, for tests that need sessions of their own making. */

/** How an exporter writes what OTLP/JSON leaves open: the collector's canonical form, or JavaScript's numbers. */
export type Shape = "canonical" | "javascript";

/** An attribute's value; a whole number is an integer, as the JavaScript exporter decides. */
export type Value = string | number | boolean;

/** One log record. */
export type LoggedRecord = {
  readonly unixNano: bigint;
  readonly body: string;
  readonly attributes: Readonly<Record<string, Value>>;
  /** Which of the two times carries it: a reader takes `observedTimeUnixNano` where the other is 0 or absent. */
  readonly timeIn?: "time" | "observed" | "observed, time 0" | "none";
};

/** 2026-11-22T12:00:00Z, from which tests count. */
export const NOON_UNIX_NANO = 1_795_348_800_000_000_000n;

/** One export request of a host's events. */
export function hostLine(records: readonly LoggedRecord[], shape: Shape = "canonical"): string {
  return line("com.anthropic.claude_code.events", records, shape);
}

/** One don or doff as a line. */
export function markLine(
  kind: "don" | "doff",
  of: {
    session: string;
    masqueSession: string;
    unixNano: bigint;
    name?: string;
    digest?: string;
    project?: string;
    reason?: string;
  },
  shape: Shape = "javascript",
): string {
  const attributes = {
    "session.id": of.session,
    "masque.session.id": of.masqueSession,
    "masque.name": of.name ?? "Codesmith",
    "masque.version": "0.2.0",
    "masque.digest": of.digest ?? `sha256:${"0".repeat(64)}`,
    ...(of.reason === undefined ? {} : { "masque.reason": of.reason }),
    ...(of.project === undefined ? {} : { "masque.project": of.project }),
  };
  return line("masque", [{ unixNano: of.unixNano, body: `masque.${kind}`, attributes }], shape);
}

function line(scope: string, records: readonly LoggedRecord[], shape: Shape): string {
  const logRecords = records.map((record) => ({
    ...timesOf(record),
    body: { stringValue: record.body },
    attributes: Object.entries(record.attributes).map(([key, value]) => ({ key, value: anyValue(value, shape) })),
    ...(shape === "javascript" ? { droppedAttributesCount: 0 } : {}),
  }));
  return JSON.stringify({
    resourceLogs: [{ resource: { attributes: [] }, scopeLogs: [{ scope: { name: scope }, logRecords }] }],
  });
}

function timesOf({ unixNano, timeIn = "time" }: LoggedRecord): Record<string, string> {
  if (timeIn === "none") return {};
  if (timeIn === "observed") return { observedTimeUnixNano: `${unixNano}` };
  if (timeIn === "observed, time 0") return { timeUnixNano: "0", observedTimeUnixNano: `${unixNano}` };
  // A receiver's clock runs later: it must not be read where the event has its own time.
  return { timeUnixNano: `${unixNano}`, observedTimeUnixNano: `${unixNano + 1_000_000n}` };
}

function anyValue(value: Value, shape: Shape): Record<string, Value> {
  if (typeof value === "string") return { stringValue: value };
  if (typeof value === "boolean") return { boolValue: value };
  if (!Number.isInteger(value)) return { doubleValue: value };
  return { intValue: shape === "canonical" ? `${value}` : value };
}
