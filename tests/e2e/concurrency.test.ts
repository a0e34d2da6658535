import { expect, test } from "bun:test";
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { MASQUE_BINARY, requireFreshBinary } from "../support/binary.ts";
import type { RecordedEvent } from "../support/masque-events.ts";
import { told } from "../support/process.ts";
import { seededRandom } from "../support/random.ts";
import { testSeed } from "../support/seed.ts";
import { type Terminal, terminal } from "../support/terminal.ts";

/** A hundred agents in one project, some of them killed at any line: nothing is lost, torn or recorded twice. */

const CEILING_MS = 240_000;
const AGENTS = 100;
const VICTIM_EVERY = 10;
/** Killing happens between a process's first instruction and some time after its last. */
const KILL_AFTER_MS_MAX = 600;

test(
  "100 concurrent dons and doffs, ten of them killed: every state is whole, every event is on record once, and nothing is left in the project",
  async () => {
    requireFreshBinary();
    using me = terminal();
    const random = seededRandom(testSeed());
    const agents = Array.from({ length: AGENTS }, (_, index) => ({
      env: { ...me.env, CLAUDE_CODE_SESSION_ID: `agent-${String(index).padStart(3, "0")}` },
      killAfterMs: index % VICTIM_EVERY === 0 ? random.whole(KILL_AFTER_MS_MAX) : null,
    }));
    await Promise.all(agents.map((agent) => (agent.killAfterMs === null ? donAndDoff(me, agent) : killed(me, agent))));
    const files = readdirSync(join(me.home, ".local/share/masque/sessions")).filter((name) => name.endsWith(".json"));
    expect(files.length).toBeGreaterThanOrEqual(AGENTS - AGENTS / VICTIM_EVERY);
    for (const { env } of agents) {
      expect(await me.masque(["id"], env)).toMatchObject({ exit: 3, stderr: "" });
    }
    const claude = join(me.project, ".claude");
    expect(existsSync(claude) ? readdirSync(claude) : []).toEqual([]);
    const events = me.events();
    const bySession = Map.groupBy(events, ({ session }) => session);
    for (const { env, killAfterMs } of agents) {
      const own = bySession.get(env.CLAUDE_CODE_SESSION_ID) ?? [];
      if (killAfterMs === null) expect(own.map(({ kind }) => kind)).toEqual(["don", "doff"]);
      else expect(["", "don", "don doff"]).toContain(own.map(({ kind }) => kind).join(" "));
      expect(new Set(own.map(({ masqueSession }) => masqueSession)).size).toBeLessThanOrEqual(1);
    }
    expect(new Set(events.map(key)).size).toBe(events.length);
  },
  CEILING_MS,
);

type Agent = { readonly env: Readonly<Record<string, string>>; readonly killAfterMs: number | null };

async function donAndDoff(me: Terminal, { env }: Agent): Promise<void> {
  for (const args of [
    ["don", "codesmith", "one of many"],
    ["doff", "--no-score"],
  ]) {
    const finished = await me.masque(args, env);
    if (finished.exit !== 0)
      throw new Error(`${args.join(" ")} as ${env["CLAUDE_CODE_SESSION_ID"]}: ${told(finished)}`);
  }
}

/** Dons and is killed, then takes off whatever came of it. */
async function killed(me: Terminal, { env, killAfterMs }: Agent): Promise<void> {
  const child = Bun.spawn([MASQUE_BINARY, "don", "codesmith"], {
    cwd: me.project,
    env: { ...env },
    stdio: ["ignore", "ignore", "ignore"],
  });
  const timer = setTimeout(() => child.kill("SIGKILL"), killAfterMs ?? 0);
  await child.exited;
  clearTimeout(timer);
  const after = await me.masque(["doff", "--no-score"], env);
  // 3 where the kill came before anything was worn.
  if (after.exit !== 0 && after.exit !== 3) throw new Error(`doff after a kill: ${told(after)}`);
}

function key(event: RecordedEvent): string {
  return `${event.kind} ${event.masqueSession} ${event.unixNano}`;
}
