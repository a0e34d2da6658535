import { expect, test } from "bun:test";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { hostLine, type LoggedRecord, markLine, NOON_UNIX_NANO } from "../support/telemetry-lines.ts";
import { testDeps } from "../support/test-deps.ts";

/** What a score is made of, from telemetry to `masque performance --json`. */

const MINUTE = 60_000_000_000n;
let sequence = 0;

function event(minutes: number, body: string, attributes: LoggedRecord["attributes"]): LoggedRecord {
  const all = { "session.id": "s-1", "event.sequence": sequence++, ...attributes };
  return { unixNano: NOON_UNIX_NANO + BigInt(minutes) * MINUTE, body: `claude_code.${body}`, attributes: all };
}
const tool = (minutes: number, tool_name: string, success: string, prompt: string) =>
  event(minutes, "tool_result", { tool_name, success, "prompt.id": prompt });
const request = (minutes: number, cost_usd: number, prompt: string) =>
  event(minutes, "api_request", { cost_usd, input_tokens: 10, "prompt.id": prompt });

test("performance --json tells the tools that failed and the prompts that cost most, of this session alone", async () => {
  await using world = testDeps();
  const { otel } = world.deps.paths;
  mkdirSync(otel, { recursive: true });
  const worn = [
    tool(11, "Bash", "false", "p-1"),
    tool(11, "Bash", "true", "p-1"),
    tool(12, "Edit", "false", "p-2"),
    tool(12, "Bash", "false", "p-2"),
    tool(12, "Read", "true", "p-2"),
    request(12, 0.3, "p-2"),
    request(13, 0.1, "p-1"),
  ];
  const before = [tool(1, "Bash", "false", "p-0"), request(1, 9, "p-0")];
  // An event that arrives twice counts once.
  const lines = [hostLine(before), hostLine(worn), hostLine(worn.slice(0, 1))];
  writeFileSync(join(otel, "logs.jsonl"), `${lines.join("\n")}\n`);
  const marks = (["don", "doff"] as const).map((kind) =>
    markLine(kind, {
      session: "s-1",
      masqueSession: "m-1",
      unixNano: NOON_UNIX_NANO + (kind === "don" ? 10n : 20n) * MINUTE,
    }),
  );
  writeFileSync(join(otel, "masque.jsonl"), `${marks.join("\n")}\n`);
  const { stdout } = await world.run("performance", "--json");
  expect(JSON.parse(stdout)[0].pulled_down).toMatchObject({
    failing_tools: [
      { tool: "Bash", failed: 2, calls: 3 },
      { tool: "Edit", failed: 1, calls: 1 },
    ],
    costliest_prompts: [
      {
        prompt_id: "p-2",
        nr: 2,
        began_at: "2026-11-22T12:12:00.000Z",
        cost: 0.3,
        requests: 1,
        tools: 3,
        tools_failed: 2,
      },
      {
        prompt_id: "p-1",
        nr: 1,
        began_at: "2026-11-22T12:11:00.000Z",
        cost: 0.1,
        requests: 1,
        tools: 2,
        tools_failed: 1,
      },
    ],
    idle_share: 0.8,
  });
  expect(JSON.parse(stdout)[0].side_by_side).toMatchObject([
    { masque: "Codesmith", is_this: true, sessions: 1, tool_calls: 5 },
    { masque: null, is_this: false, sessions: 1, tool_calls: 1 },
  ]);
});
