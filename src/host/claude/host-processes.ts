import { readFileSync, readlinkSync } from "node:fs";
import { LIMITS } from "../../kernel/limits.ts";
import type { Env } from "../../kernel/paths.ts";
import { orUnseen } from "../../kernel/process/or-unseen.ts";
import { parentOf } from "../../kernel/process/process-identity.ts";

/** A Claude Code that this process descends from. */
export type HostAbove = {
  /** The environment that it was started with; `null` where the system does not say. */
  readonly host: Env | null;
  /** The environment of its child process that this process descends from; `null` where the system does not say. */
  readonly child: Env | null;
  /** Whether that child process is this one, as it is for a hook. */
  readonly isParent: boolean;
};

/** Claude Code's program, as npm, the installer and the editors name it. */
const PROGRAM = /(?:^|\/)claude(?:\.exe)?$|\/claude\/versions\/[^/]+$/;
/** Of a process whose file was replaced by an upgrade while it runs. */
const DELETED = / \(deleted\)$/;

/**
 * Each Claude Code among the ancestors of a process, the nearest first. No repository can put a process there. The search
 * ends at the first client that was not started by another client.
 *
 * @returns `null` where the ancestors cannot be seen: there is no `/proc`, or the process runs in a sandbox of Claude
 *   Code's that hides them.
 */
export function hostsAbove(pid: number): readonly HostAbove[] | null {
  const hosts: HostAbove[] = [];
  let child = pid;
  for (let steps = 0; steps < LIMITS.ancestorsMax; steps++) {
    const parent = parentOf(child);
    if (parent === undefined) break;
    if (isClaudeCode(parent)) {
      const env = environOf(child);
      // A person's own script of that name, which starts Claude Code, sets no mark.
      if (env === null || isMarked(env)) {
        const host = environOf(parent);
        hosts.push({ host, child: env, isParent: child === pid });
        if (host !== null && !isMarked(host)) return hosts;
      }
    }
    child = parent;
  }
  // The first process of a sandbox has inherited the mark; the machine's own first process has not.
  return child === pid || isMarked(environOf(child)) ? null : hosts;
}

/** Whether the system says what a process was started with. */
export function tellsWhatProcessesHave(): boolean {
  return environOf(process.pid) !== null;
}

/** The variable that Claude Code sets for all that it starts, whatever a settings file says (seen on 2.1.197 and 2.1.330). */
export const HOST_MARK = "CLAUDECODE";

function isMarked(env: Env | null): boolean {
  return env?.[HOST_MARK] !== undefined;
}

function isClaudeCode(pid: number): boolean {
  if (orUnseen(() => readFileSync(`/proc/${pid}/comm`, "utf8"))?.trim() === "claude") return true;
  return PROGRAM.test((orUnseen(() => readlinkSync(`/proc/${pid}/exe`)) ?? "").replace(DELETED, ""));
}

/** The environment that a process was started with; what the process changed since is not there. */
function environOf(pid: number): Env | null {
  const text = orUnseen(() => readFileSync(`/proc/${pid}/environ`, "utf8"));
  if (text === undefined) return null;
  const env: Record<string, string> = Object.create(null);
  for (const entry of text.split("\0")) {
    const equals = entry.indexOf("=");
    if (equals > 0) env[entry.slice(0, equals)] = entry.slice(equals + 1);
  }
  return env;
}
