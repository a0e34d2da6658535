import { expect, test } from "bun:test";
import { appendFileSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { LIMITS } from "../../src/kernel/limits.ts";
import { segmentName } from "../../src/telemetry/file-names.ts";
import { judgeKills } from "../long/judge-kills.ts";
import { historyPaths, scoresOf } from "../support/judge-process.ts";
import { testSeed } from "../support/seed.ts";
import { hostLine, NOON_UNIX_NANO } from "../support/telemetry-lines.ts";
import { temporaryFolder } from "../support/temp-folder.ts";

/** The store among processes: killed at any moment, and twenty at once. */

test("scores are those of a clean rebuild after updates that were killed at random", async () => {
  expect(await judgeKills({ updates: 4, seed: testSeed() })).toMatchObject({ updates: 4 });
}, 60_000);

test("twenty processes at once find a store to make, and all score alike", async () => {
  using folder = temporaryFolder();
  const paths = historyPaths(folder.path);
  mkdirSync(paths.otel, { recursive: true });
  const line = (n: number) =>
    `${hostLine(
      Array.from({ length: 40 }, (_, at) => ({
        unixNano: NOON_UNIX_NANO + BigInt(n * 1_000 + at) * 1_000_000n,
        body: at % 2 === 0 ? "claude_code.tool_result" : "claude_code.api_request",
        attributes: { "session.id": `s-${n % 7}`, "event.sequence": at, success: "true", cost_usd: n / 7 },
      })),
    )}\n`;
  writeFileSync(join(paths.otel, segmentName("logs", 1_000)), line(0));
  const active = join(paths.otel, "logs.jsonl");
  for (let n = 1, bytes = 0; bytes < 2 * LIMITS.storeTailBytesMax; n++) {
    const text = line(n);
    appendFileSync(active, text);
    bytes += text.length;
  }
  const program = join(import.meta.dir, "../support/judge-process.ts");
  const children = Array.from({ length: 20 }, () =>
    Bun.spawn([process.execPath, program, "score", folder.path], { stdout: "pipe", stderr: "pipe" }),
  );
  const outputs = await Promise.all(
    children.map(async (child) => [
      await new Response(child.stdout).text(),
      await new Response(child.stderr).text(),
      await child.exited,
    ]),
  );
  const expected = JSON.stringify({ ...(await scoresOf(folder.path, { store: "none" })), problem: null });
  for (const [stdout, stderr, exit] of outputs)
    expect({ stdout, stderr, exit }).toEqual({ stdout: expected, stderr: "", exit: 0 });
}, 120_000);
