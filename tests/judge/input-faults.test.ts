import { describe, expect, test } from "bun:test";
import { mkdirSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { LIMITS } from "../../src/kernel/limits.ts";
import { hostLine, NOON_UNIX_NANO } from "../support/telemetry-lines.ts";
import { type TestDeps, testDeps } from "../support/test-deps.ts";

/** Files that a gate may be given, and that once ended it, kept it waiting, or were passed over in silence. */

let sequence = 0;
function toolLine(): string {
  const attributes = { "session.id": "s-1", "event.sequence": sequence++, "prompt.id": "p-1", success: "true" };
  return hostLine([{ unixNano: NOON_UNIX_NANO, body: "claude_code.tool_result", attributes }]);
}

function capture(world: TestDeps): void {
  mkdirSync(world.deps.paths.otel, { recursive: true });
  writeFileSync(join(world.deps.paths.otel, "logs.jsonl"), `${toolLine()}\n`);
}

describe("a store whose manifest has grown beyond its bound", () => {
  test.each([[], ["--rebuild"]])("is built again: %j", async (...argv) => {
    await using world = testDeps();
    capture(world);
    const manifest = join(world.deps.paths.judge, "store.json");
    mkdirSync(world.deps.paths.judge, { recursive: true, mode: 0o700 });
    writeFileSync(manifest, `{"format":3,"x":"${"x".repeat(LIMITS.storeManifestBytesMax)}"}`);
    const { exit, stdout, stderr } = await world.run("judge", "--json", ...argv);
    expect({ exit, stderr }).toEqual({ exit: 0, stderr: "" });
    expect(JSON.parse(stdout)).toMatchObject({ session: "s-1", stats: { total_tools: 1 } });
    expect(statSync(manifest).size).toBeLessThan(LIMITS.storeManifestBytesMax);
  });
});

describe("--logs", () => {
  test.each(["/nope/*.jsonl", "nope/**/*.json", "/nope/{a,b}.jsonl", "file/*.jsonl"])(
    "%j leads nowhere: exit 3, and the path is named",
    async (pattern) => {
      await using world = testDeps();
      writeFileSync(join(world.project, "file"), "");
      const { exit, stdout, stderr } = await world.run("judge", "--logs", pattern);
      expect({ exit, stdout }).toEqual({ exit: 3, stdout: "" });
      expect(stderr).toContain(`Cannot judge "${pattern}": there is no such file`);
    },
  );
});
