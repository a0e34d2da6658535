import type { Command } from "./command.ts";

/** How a command is found: what it does in a line, and its module, loaded only when it runs. */
export type CommandEntry =
  | { readonly summary: string; readonly load: () => Promise<Command> }
  | { readonly summary: string; readonly group: Readonly<Record<string, CommandEntry>> };

/** Every command of the binary, in the order that help shows them. */
export const COMMANDS = {
  don: { summary: "Put on a masque", load: () => import("./don.ts").then((m) => m.donCommand) },
  doff: {
    summary: "Take it off, and see how the session went",
    load: () => import("./doff.ts").then((m) => m.doffCommand),
  },
  id: {
    summary: "Say what is worn, since when, and whether its file is newer",
    load: () => import("./id.ts").then((m) => m.idCommand),
  },
  list: { summary: "Show every masque there is", load: () => import("./list.ts").then((m) => m.listCommand) },
  inspect: {
    summary: "Show one masque in full",
    load: () => import("./inspect.ts").then((m) => m.inspectCommand),
  },
  performance: {
    summary: "Show how a session went: scores as bars, the trend, the comparison",
    load: () => import("./performance.ts").then((m) => m.performanceCommand),
  },
  sessions: {
    summary: "List your sessions, with their scores",
    load: () => import("./sessions.ts").then((m) => m.sessionsCommand),
  },
  judge: {
    summary: "Score sessions from their telemetry, as YAML",
    load: () => import("./judge.ts").then((m) => m.judgeCommand),
  },
  validate: {
    summary: "Check masque files, with what is wrong and where",
    load: () => import("./validate.ts").then((m) => m.validateCommand),
  },
  new: { summary: "Begin a masque of your own", load: () => import("./new.ts").then((m) => m.newCommand) },
  schema: {
    summary: "Print the JSON Schema of masque files",
    load: () => import("./schema.ts").then((m) => m.schemaCommand),
  },
  "sync-manifest": {
    summary: "Regenerate the manifest of your private masques",
    load: () => import("./sync-manifest.ts").then((m) => m.syncManifestCommand),
  },
  tui: { summary: "Browse the catalog on a full screen", load: () => import("./tui.ts").then((m) => m.tuiCommand) },
  audience: {
    summary: "Receive the host's telemetry, on this machine",
    group: {
      start: {
        summary: "Start the receiver in the background",
        load: () => import("./audience-start.ts").then((m) => m.audienceStartCommand),
      },
      stop: {
        summary: "Stop it, once what it was sent is on disk",
        load: () => import("./audience-stop.ts").then((m) => m.audienceStopCommand),
      },
      status: {
        summary: "Say whether it runs, where, and what it has seen",
        load: () => import("./audience-status.ts").then((m) => m.audienceStatusCommand),
      },
      config: {
        summary: "Show, or write, what makes the host send its telemetry here",
        load: () => import("./audience-config.ts").then((m) => m.audienceConfigCommand),
      },
      logs: {
        summary: "Show what the receiver says of itself",
        load: () => import("./audience-logs.ts").then((m) => m.audienceLogsCommand),
      },
      run: {
        summary: "Receive in the foreground, until stopped",
        load: () => import("./audience-run.ts").then((m) => m.audienceRunCommand),
      },
    },
  },
  doctor: {
    summary: "Look at everything that must be right, and post a record through the receiver",
    load: () => import("./doctor.ts").then((m) => m.doctorCommand),
  },
  demo: {
    summary: "Play one whole session in a temporary home, and score it",
    load: () => import("./demo.ts").then((m) => m.demoCommand),
  },
  hook: {
    summary: "What the host calls as a conversation starts, prompts and ends",
    group: {
      "session-start": {
        summary: "Say again what the conversation wears",
        load: () => import("./hook.ts").then((m) => m.sessionStartCommand),
      },
      prompt: {
        summary: "Open a span after a resume",
        load: () => import("./hook.ts").then((m) => m.promptCommand),
      },
      "session-end": {
        summary: "Close the span, and put the host's own verbs back",
        load: () => import("./hook.ts").then((m) => m.sessionEndCommand),
      },
      expand: {
        summary: "Keep what was typed after a slash command for `masque slash`",
        load: () => import("./hook.ts").then((m) => m.expandCommand),
      },
    },
  },
  slash: {
    summary: "Run a slash command of Claude Code, with what was typed after it",
    load: () => import("./slash.ts").then((m) => m.slashCommand),
  },
  statusline: {
    summary: "Say in one line what is worn, beneath the host's prompt",
    load: () => import("./statusline.ts").then((m) => m.statuslineCommand),
  },
  setup: {
    summary: "Wire masque into a host",
    group: {
      claude: {
        summary: "Wire commands, hooks, status line and telemetry into Claude Code, or take them out",
        load: () => import("./setup-claude.ts").then((m) => m.setupClaudeCommand),
      },
    },
  },
} as const satisfies Readonly<Record<string, CommandEntry>>;

/** Every command as it is typed, such as `don` or `audience start`: tests hold a row for each. */
export type CommandPath = PathsOf<typeof COMMANDS>;

type PathsOf<Group> = {
  [Name in keyof Group & string]: Group[Name] extends { readonly group: infer Inner }
    ? `${Name} ${PathsOf<Inner>}`
    : Name;
}[keyof Group & string];
