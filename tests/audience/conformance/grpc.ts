import { SIGNALS } from "../../../src/telemetry/signal.ts";
import type { Case, ShownElsewhere } from "./case.ts";
import { SAMPLES } from "./samples.ts";
import { expectLines, TRANSPORTS } from "./wire.ts";

/** What is asked of gRPC alone; what holds for every transport is with the others. */

/** 49 */
export const grpcIsAsHttp: Case = {
  holds: "the three services, with and without gzip, write the lines that HTTP writes",
  async test(at) {
    for (const signal of SIGNALS) {
      for (const transport of TRANSPORTS) {
        for (const gzip of [undefined, "gzip"] as const) {
          const bytes = transport.encode(signal, SAMPLES[signal]);
          await expectLines(at, { transport, signal, bytes, ...(gzip ? { gzip } : {}) }, [SAMPLES[signal]]);
        }
      }
    }
  },
};

/** 50 */
export const grpcRefuses: ShownElsewhere = {
  holds: "too long is 8, noise 3, an unknown method, signal or encoding 12, and deadlines are kept",
  file: "tests/audience/grpc.test.ts",
  names: "is refused, and the connection goes on",
};

/** 53 */
export const realClientIsTheSame: ShownElsewhere = {
  holds: "the real client over three protocols, with and without gzip, writes the same lines but for ids and times",
  file: "tests/e2e/protocols.test.ts",
  names: "the same lines",
};
