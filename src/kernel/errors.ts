/**
 * Outcomes return, failures throw. A failure is a {@link MasqueError} whose code decides the exit status; everything
 * else that reaches `main.ts` is a bug of masque's, and exits 70 with its stack.
 */

/** Exit statuses that scripts build on: see docs/cli.md. */
export const EXIT = { ok: 0, failed: 1, invalid: 2, absent: 3, below: 4, bug: 70 } as const;

/** One of the documented exit statuses. */
export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

const EXIT_BY_CODE = {
  "cli.unknown-command": EXIT.invalid,
  "cli.unknown-flag": EXIT.invalid,
  "cli.usage": EXIT.invalid,
  "config.invalid": EXIT.invalid,
  "don.cancelled": EXIT.failed,
  "file.unwritable": EXIT.failed,
  "file.unreadable": EXIT.failed,
  "file.exists": EXIT.invalid,
  "folder.unsafe": EXIT.failed,
  "lock.timeout": EXIT.failed,
  "library.unavailable": EXIT.failed,
  "lint.unknown-rule": EXIT.absent,
  "masque.not-found": EXIT.absent,
  "masque.invalid": EXIT.invalid,
  "masque.name": EXIT.invalid,
  "masque.too-large": EXIT.invalid,
  "masque.block-too-large": EXIT.invalid,
  "masque.exists": EXIT.invalid,
  "new.cancelled": EXIT.failed,
  "edit.in-session": EXIT.failed,
  "edit.no-editor": EXIT.failed,
  "edit.editor-failed": EXIT.failed,
  "masque.fork-failed": EXIT.failed,
  "masque.pin-damaged": EXIT.failed,
  "session.nothing-worn": EXIT.absent,
  "session.unreadable": EXIT.failed,
  "telemetry.write-failed": EXIT.failed,
  "host.settings-invalid": EXIT.invalid,
  "host.payload-invalid": EXIT.invalid,
  "host.nothing-typed": EXIT.failed,
  "audience.port-taken": EXIT.failed,
  "audience.folder-taken": EXIT.failed,
  "audience.runs-elsewhere": EXIT.failed,
  "audience.not-running": EXIT.absent,
  "audience.start-failed": EXIT.failed,
  "audience.unresponsive": EXIT.failed,
  "audience.config-taken": EXIT.failed,
  "audience.no-log": EXIT.absent,
  "audience.login-unsupported": EXIT.failed,
  "audience.login-foreign": EXIT.failed,
  "judge.query-failed": EXIT.failed,
  "judge.logs-missing": EXIT.absent,
  "judge.logs-unreadable": EXIT.failed,
  "judge.transcript": EXIT.invalid,
  "judge.nothing-to-score": EXIT.absent,
  "judge.ambiguous": EXIT.invalid,
  "trial.cases-invalid": EXIT.invalid,
  "trial.cases-missing": EXIT.absent,
  "trial.nothing-to-decide": EXIT.invalid,
  "trial.declined": EXIT.failed,
  "trial.no-promptfoo": EXIT.failed,
  "trial.failed": EXIT.failed,
  "export.folder-taken": EXIT.invalid,
  "tui.no-terminal": EXIT.invalid,
  "demo.stopped": EXIT.failed,
  "setup.declined": EXIT.failed,
  "setup.outdated": EXIT.failed,
} as const satisfies Record<string, ExitCode>;

/** What went wrong, for programs: stable, dotted, `area.reason`. */
export type ErrorCode = keyof typeof EXIT_BY_CODE;

/** What a person can do next: a command for a shell, advice, or both. */
export type WhatNext = { readonly try?: string | undefined; readonly hint?: string | undefined };

/**
 * A failure that a person can act on. The message says what was tried, the value in quotes, a colon, and what was found.
 * What to do next is a command, some advice, or both.
 */
export class MasqueError extends Error {
  readonly code: ErrorCode;
  /** A command that can be pasted into a shell. */
  readonly try: string | undefined;
  /** Advice, where no single command is the fix. */
  readonly hint: string | undefined;
  /** Text shown below the message without a change, such as a code frame. */
  readonly detail: string | undefined;

  constructor(
    code: ErrorCode,
    message: string,
    more: WhatNext & { readonly detail?: string | undefined; readonly cause?: unknown } = {},
  ) {
    super(message, more.cause === undefined ? undefined : { cause: more.cause });
    this.name = "MasqueError";
    this.code = code;
    this.try = more.try;
    this.hint = more.hint;
    this.detail = more.detail;
  }

  /** The exit status of a process that ends on this failure. */
  get exit(): ExitCode {
    return EXIT_BY_CODE[this.code];
  }
}

/** What to do next as one line without labels, for a place that has a label of its own; `undefined` where nothing is known. */
export function adviceOf({ try: command, hint }: WhatNext): string | undefined {
  return [command, hint].filter(Boolean).join("; ") || undefined;
}

/** What to do next as lines for a person: `try: masque list`, `hint: shorten the lens`. Empty where nothing is known. */
export function whatNextLines({ try: command, hint }: WhatNext): string[] {
  return [...(command ? [`try: ${command}`] : []), ...(hint ? [`hint: ${hint}`] : [])];
}

/** The `code` of a system error such as `ENOENT`, or `undefined` for any other value. */
export function errnoOf(error: unknown): string | undefined {
  if (!(error instanceof Error) || !("code" in error)) return undefined;
  return typeof error.code === "string" ? error.code : undefined;
}
