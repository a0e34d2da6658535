import type { Clock } from "./clock.ts";
import type { SessionId } from "./ids.ts";
import type { Env, Paths } from "./paths.ts";

/** One of the process's two output streams. */
export type Output = {
  /** Writes text for people and programs; GitHub's runner finds no command in it. */
  write(text: string): void;
  /** Writes text byte for byte where it goes into a file, such as a page; otherwise the same as {@link Output.write}. */
  writeDocument(text: string): void;
  /** Writes commands that GitHub's runner must follow; the caller has escaped every foreign text in them. */
  writeCommands(text: string): void;
  readonly isTerminal: boolean;
  /** Columns of the terminal, 80 where there is none. */
  readonly columns: number;
  /** Whether colour is wanted: a terminal without `NO_COLOR`, or `FORCE_COLOR`. */
  readonly color: boolean;
};

/** What the process writes and reads. Data goes to `stdout`, messages for people go to `stderr`. */
export type Io = {
  readonly stdout: Output;
  readonly stderr: Output;
  /** Whether standard input is a terminal, so that a person can be asked. */
  readonly canAsk: boolean;
  /**
   * All of standard input as text, at most `bytesMax` bytes.
   *
   * @throws {MasqueError} `cli.usage` when there is more.
   */
  readStdin(bytesMax: number): Promise<string>;
  /** Standard input as it arrives, for input that is too large for memory. */
  stdinChunks(): AsyncIterable<Uint8Array>;
};

/** A variable of the environment that does not count here, and the value that is used instead. */
export type IgnoredVariable = { readonly name: string; readonly value: string; readonly used: string | undefined };

/** The agent session that a command runs in. */
export type AgentSession = {
  readonly id: SessionId;
  /** Whether the agent program named the session; else it is the one of all terminals in this project. */
  readonly isHosted: boolean;
};

/** Everything that a use case may know of the machine, as values. Tests build their own. */
export type World = {
  readonly env: Env;
  /** What a repository's settings put into the environment; `env` is without it. */
  readonly ignoredEnv: readonly IgnoredVariable[];
  readonly cwd: string;
  readonly paths: Paths;
  /** The project's root folder: see {@link projectRoot}. */
  readonly project: string;
  /** The agent session that this process runs in: found out when it is first asked for, and once. */
  agentSession(): AgentSession;
  readonly clock: Clock;
  readonly io: Io;
  /** The process that started this one: for a hook, Claude Code. */
  readonly parentPid: number;
  /** The command line that starts this program again, without arguments. */
  readonly program: readonly string[];
  /**
   * Aborted when the process is asked to end. Only a command that has work to finish calls this: then the first signal aborts and a
   * second one ends the process at once. Every other command ends at the first signal.
   */
  stopSignal(): AbortSignal;
  /** A fresh random UUID. */
  newId(): string;
};
