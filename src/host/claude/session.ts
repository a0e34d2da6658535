import { parseSessionId, type SessionId, terminalSessionId } from "../../kernel/ids.ts";
import type { Env } from "../../kernel/paths.ts";

/** The agent session that Claude Code names to every shell that it starts; `undefined` outside of Claude Code. */
export function hostSession(env: Env): SessionId | undefined {
  return parseSessionId(env["CLAUDE_CODE_SESSION_ID"] ?? "");
}

/**
 * The agent session that a command runs in: the host names it in the environment of every shell it starts; a terminal
 * without a host has one session a project.
 */
export function agentSession(env: Env, project: string): SessionId {
  return hostSession(env) ?? terminalSessionId(project);
}
