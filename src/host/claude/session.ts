import { parseSessionId, terminalSessionId } from "../../kernel/ids.ts";
import type { AgentSession, World } from "../../kernel/world.ts";

/**
 * The agent session that a command runs in: Claude Code names its session in the environment of every shell that it starts.
 * A terminal outside Claude Code has one session for each project.
 */
export function agentSessionOf({ env, project }: Pick<World, "env" | "project">): AgentSession {
  const named = parseSessionId(env["CLAUDE_CODE_SESSION_ID"] ?? "");
  return named ? { id: named, isHosted: true } : { id: terminalSessionId(project), isHosted: false };
}
