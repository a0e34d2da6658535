import type { CommandTable } from "../command.ts";

/** Sessions and their scores. */
export const JUDGE = {
  sessions: {
    summary: "List your sessions, with their scores",
    load: () => import("./sessions.ts").then((m) => m.sessionsCommand),
  },
  performance: {
    summary: "Show how a session went, beside your other sessions",
    load: () => import("./performance.ts").then((m) => m.performanceCommand),
  },
  judge: {
    summary: "Print scores for scripts and CI, and fail when one is below a limit",
    load: () => import("./judge.ts").then((m) => m.judgeCommand),
  },
} as const satisfies CommandTable;
