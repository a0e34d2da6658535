import { join } from "node:path";
import type { SessionId } from "../kernel/ids.ts";
import type { SlashCommand } from "../kernel/slash-commands.ts";
import type { Json } from "../kernel/text/json.ts";
import type { AgentSession, World } from "../kernel/world.ts";
import type { PlannedSetup } from "./setup/plan.ts";

/**
 * What masque needs of an agent program, such as Claude Code. Each program has a folder beside this file, with an
 * `adapter.ts` that exports its `Host`; `src/deps.ts` chooses one, and nothing else outside the folder imports from it.
 *
 * What every command may ask is here as functions. What few commands need is opened by a thunk, so that `masque id`
 * loads none of it.
 */
export type Host = {
  /** The name of the folder with its code and of its folder in the data folder: `claude`. */
  readonly id: string;
  /** The name that people know: `Claude Code`. */
  readonly name: string;
  /** The agent session that the program names in the environment of all that it starts; outside it, the terminal's. */
  agentSession(world: Pick<World, "env" | "project">): AgentSession;
  readonly hooks: HostHooks;
  /** Reads what the program writes to the standard input of a status line; what is not a payload says nothing. */
  readStatus(stdin: string): StatusPayload;
  /** The texts that masque may have added to a conversation, newest first; none where the transcript is not there. */
  transcriptTexts(path: string): Iterable<string>;
  /** Opens what reads a session's transcript for what it shows of the answer and the tools. */
  transcriptReader(): Promise<TranscriptReader>;
  /** Shows a masque's verbs while the agent works. */
  spinner(): Promise<HostSpinner>;
  /** The environment to start the program with, so that it sends its telemetry to the target. */
  telemetryEnv(target: TelemetryTarget): Readonly<Record<string, string>>;
  /** The user's own settings file. */
  settingsFile(world: HostWorld): string;
  /** Plans what is written into the program's files. */
  setup(): Promise<HostSetup>;
  /** Looks at what the program's files hold now. */
  inspection(): Promise<HostInspection>;
};

/** What reading an agent program's files needs to know of the machine. */
export type HostWorld = Pick<World, "env" | "paths" | "project">;

/** What a program says to its hooks, and how it is answered. A reader answers `null` for what is not its event. */
export type HostHooks = {
  readSessionStart(stdin: string): SessionStartPayload | null;
  readPrompt(stdin: string): PromptPayload | null;
  readSessionEnd(stdin: string): SessionEndPayload | null;
  /** Also `null` for a slash command that is not masque's. */
  readExpansion(stdin: string): ExpansionPayload | null;
  /** What a hook prints so that a text joins the conversation. */
  contextAnswer(event: "SessionStart" | "UserPromptSubmit", text: string): string;
  /** What the expansion hook prints so that a text is shown to the person, and the model is not asked. */
  personAnswer(text: string): string;
  /**
   * Whether the command that is about to be expanded is masque's, and not one of the user's own with the same name.
   *
   * @throws {MasqueError} `file.unreadable`, `host.settings-invalid`: the command's file cannot be read.
   */
  isOwnCommand(world: HostWorld, typed: Pick<ExpansionPayload, "command" | "origin">): Promise<boolean>;
  /** Whether another installation runs the same hooks here, so that a text of both would be there twice. */
  isRunByPlugin(world: HostWorld): Promise<boolean>;
};

/** Why a conversation starts; `other` for what masque does not know. */
export type SessionSource = "startup" | "resume" | "clear" | "compact" | "fork" | "other";

/**
 * What a transcript shows of a session. A file that is not the program's own transcript is the answer as text, and says
 * nothing of tools.
 */
export type TranscriptReading = {
  /** The agent session that it is of, where the file says so. */
  readonly session: string | null;
  /** The final answer, where there is one. */
  readonly answer: string | null;
  /** The tools that were called; `null` where they are not known. */
  readonly toolsUsed: ReadonlySet<string> | null;
};

/**
 * Reads a transcript; what is older than `sinceMs` (since 1970) is left out.
 *
 * @throws {MasqueError} `judge.transcript`
 */
export type TranscriptReader = (path: string, sinceMs: number | null) => TranscriptReading;

/** What every hook's payload carries. */
export type HookPayload = {
  readonly session: SessionId;
  /** The file of the conversation, which may not be there yet. */
  readonly transcriptPath: string | null;
};

/** A person sent a prompt. */
export type PromptPayload = HookPayload & {
  /** The prompt's id, where the program gives it one. */
  readonly promptId: string | null;
  /** Whether the prompt is a slash command. */
  readonly isCommand: boolean;
};

/** A conversation starts. */
export type SessionStartPayload = HookPayload & { readonly source: SessionSource };

/** A conversation ends: `isClear` when the program goes on with an empty one. */
export type SessionEndPayload = HookPayload & { readonly isClear: boolean };

/**
 * A person typed a slash command with the name of one of masque's. Of the same name in `user` or `project`, the folders of
 * the user and of the project, there may be a command of the user's own.
 */
export type ExpansionPayload = HookPayload & {
  readonly command: SlashCommand;
  readonly words: string;
  readonly origin: "plugin" | "user" | "project" | "other";
};

/** What the program says to a status line; each may be missing. */
export type StatusPayload = { readonly session: SessionId | null; readonly project: string | null };

/** Verbs as a masque brings them. */
export type ShownVerbs = { readonly mode: "replace" | "append" | "prepend"; readonly verbs: readonly string[] };

/** The verbs that the program shows while the agent works. */
export type HostSpinner = {
  /**
   * Shows `verbs` in a project, or the user's own for `null`. The caller holds a lock of the project's.
   *
   * @param record What the last call saved.
   * @param saveRecord Puts the new record on disk; called before the program's settings change, and after a restore.
   * @returns Warnings for people: settings that cannot be edited stop no don.
   */
  show(
    project: string,
    record: Json,
    verbs: ShownVerbs | null,
    saveRecord: (record: Json) => Promise<void>,
  ): Promise<readonly string[]>;
  /** Whether a record is one that `show` saved, and means nothing but the verbs. */
  isRecord(record: Json): boolean;
};

/** The protocols of OTLP exporters. */
export const TELEMETRY_PROTOCOLS = ["http/protobuf", "http/json", "grpc"] as const;

/** One of those protocols. */
export type TelemetryProtocol = (typeof TELEMETRY_PROTOCOLS)[number];

/** Where telemetry goes, and how much of it. */
export type TelemetryTarget = {
  /** Base URL of the receiver's port for that protocol. */
  readonly endpoint: string;
  readonly protocol: TelemetryProtocol;
  /** Also record tools' inputs and the real names of commands, skills and plugins. */
  readonly withToolDetails: boolean;
  /** What the receiver asks of its senders; empty when nothing. */
  readonly token: string;
};

/** Whom a setup is for: all of the user's projects, or one. */
export type SetupScope = "user" | "project";

/** Setting up: everything that the program needs to work with masque, or its telemetry alone. Planning touches nothing. */
export type HostSetup = {
  /** @throws {MasqueError} `host.settings-invalid`, `file.unreadable` */
  plan(world: World, wanted: { readonly scope: SetupScope; readonly target: TelemetryTarget }): PlannedSetup;
  /** What takes a setup out again. Throws as `plan`. */
  planUndo(world: World, scope: SetupScope): PlannedSetup;
  /** What puts {@link Host.telemetryEnv} into the user's own settings. Throws as `plan`. */
  planTelemetry(world: HostWorld, env: Readonly<Record<string, string>>): PlannedTelemetry;
  /** What takes that out again. Throws as `plan`. */
  planTelemetryUndo(world: HostWorld): PlannedSetup;
};

/** The plan, and the first value in the way that someone else has set. */
export type PlannedTelemetry = { readonly planned: PlannedSetup; readonly foreign: ForeignValue | null };

/** A value that the settings have already; a credential's `found` is `…`. */
export type ForeignValue = { readonly name: string; readonly found: string };

/** What the program's files hold. Each look throws `file.unreadable` for itself alone. */
export type HostInspection = {
  /** The settings files that are there, and whether the program can read them. */
  settingsFiles(world: HostWorld): readonly { readonly path: string; readonly isReadable: boolean }[];
  hooks(world: HostWorld): HooksFound;
  /** Where the program would send its telemetry. */
  telemetry(world: HostWorld): TelemetryState;
  /** Variables of telemetry in the project's settings, where they have no effect. */
  ignoredTelemetry(world: HostWorld): readonly { readonly path: string; readonly names: readonly string[] }[];
  /** A slash command of an earlier masque that puts what a person types into a shell. */
  unsafeCommand(world: HostWorld): { readonly path: string; readonly scope: SetupScope } | null;
};

/** masque's hooks as the program would run them. */
export type HooksFound = {
  /** Each event that masque listens to, and how often its hook would run. */
  readonly events: readonly { readonly event: string; readonly runs: number }[];
  /** Whether slash commands can run, which need a hook. */
  readonly hasExpansion: boolean;
  /** The programs that they start. */
  readonly programs: readonly string[];
  readonly isFromPlugin: boolean;
};

/** Where telemetry would go. */
export type TelemetryState =
  | { readonly kind: "off"; readonly because: string }
  | {
      readonly kind: "on";
      readonly protocol: TelemetryProtocol;
      readonly endpoint: string;
      /** The variable that names the endpoint; `null` where it is the default. */
      readonly variable: string | null;
    };

/** Where masque keeps what concerns an agent program: `<data>/host/claude`. */
export function hostFolder({
  paths,
  host,
}: {
  paths: Pick<HostWorld["paths"], "host">;
  host: Pick<Host, "id">;
}): string {
  return join(paths.host, host.id);
}
