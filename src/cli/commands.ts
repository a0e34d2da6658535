import type { Command } from "./command.ts";

/** The parts of the program's help, in its order. */
export const SECTIONS = {
  wear: "Wear a masque",
  masques: "Masques",
  audience: "Telemetry",
  judge: "Sessions and scores",
  install: "Setup",
  claude: "For Claude Code",
} as const;

/** How a command is found: what it does in a line, and its module, loaded only when it runs. */
export type CommandEntry = { readonly summary: string; readonly section?: keyof typeof SECTIONS } & (
  | { readonly load: () => Promise<Command> }
  | { readonly group: Readonly<Record<string, CommandEntry>> }
);

/** Every command of the binary, in the order that help shows them. */
export const COMMANDS = {
  don: {
    section: "wear",
    summary: "Put on a masque",
    load: () => import("./wear/don.ts").then((m) => m.donCommand),
  },
  doff: {
    section: "wear",
    summary: "Take the masque off, and show the session's score",
    load: () => import("./wear/doff.ts").then((m) => m.doffCommand),
  },
  id: {
    section: "wear",
    summary: "Show what this session wears",
    load: () => import("./wear/id.ts").then((m) => m.idCommand),
  },
  list: {
    section: "masques",
    summary: "List every masque",
    load: () => import("./masques/list.ts").then((m) => m.listCommand),
  },
  inspect: {
    section: "masques",
    summary: "Show one masque in full",
    load: () => import("./masques/inspect.ts").then((m) => m.inspectCommand),
  },
  tui: {
    section: "masques",
    summary: "Browse the masques on a full screen",
    load: () => import("./team/tui.ts").then((m) => m.tuiCommand),
  },
  new: {
    section: "masques",
    summary: "Create a masque of your own",
    load: () => import("./masques/new.ts").then((m) => m.newCommand),
  },
  validate: {
    section: "masques",
    summary: "Check masque files, and show where each problem is",
    load: () => import("./masques/validate.ts").then((m) => m.validateCommand),
  },
  schema: {
    section: "masques",
    summary: "Print the JSON Schema of masque files",
    load: () => import("./masques/schema.ts").then((m) => m.schemaCommand),
  },
  "sync-manifest": {
    section: "masques",
    summary: "Write the manifest of your private masques again",
    load: () => import("./masques/sync-manifest.ts").then((m) => m.syncManifestCommand),
  },
  audience: {
    section: "audience",
    summary: "Receive Claude Code's telemetry on this machine",
    group: {
      start: {
        summary: "Start the receiver in the background",
        load: () => import("./audience/start.ts").then((m) => m.audienceStartCommand),
      },
      stop: {
        summary: "Stop the receiver, once everything that it accepted is on disk",
        load: () => import("./audience/stop.ts").then((m) => m.audienceStopCommand),
      },
      status: {
        summary: "Show whether the receiver runs, where it listens and what it has received",
        load: () => import("./audience/status.ts").then((m) => m.audienceStatusCommand),
      },
      config: {
        summary: "Show or write the settings that make Claude Code send its telemetry here",
        load: () => import("./audience/config.ts").then((m) => m.audienceConfigCommand),
      },
      logs: {
        summary: "Show the receiver's log",
        load: () => import("./audience/logs.ts").then((m) => m.audienceLogsCommand),
      },
      run: {
        summary: "Run the receiver in the foreground",
        load: () => import("./audience/run.ts").then((m) => m.audienceRunCommand),
      },
    },
  },
  sessions: {
    section: "judge",
    summary: "List your sessions, with their scores",
    load: () => import("./judge/sessions.ts").then((m) => m.sessionsCommand),
  },
  performance: {
    section: "judge",
    summary: "Show how a session went, beside your other sessions",
    load: () => import("./judge/performance.ts").then((m) => m.performanceCommand),
  },
  judge: {
    section: "judge",
    summary: "Score sessions for programs, and be a gate in CI",
    load: () => import("./judge/judge.ts").then((m) => m.judgeCommand),
  },
  setup: {
    section: "install",
    summary: "Set up an agent to use masque",
    group: {
      claude: {
        summary: "Set up commands, hooks, status line and telemetry in Claude Code, or remove them",
        load: () => import("./install/setup-claude.ts").then((m) => m.setupClaudeCommand),
      },
    },
  },
  doctor: {
    section: "install",
    summary: "Check the whole installation, and show a fix for each problem",
    load: () => import("./install/doctor.ts").then((m) => m.doctorCommand),
  },
  demo: {
    section: "install",
    summary: "Play one recorded session in a temporary home, and score it",
    load: () => import("./install/demo.ts").then((m) => m.demoCommand),
  },
  version: {
    section: "install",
    summary: "Print the version of masque",
    load: () => import("./install/version.ts").then((m) => m.versionCommand),
  },
  hook: {
    section: "claude",
    summary: "Called when a conversation starts, prompts and ends",
    group: {
      "session-start": {
        summary: "Tell a conversation what it wears",
        load: () => import("./wear/hook.ts").then((m) => m.sessionStartCommand),
      },
      prompt: {
        summary: "Open a span after a resume",
        load: () => import("./wear/hook.ts").then((m) => m.promptCommand),
      },
      "session-end": {
        summary: "Close the span, and restore the spinner verbs",
        load: () => import("./wear/hook.ts").then((m) => m.sessionEndCommand),
      },
      expand: {
        summary: "Keep what was typed after a slash command, for `masque slash`",
        load: () => import("./wear/hook.ts").then((m) => m.expandCommand),
      },
    },
  },
  slash: {
    section: "claude",
    summary: "Run a slash command with what was typed after it",
    load: () => import("./wear/slash.ts").then((m) => m.slashCommand),
  },
  statusline: {
    section: "claude",
    summary: "Print the status line",
    load: () => import("./wear/statusline.ts").then((m) => m.statuslineCommand),
  },
} as const satisfies Readonly<Record<string, CommandEntry>>;

/** Every command as it is typed, such as `don` or `audience start`: tests hold a row for each. */
export type CommandPath = PathsOf<typeof COMMANDS>;

type PathsOf<Group> = {
  [Name in keyof Group & string]: Group[Name] extends { readonly group: infer Inner }
    ? `${Name} ${PathsOf<Inner>}`
    : Name;
}[keyof Group & string];
