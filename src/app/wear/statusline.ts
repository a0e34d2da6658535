import { readStatusPayload, statusText } from "../../host/claude/statusline.ts";
import { unixMs } from "../../kernel/clock.ts";
import { type SessionId, terminalSessionId } from "../../kernel/ids.ts";
import { LIMITS } from "../../kernel/limits.ts";
import type { World } from "../../kernel/world.ts";
import { readState } from "../../session/session-file.ts";
import { startOf } from "../../session/state.ts";

/**
 * The host's status line: the line that the user had before, then what this session wears. What cannot be known is left
 * out and reported, so that neither line ever costs the other.
 *
 * @param stdin The host's JSON; anything else says nothing, and the environment decides.
 * @param former The user's own command, or `null`.
 * @returns Lines without a newline at the end; empty when there is nothing to say.
 */
export async function statusline(
  world: World,
  stdin: string,
  { former, report }: { former: string | null; report: (error: unknown) => void },
): Promise<string> {
  const lines: string[] = [];
  for (const line of [() => formerLine(world, stdin, former), () => wornLine(world, stdin)]) {
    try {
      lines.push(await line());
    } catch (error) {
      report(error);
    }
  }
  return lines.filter((line) => line !== "").join("\n");
}

function wornLine(world: World, stdin: string): string {
  const { session, project } = readStatusPayload(stdin);
  const { worn } = readState(world.paths.sessions, session ?? sessionIn(world, project)).state;
  if (!worn) return "";
  const sinceMs = unixMs(world.clock.nowUnixNano() - BigInt(startOf(worn)));
  return statusText({ name: worn.name, version: worn.version, sinceMs });
}

/** The session where the payload names none. */
function sessionIn(world: World, project: string | null): SessionId {
  const { id, isHosted } = world.agentSession();
  return isHosted || project === null ? id : terminalSessionId(project);
}

async function formerLine(world: World, stdin: string, former: string | null): Promise<string> {
  if (former === null) return "";
  const { formerStatusline } = await import("../../host/former-statusline.ts");
  const bounds = { waitMs: LIMITS.formerStatuslineWaitMs, bytesMax: LIMITS.formerStatuslineBytesMax };
  const shown = await formerStatusline(former, stdin, { env: world.env, cwd: world.cwd, ...bounds });
  return shown.replace(/\n+$/, "");
}
