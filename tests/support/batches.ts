/** Export requests that say who they are: what was sent can be compared with what was written, byte for byte. */

const RECORDS = 3;
const FIRST_UNIX_NANO = 1_767_225_600_000_000_000n;
/** Long enough for the kernel to take a while over it, so that a kill can come in the middle. */
const LONG_BYTES = 3 * 1024 * 1024;
const SHORT_BYTES_MAX = 2_000;
const LONG_ONE_IN = 50;

/** The line that batch number `batch` becomes, and its body as OTLP-JSON: one text is both, for it is canonical. */
export function batchLine(batch: number): string {
  const bytes = batch % LONG_ONE_IN === LONG_ONE_IN - 1 ? LONG_BYTES : (batch * 7_919) % SHORT_BYTES_MAX;
  const logRecords = Array.from({ length: RECORDS }, (_, at) => ({
    timeUnixNano: `${FIRST_UNIX_NANO + BigInt(batch * RECORDS + at)}`,
    body: {
      stringValue: at === 0 ? `${batch} `.repeat(Math.ceil(bytes / `${batch} `.length)) : "claude_code.tool_result",
    },
    attributes: [{ key: "session.id", value: { stringValue: `batch-${batch}` } }],
  }));
  return JSON.stringify({ resourceLogs: [{ resource: {}, scopeLogs: [{ scope: {}, logRecords }] }] });
}

/**
 * Which batch a line is.
 *
 * @throws when it is not, byte for byte, the line of any.
 */
export function batchOfLine(line: string): number {
  const batch = Number(/"session\.id","value":\{"stringValue":"batch-(\d+)"/.exec(line)?.[1]);
  if (line !== batchLine(batch)) throw new Error(`No line of any batch: ${line.slice(0, 200)} … ${line.slice(-200)}`);
  return batch;
}
