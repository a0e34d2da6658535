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
];
