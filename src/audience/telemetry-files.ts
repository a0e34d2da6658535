import { join } from "node:path";
import { MasqueError } from "../kernel/errors.ts";
import { SIGNALS, type Signal } from "../telemetry/otlp.ts";
import { LineWriter } from "./line-writer.ts";
import type { Append } from "./receive.ts";
import type { ReceiverLog } from "./receiver-log.ts";

/** The files of captured telemetry, one a signal, while a receiver writes them. */
export type TelemetryFiles = {
  readonly append: Readonly<Record<Signal, Append>>;
  /** Waits for what was appended, then lets go of the files. */
  close(): Promise<void>;
};

/** Where a signal's lines lie in the folder of captured telemetry. */
export function signalFile(otel: string, signal: Signal): string {
  return join(otel, `${signal}.jsonl`);
}

/** Opens them for appending; the log is told when writing begins to fail and when it works again. */
export function openTelemetryFiles(otel: string, log: ReceiverLog): TelemetryFiles {
  const writers = { logs: open("logs"), metrics: open("metrics"), traces: open("traces") };
  return {
    append: { logs: appendTo("logs"), metrics: appendTo("metrics"), traces: appendTo("traces") },
    async close() {
      for (const signal of SIGNALS) await writers[signal].close();
    },
  };

  function open(signal: Signal): LineWriter {
    const path = signalFile(otel, signal);
    return new LineWriter(path, (torn) => {
      const what = torn.kind === "cut" ? `what was never acknowledged is now in "${torn.movedTo}"` : "it was added";
      log.say(`the last line of "${path}" lacked its newline: ${what}`);
    });
  }

  function appendTo(signal: Signal): Append {
    return async (lines) => {
      try {
        await writers[signal].append(lines);
      } catch (error) {
        if (error instanceof MasqueError) log.failsToWrite(error.message);
        throw error;
      }
      log.writes();
    };
  }
}
