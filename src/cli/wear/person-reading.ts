import type { Deps } from "../../deps.ts";

/** Whether a person reads what don and doff print. Under Claude Code, and in a pipe, an agent or a program does. */
export function isPersonReading({ io, agentSession }: Pick<Deps, "io" | "agentSession">): boolean {
  return !agentSession().isHosted && io.stdout.isTerminal;
}
