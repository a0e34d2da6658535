import { unixMs } from "../../kernel/clock.ts";
import { type SessionId, terminalSessionId } from "../../kernel/ids.ts";
import { LIMITS } from "../../kernel/limits.ts";
import { printableLine } from "../../kernel/text/printable.ts";
import type { World } from "../../kernel/world.ts";
import { readState } from "../../session/session-file.ts";
import { startOf } from "../../session/state.ts";
import type { Edges } from "../edges.ts";

type StatusWorld = World & Pick<Edges, "host">;

const MINUTE_MS = 60_000;
/** Up to here minutes say more than hours. */
const MINUTES_MAX = 120;

/**
 * The status line: the line that the user had before, then what this session wears. A line that fails is left out and
 * reported, and the other line is still shown.
 *
 * @param stdin Claude Code's JSON. For any other text the environment names the session.
 * @param former The user's own command, or `null`.
 * @returns Lines without a newline at the end; empty where there is nothing to show.
 */
export async function statusline(
  world: StatusWorld,
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

function wornLine(world: StatusWorld, stdin: string): string {
  const { session, project } = world.host.readStatus(stdin);
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

/** What is worn, in one short line: `Codesmith 0.2.0 · 12 min`. */
export function statusText(worn: {
  readonly name: string;
  readonly version: string;
  readonly sinceMs: number;
}): string {
  return printableLine(`${worn.name} ${worn.version} · ${durationText(worn.sinceMs)}`);
}

function durationText(ms: number): string {
  const minutes = Math.max(0, Math.floor(ms / MINUTE_MS));
  return minutes < MINUTES_MAX ? `${minutes} min` : `${Math.floor(minutes / 60)} h`;
}
