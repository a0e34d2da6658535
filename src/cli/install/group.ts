import type { CommandTable } from "../command.ts";

/** The installation. */
export const INSTALL = {
  setup: {
    summary: "Set up an agent to use masque",
    group: {
      claude: {
        summary: "Add masque's commands, hooks, status line and telemetry to Claude Code",
        load: () => import("./setup-claude.ts").then((m) => m.setupClaudeCommand),
      },
    },
  },
  doctor: {
    summary: "Check the installation, and show a fix for each problem",
    load: () => import("./doctor.ts").then((m) => m.doctorCommand),
  },
  config: {
    summary: "Show masque's settings, where each value comes from, and how to change it",
    load: () => import("./config.ts").then((m) => m.configCommand),
  },
  demo: {
    summary: "Play one recorded session in a temporary home, and score it",
    load: () => import("./demo.ts").then((m) => m.demoCommand),
  },
  version: {
    summary: "Print the version of masque",
    load: () => import("./version.ts").then((m) => m.versionCommand),
  },
} as const satisfies CommandTable;
