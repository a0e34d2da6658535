import { describe, expect, test } from "bun:test";
import { cpSync, existsSync, mkdirSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { dateTimeText } from "../../src/cli/print/time-text.ts";
import { segmentName } from "../../src/telemetry/file-names.ts";
import { runReceiver } from "../support/killable-receiver.ts";
import { succeeded } from "../support/process.ts";
import { hostLine, markLine } from "../support/telemetry-lines.ts";
import { type Terminal, terminal } from "../support/terminal.ts";

/** The compiled receiver drops old telemetry that no judge ever saw: what was in it stays scorable. */

const RUN_MS_MAX = 60_000;
const DAY_MS = 86_400_000;
const SECOND = 1_000_000_000n;
const OLD_MS = Date.now() - 100 * DAY_MS;
const OLD = segmentName("logs", OLD_MS);
const YOUNG_MS = OLD_MS + 50 * DAY_MS;
const YOUNG = segmentName("logs", YOUNG_MS);
const AT = BigInt(OLD_MS) * 1_000_000n - 3_600n * SECOND;

let sequence = 0;
function work(session: string, second: number): string {
  const unixNano = AT + BigInt(second) * SECOND;
  const attributes = (more: object) => ({
    "session.id": session,
    "event.sequence": sequence++,
    "prompt.id": "p",
    ...more,
  });
  return `${hostLine([
    { unixNano, body: "claude_code.api_request", attributes: attributes({ cost_usd: 0.01, input_tokens: 7 }) },
    { unixNano: unixNano + 1n, body: "claude_code.tool_result", attributes: attributes({ success: second % 2 === 0 }) },
  ])}\n`;
}

/**
 * A segment that is too old, one that is not and is of one session more, and dons: in a session of both segments, and in
 * one of each. `s-bare` is a session without a mark. The younger segment is by far the longer one: when most of the
 * telemetry is too old, it is looked at twice.
 */
function capture({ otel }: Terminal): void {
  mkdirSync(otel, { recursive: true });
  const old = [work("s-old", 0), work("s-old", 90), work("s-both", 100), work("s-bare", 120), work("s-old", 200)];
  const young = [work("s-both", 3_600), work("s-young", 3_700), "\n".repeat(10_000)];
  for (const [name, unixMs, lines] of [
    [OLD, OLD_MS, old],
    [YOUNG, YOUNG_MS, young],
  ] as const) {
    writeFileSync(join(otel, name), lines.join(""));
    utimesSync(join(otel, name), new Date(unixMs), new Date(unixMs));
  }
  const don = (session: string, second: number) =>
    markLine("don", { session, masqueSession: `m${session.slice(1)}`, unixNano: AT + BigInt(second) * SECOND });
  const dons = [don("s-old", -10), don("s-both", 50), don("s-young", 3_690)];
  writeFileSync(join(otel, "masque.jsonl"), dons.map((line) => `${line}\n`).join(""));
}

/** Runs the receiver until it has dropped what is too old, and answers what it said. */
async function dropOld(me: Terminal): Promise<string> {
  // Unpacks the library, which takes as long as the disk likes; of the history it sees nothing.
  succeeded(await me.masque(["judge", "--update"], { MASQUE_DATA_DIR: join(me.root, "elsewhere") }));
  const receiver = runReceiver(me.env);
  try {
    await receiver.url;
    const deadline = performance.now() + RUN_MS_MAX / 2;
    while (existsSync(join(me.otel, OLD)) && performance.now() < deadline) await Bun.sleep(20);
    expect(existsSync(join(me.otel, OLD))).toBe(false);
  } finally {
    await receiver.end("SIGTERM");
  }
  return receiver.log();
}

async function json(me: Terminal, ...args: string[]) {
  return JSON.parse(succeeded(await me.masque([...args, "--json"])).stdout);
}

describe("retention", () => {
  test(
    "keeps every score of what it drops before any judge has run",
    async () => {
      using me = terminal();
      using other = terminal();
      capture(me);
      cpSync(dirname(me.otel), dirname(other.otel), { recursive: true });
      const log = await dropOld(me);
      expect(log).toContain(`dropped "${OLD}"`);
      expect(log).not.toContain("could not read");
      for (const session of ["s-old", "s-both", "s-bare", "m-both", "s-young"]) {
        const scored = await json(me, "judge", "--session", session);
        expect(scored).toEqual(await json(other, "judge", "--session", session));
        expect(scored.stats.total_tools).toBeGreaterThan(0);
      }
      expect(await json(me, "judge", "--all")).toEqual(await json(other, "judge", "--all"));
    },
    RUN_MS_MAX,
  );

  test(
    "drops all the same where the judge cannot read, and then says who is gone, when, and what keeps the next ones",
    async () => {
      using me = terminal();
      capture(me);
      const store = join(dirname(me.otel), "judge");
      writeFileSync(store, "a file where the folder should be");
      expect(await dropOld(me)).toContain("its sessions may not be scored any more: Cannot write");
      const status = await me.masque(["audience", "status", "--json"]);
      const { dropped } = JSON.parse(status.stdout);
      expect(dropped).toMatchObject({ files: { age: 1 }, unjudged: 1, records: { logs: 10 } });
      expect(dropped).not.toHaveProperty("session_ids");
      expect((await me.masque(["audience", "status"])).stdout).toContain("1 before the judge could read them");
      rmSync(store);
      for (const [command, session] of [
        ["judge", "s-old"],
        ["judge", "m-old"],
        ["performance", "s-old"],
      ] as const) {
        const empty = await me.masque([command, "--session", session]);
        expect(empty.exit).toBe(3);
        expect(empty.stderr).toContain("retention (audience.retentionDays) dropped its logs on");
      }
      const bare = await me.masque(["judge", "--session", "s-bare"]);
      expect(bare).toMatchObject({ exit: 3, stdout: "" });
      expect(bare.stderr).toContain(
        `no session has that id, and retention dropped logs from ${dateTimeText(dropped.oldest)} to ${dateTimeText(dropped.newest)}`,
      );
      const partly = await me.masque(["judge", "--session", "s-both"]);
      expect(partly).toMatchObject({ exit: 0, stdout: expect.stringContaining("m-both") });
      expect(partly.stderr).toContain('scores may be incomplete for session "s-both"');
      for (const line of [
        ["--session", "s-young"],
        ["--session", "s-both", "--quiet"],
      ])
        expect(await me.masque(["judge", ...line])).toMatchObject({ exit: 0, stderr: "" });
      rmSync(join(me.otel, YOUNG));
      rmSync(store, { recursive: true, force: true });
      for (const session of ["s-old", "m-old"]) {
        const gone = await me.masque(["judge", "--session", session]);
        expect(gone).toMatchObject({ exit: 3, stdout: "" });
        expect(gone.stderr).toContain(
          `Cannot judge session "${session}": retention (audience.retentionDays) dropped its logs on ${dateTimeText(dropped.last_dropped)}, before the judge had read them`,
        );
        expect(gone.stderr).toContain(
          "hint: the logs cannot be restored; a higher audience.retentionDays keeps the next ones longer",
        );
      }
    },
    RUN_MS_MAX,
  );

  test(
    "is reported as the cause if the store was deleted after the judge had read what was dropped",
    async () => {
      using me = terminal();
      capture(me);
      await dropOld(me);
      const store = join(dirname(me.otel), "judge");
      rmSync(store, { recursive: true });
      for (const command of ["judge", "performance"]) {
        const empty = await me.masque([command, "--session", "s-old"]);
        expect(empty.stderr).toContain("retention (audience.retentionDays) dropped its logs on");
        const none = await me.masque([command, "--session", "s-none"]);
        expect(none).toMatchObject({ exit: 3, stderr: expect.not.stringContaining("retention") });
      }
      rmSync(join(me.otel, YOUNG));
      rmSync(store, { recursive: true });
      for (const command of ["judge", "performance"]) {
        const { exit, stderr } = await me.masque([command, "--session", "s-old"]);
        expect(exit).toBe(3);
        expect(stderr).toContain("the judge had read them, but its store no longer has them");
      }
    },
    RUN_MS_MAX,
  );
});
