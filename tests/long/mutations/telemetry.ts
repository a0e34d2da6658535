import type { Mutation } from "./mutation.ts";

/** OTLP in, lines out. */
export const TELEMETRY: readonly Mutation[] = [
  {
    fault: "negative integers become large ones",
    file: "src/telemetry/int64-text.ts",
    find: `if (high < 0x8000_0000) return uint64Text(high, low);`,
    replace: `if (high >= 0) return uint64Text(high, low);`,
    tests: ["telemetry/decode.test.ts"],
  },
  {
    fault: "the digits of a large integer lose their zeros",
    file: "src/telemetry/int64-text.ts",
    find: `.padStart(BILLION_DIGITS, "0")`,
    replace: "",
    tests: ["telemetry/decode.test.ts"],
  },
  {
    fault: "a masque's own records lack the session",
    file: "src/telemetry/otlp-transformer/serialize-event.ts",
    find: `"session.id": event.session,`,
    replace: "",
    tests: ["session/session-file.test.ts", "e2e/conversation.test.ts"],
  },
  {
    fault: "the text of a severity is read from another field",
    file: "src/telemetry/schema.ts",
    find: `severityText: set(3, "string")`,
    replace: `severityText: set(13, "string")`,
    tests: ["telemetry/wire-numbers.test.ts"],
  },
  {
    fault: "a record's two times change places on the wire",
    file: "src/telemetry/schema.ts",
    find: `    timeUnixNano: set(1, "fixed64"),
    observedTimeUnixNano: set(11, "fixed64"),`,
    replace: `    timeUnixNano: set(11, "fixed64"),
    observedTimeUnixNano: set(1, "fixed64"),`,
    tests: ["telemetry/wire-numbers.test.ts"],
  },
  {
    fault: "a span's start and end change places on the wire",
    file: "src/telemetry/schema.ts",
    find: `    startTimeUnixNano: set(7, "fixed64"),
    endTimeUnixNano: set(8, "fixed64"),`,
    replace: `    startTimeUnixNano: set(8, "fixed64"),
    endTimeUnixNano: set(7, "fixed64"),`,
    tests: ["telemetry/wire-numbers.test.ts"],
  },
  {
    fault: "a histogram's bounds and counts change places on the wire",
    file: "src/telemetry/schema.ts",
    find: `    bucketCounts: repeated(6, "fixed64"),
    explicitBounds: repeated(7, "double"),`,
    replace: `    bucketCounts: repeated(7, "fixed64"),
    explicitBounds: repeated(6, "double"),`,
    tests: ["telemetry/wire-numbers.test.ts"],
  },
  {
    fault: "the name of an event is read from another field",
    file: "src/telemetry/schema.ts",
    find: `eventName: set(12, "string"),`,
    replace: `eventName: set(14, "string"),`,
    tests: ["telemetry/wire-numbers.test.ts"],
  },
];
