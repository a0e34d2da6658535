import type { CommandTable } from "../command.ts";

/** The receiver of telemetry. */
export const AUDIENCE = {
  audience: {
    summary: "Receive Claude Code's telemetry on this machine",
    group: {
      start: {
        summary: "Start the receiver in the background",
        load: () => import("./start.ts").then((m) => m.audienceStartCommand),
      },
      stop: {
        summary: "Stop the receiver, once everything that it accepted is on disk",
        load: () => import("./stop.ts").then((m) => m.audienceStopCommand),
      },
      status: {
        summary: "Show whether the receiver runs, where it listens and what it has received",
        load: () => import("./status.ts").then((m) => m.audienceStatusCommand),
      },
      config: {
        summary: "Show or write the settings that make Claude Code send its telemetry here",
        load: () => import("./config.ts").then((m) => m.audienceConfigCommand),
      },
      logs: {
        summary: "Show the receiver's log",
        load: () => import("./logs.ts").then((m) => m.audienceLogsCommand),
      },
      run: {
        summary: "Run the receiver in the foreground",
        load: () => import("./run.ts").then((m) => m.audienceRunCommand),
      },
    },
  },
} as const satisfies CommandTable;
