import type { CommandTable } from "../command.ts";

/** What a session wears. */
export const WEAR = {
  don: {
    summary: "Put on a masque",
    load: () => import("./don.ts").then((m) => m.donCommand),
  },
  doff: {
    summary: "Take the masque off, and show the session's score",
    load: () => import("./doff.ts").then((m) => m.doffCommand),
  },
  id: {
    summary: "Show what this session wears",
    load: () => import("./id.ts").then((m) => m.idCommand),
  },
} as const satisfies CommandTable;

/** What Claude Code calls, and people never type. */
export const CALLED_BY_CLAUDE = {
  hook: {
    summary: "Claude Code runs this when a conversation starts or ends, and at each prompt",
    group: {
      "session-start": {
        summary: "Tell a conversation what it wears",
        load: () => import("./hook.ts").then((m) => m.sessionStartCommand),
      },
      prompt: {
        summary: "Open a span after a resume",
        load: () => import("./hook.ts").then((m) => m.promptCommand),
      },
      "session-end": {
        summary: "Close the span, and restore the spinner verbs",
        load: () => import("./hook.ts").then((m) => m.sessionEndCommand),
      },
      expand: {
        summary: "Keep what was typed after a slash command",
        load: () => import("./hook.ts").then((m) => m.expandCommand),
      },
    },
  },
  slash: {
    summary: "Run a slash command with what was typed after it",
    load: () => import("./slash.ts").then((m) => m.slashCommand),
  },
  statusline: {
    summary: "Print the status line",
    load: () => import("./statusline.ts").then((m) => m.statuslineCommand),
  },
} as const satisfies CommandTable;
