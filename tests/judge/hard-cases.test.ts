import { afterAll, expect, test } from "bun:test";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { openJudge } from "../../src/judge/duckdb/open-judge.ts";
import { referenceScoresOf } from "../support/reference-score.ts";
import { hostLine, type LoggedRecord, markLine, NOON_UNIX_NANO, type Value } from "../support/telemetry-lines.ts";
import { temporaryFolder } from "../support/temp-folder.ts";

/** Where the definition is easily read otherwise: each case counted by hand, judge and reference held against that. */

const folder = temporaryFolder();
const judge = await openJudge({ libraries: folder.path, judge: folder.path });
afterAll(() => {
  judge.close();
  folder[Symbol.dispose]();
});

const at = (second: number) => NOON_UNIX_NANO + BigInt(Math.round(second * 1000)) * 1_000_000n;

function event(body: string, second: number, more: Record<string, Value>, timeIn?: LoggedRecord["timeIn"]) {
  const record = { unixNano: at(second), body: `claude_code.${body}`, attributes: { "session.id": "s", ...more } };
  return timeIn === undefined ? record : { ...record, timeIn };
}

const tool = (second: number, more: Record<string, Value> = {}, timeIn?: LoggedRecord["timeIn"]) =>
  event("tool_result", second, { "prompt.id": "p1", "event.sequence": 1, success: "true", ...more }, timeIn);
const request = (second: number, more: Record<string, Value> = {}) =>
  event("api_request", second, { "prompt.id": "p1", "event.sequence": 1, cost_usd: 0.5, ...more });
const prompt = (second: number, id: string, command?: string) =>
  event("user_prompt", second, {
    "prompt.id": id,
    "event.sequence": 2,
    ...(command === undefined ? {} : { command_name: command }),
  });
const don = (second: number, masqueSession: string) =>
  markLine("don", { session: "s", masqueSession, unixNano: at(second) });
const doff = (second: number, masqueSession: string, reason?: string) => {
  const why = reason === undefined ? {} : { reason };
  return markLine("doff", { session: "s", masqueSession, unixNano: at(second), ...why });
};

/** What was counted by hand: by masque session, `baseline` for none. Minutes are what was active, before the floor. */
type Counted = Readonly<Record<string, { n: number; ok?: number; p?: number; min?: number; cost?: number | null }>>;

const CASES: readonly (readonly [string, { logs: readonly LoggedRecord[]; marks?: readonly string[] }, Counted])[] = [
  [
    "an event at a span's first nanosecond is in it, at its end behind it",
    { logs: [tool(60), request(180), tool(240), request(300)], marks: [don(60, "a"), doff(240, "a")] },
    { a: { n: 1, p: 1, min: 2, cost: 0.5 }, baseline: { n: 1, p: 1, min: 1, cost: 0.5 } },
  ],
  [
    "a doff before any don closes nothing",
    { logs: [tool(30), tool(90)], marks: [doff(20, "a"), don(60, "a")] },
    { a: { n: 1, p: 1 }, baseline: { n: 1, p: 1 } },
  ],
  [
    "a don within its own masque session parts its pauses, and the session goes on",
    { logs: [tool(60), tool(120), tool(240), tool(300)], marks: [don(60, "a"), don(180, "a"), doff(360, "a")] },
    { a: { n: 4, p: 1, min: 2 } },
  ],
  [
    "of dons at one time the last in the file wears, and a doff that lies before it closes the one before",
    { logs: [tool(60), tool(61)], marks: [don(60, "a"), doff(60, "a"), don(60, "b"), don(60, "c")] },
    { a: { n: 0 }, b: { n: 0 }, c: { n: 2, p: 1 } },
  ],
  [
    "a doff after a don of the same time closes that don",
    { logs: [tool(30), tool(60), tool(90)], marks: [don(0, "a"), don(60, "b"), doff(60, "a")] },
    { a: { n: 1, p: 1 }, b: { n: 0 }, baseline: { n: 2, p: 1, min: 0.5 } },
  ],
  [
    "of two that differ in an attribute alone the first counts",
    {
      logs: [tool(60, { success: "false" }), tool(60), request(60), request(60, { cost_usd: 9 })],
      marks: [don(0, "a")],
    },
    { a: { n: 1, ok: 0, p: 1, cost: 0.5 } },
  ],
  [
    "a resume begins the sequence again: what differs in its time is another event",
    { logs: [tool(60), tool(120), tool(1200)], marks: [don(0, "a")] },
    { a: { n: 3, p: 1, min: 6 } },
  ],
  [
    "no sequence is one whether it is absent or empty, and 3 is 3.0",
    {
      logs: [
        ...[{ success: "true" }, { success: "true", "event.sequence": "" }].map((more) =>
          event("tool_result", 1, more),
        ),
        ...[3, "3", "3.0"].map((sequence) => tool(2, { "event.sequence": sequence })),
      ],
    },
    { baseline: { n: 2, p: 1 } },
  ],
  [
    "an event without time is baseline, makes no pause, and is counted once",
    { logs: [tool(60), tool(0, {}, "none"), tool(0, {}, "none"), tool(120)], marks: [don(0, "a")] },
    { a: { n: 2, p: 1, min: 1 }, baseline: { n: 1, p: 1 } },
  ],
  [
    "the time of observation is used where the time is 0",
    { logs: [tool(60, {}, "observed"), tool(120, {}, "observed, time 0")], marks: [don(0, "a"), doff(120, "a")] },
    { a: { n: 1, p: 1 }, baseline: { n: 1, p: 1 } },
  ],
  [
    "subagents work in their session, whatever numbers they give",
    {
      logs: [tool(60, { "agent.id": "x" }), tool(61, { "agent.id": "y" }), tool(61, { "event.sequence": 2 })],
      marks: [don(0, "a")],
    },
    { a: { n: 3, p: 1 } },
  ],
  [
    "the don's own prompt is left out by time, not by the file's order, and its cost stays",
    {
      logs: [tool(120), request(60, { "prompt.id": "p0" }), request(180, { "prompt.id": "p0" })],
      marks: [don(0, "a")],
    },
    { a: { n: 1, p: 1, min: 0, cost: 1 } },
  ],
  [
    "prompts are those of user_prompt only where no action has an id",
    { logs: [event("user_prompt", 1, {}), event("user_prompt", 2, {}), event("tool_result", 3, { success: "TRUE" })] },
    { baseline: { n: 1, p: 2 } },
  ],
  [
    "a don's and a doff's own prompts cost what they cost, count nowhere else, and make no baseline",
    {
      logs: [
        prompt(9, "d", "masques:don"),
        request(20, { "prompt.id": "d" }),
        prompt(60, "p1"),
        request(70),
        tool(80),
        prompt(90, "q", "masques:doff"),
        request(110, { "prompt.id": "q" }),
      ],
      marks: [don(10, "a"), doff(100, "a", "user")],
    },
    { a: { n: 1, p: 1, min: 1 / 6, cost: 1.5 } },
  ],
  [
    "asking masque something in the middle of a pause leaves the pause as it was",
    {
      logs: [tool(60), prompt(360, "q", "id"), request(361, { "prompt.id": "q" }), tool(1260)],
      marks: [don(0, "a")],
    },
    { a: { n: 2, p: 1, min: 5, cost: 0.5 } },
  ],
  [
    "a command of masque's, inside a session or outside, is not a prompt, in any form",
    {
      logs: [
        ...[prompt(5, "b1", "id"), request(6, { "prompt.id": "b1" }), tool(7, { "prompt.id": "b2" })],
        ...[prompt(20, "a1", "masques:list"), request(21, { "prompt.id": "a1" }), tool(22, { "prompt.id": "a2" })],
        ...[prompt(30, "a3", "compact"), request(31, { "prompt.id": "a3" })],
      ],
      marks: [don(10, "a")],
    },
    { a: { n: 1, p: 2, min: 9 / 60, cost: 1 }, baseline: { n: 1, p: 1, min: 0, cost: 0.5 } },
  ],
  [
    "a prompt that names a command of masque's and works with tools is work",
    {
      logs: [
        ...[prompt(9, "d", "don"), request(20, { "prompt.id": "d" }), tool(30, { "prompt.id": "d" })],
        ...[prompt(90, "q", "doff"), request(110, { "prompt.id": "q" }), tool(111, { "prompt.id": "q" })],
      ],
      marks: [don(10, "a"), doff(100, "a", "user")],
    },
    { a: { n: 1, p: 1, min: 1 / 6, cost: 0.5 }, baseline: { n: 1, p: 1, min: 1 / 60, cost: 0.5 } },
  ],
  [
    "where the command's name is withheld, the last prompt before a don or doff is known by its place",
    {
      logs: [
        ...[prompt(1, "w", "custom"), tool(2, { "prompt.id": "w" })],
        ...[prompt(9, "d", "custom"), request(20, { "prompt.id": "d" }), tool(30), prompt(90, "q")],
        request(110, { "prompt.id": "q" }),
      ],
      marks: [don(10, "a"), doff(100, "a", "user")],
    },
    { a: { n: 1, p: 1, min: 0, cost: 1 }, baseline: { n: 1, p: 1 } },
  ],
  [
    "the host's own exit belongs to no prompt: what was asked before it counts",
    {
      logs: [prompt(20, "p1"), request(21), prompt(90, "p2"), request(91, { "prompt.id": "p2" })],
      marks: [don(10, "a"), doff(100, "a", "exit")],
    },
    { a: { n: 0, p: 2, min: 7 / 6, cost: 1 } },
  ],
  [
    "a switch's own prompt counts where its requests lie, in what it puts on",
    {
      logs: [
        ...[
          prompt(1, "x"),
          prompt(20, "p1"),
          tool(30),
          prompt(59, "s", "masques:don"),
          request(70, { "prompt.id": "s" }),
        ],
        tool(80, { "prompt.id": "p2" }),
      ],
      marks: [don(10, "a"), doff(60, "a", "switch"), don(60, "b")],
    },
    { a: { n: 1, p: 1 }, b: { n: 1, p: 1, min: 0, cost: 0.5 } },
  ],
  [
    "prompts without an id are left out by their place too",
    {
      logs: [
        ...[1, 20, 30, 90].map((second) => event("user_prompt", second, { "event.sequence": 2 })),
        event("tool_result", 40, { success: "true" }),
      ],
      marks: [don(10, "a"), doff(100, "a", "user")],
    },
    { a: { n: 1, p: 2 } },
  ],
  [
    "a doff's own prompt makes no pause in the baseline either, and is moved from the doff's nanosecond on",
    {
      logs: [
        ...[prompt(90, "q", "masques:doff"), request(100, { "prompt.id": "q" }), request(110, { "prompt.id": "q" })],
        ...[prompt(129, "p5"), tool(130, { "prompt.id": "p5" }), tool(140, { "prompt.id": "p5" })],
      ],
      marks: [don(10, "a"), doff(100, "a", "user")],
    },
    { a: { n: 0, min: 0, cost: 1 }, baseline: { n: 2, p: 1, min: 1 / 6 } },
  ],
  [
    "a prompt of the don's very nanosecond lies in the session, and is not what came before the don",
    { logs: [prompt(10, "p1"), request(20), tool(30, { "prompt.id": "p2" })], marks: [don(10, "a")] },
    { a: { n: 1, p: 2, min: 1 / 6, cost: 0.5 } },
  ],
  [
    "an older event that arrives last is where its time says",
    { logs: [tool(240), tool(180), tool(30), tool(120)], marks: [don(100, "a"), doff(200, "a")] },
    { a: { n: 2, p: 1, min: 1 }, baseline: { n: 2, p: 1 } },
  ],
  [
    "a second doff parts nothing: the baseline goes on",
    { logs: [tool(90), tool(150)], marks: [don(0, "a"), doff(60, "a"), doff(120, "a")] },
    { a: { n: 0 }, baseline: { n: 2, p: 1, min: 1 } },
  ],
];

test.each(CASES)("%s", async (name, { logs, marks = [] }, counted) => {
  const lines = [hostLine(logs)];
  const sources = {
    logs: [join(folder.path, `${name.slice(0, 40)}.jsonl`)],
    marks: [join(folder.path, `${name.slice(0, 40)}-marks.jsonl`)],
  };
  writeFileSync(sources.logs[0] ?? "", lines.join("\n"));
  writeFileSync(sources.marks[0] ?? "", marks.join("\n"));
  const { scorecards } = await judge.score({ kind: "all" }, sources);
  for (const cards of [scorecards, referenceScoresOf(lines, marks)]) {
    const found = cards.map(({ masque_session, stats, active_min }) => [
      masque_session ?? "baseline",
      {
        n: stats["total_tools"],
        ok: stats["tools_ok"],
        p: stats["prompts"],
        min: active_min,
        cost: stats["total_cost"],
      },
    ]);
    expect(Object.fromEntries(found)).toEqual(
      Object.fromEntries(
        Object.entries(counted).map(([key, { n, ok = n, p = 0, min = n === 0 ? null : 0, cost = null }]) => [
          key,
          { n, ok, p, min: min === null ? null : expect.closeTo(Math.max(0.1, min), 9), cost },
        ]),
      ),
    );
  }
});

test("numbers so large that a sum would overflow are absent, and change no other session", async () => {
  const logs = [request(1, { cost_usd: 1.7e308 }), request(2, { cost_usd: -1.7e308, input_tokens: "1e301" }), tool(3)];
  const sources = {
    logs: [join(folder.path, "large.jsonl")],
    marks: [join(folder.path, "none.jsonl")],
  };
  writeFileSync(sources.logs[0] ?? "", hostLine([...logs, request(4, { cost_usd: 1.7e308 }), request(5)]));
  const { scorecards } = await judge.score({ kind: "all" }, sources);
  expect(scorecards.map(({ stats }) => [stats.total_cost, stats.input_tokens])).toEqual([[0.5, null]]);
});
