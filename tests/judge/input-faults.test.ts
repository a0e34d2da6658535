import { describe, expect, test } from "bun:test";
import { mkdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { LIMITS } from "../../src/kernel/limits.ts";
import { CHECKOUT } from "../support/binary.ts";
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

  // A device that ends: reading the others would keep a failing test waiting for ever.
  test.each(["/dev/null", "null.jsonl"])("%j is a pipe or a device: refused", async (path) => {
    await using world = testDeps();
    symlinkSync("/dev/null", join(world.project, "null.jsonl"));
    writeFileSync(join(world.project, "good.jsonl"), toolLine());
    for (const argv of [
      ["--logs", "good.jsonl", path],
      ["--logs", "good.jsonl", "--marks", path],
    ]) {
      const { exit, stdout, stderr } = await world.run("judge", ...argv);
      expect({ exit, stdout }).toEqual({ exit: 1, stdout: "" });
      expect(stderr).toContain(`Cannot read "${path}": it is a pipe or a device\n  hint: send it to standard input`);
    }
  });

  test("links to folders lead nowhere: not back into the folder, and not out of it", async () => {
    await using world = testDeps();
    const folder = join(world.project, "otel");
    mkdirSync(join(folder, "older"), { recursive: true });
    mkdirSync(join(world.project, "elsewhere"));
    writeFileSync(join(folder, "good.jsonl"), toolLine());
    writeFileSync(join(folder, "older/good.jsonl"), toolLine());
    writeFileSync(join(world.project, "elsewhere/other.jsonl"), toolLine());
    symlinkSync(".", join(folder, "itself"));
    symlinkSync("../elsewhere", join(folder, "elsewhere"));
    const { exit, stdout, stderr } = await world.run("judge", "--json", "--logs", "otel");
    expect({ exit, stderr }).toEqual({ exit: 0, stderr: "" });
    expect(JSON.parse(stdout)).toMatchObject({ session: "s-1", stats: { total_tools: 2 } });
  });
});

const FIXTURES = join(CHECKOUT, "tests/fixtures/telemetry");

describe("a raw protobuf body", () => {
  const whole = readFileSync(join(FIXTURES, "quick-http-protobuf/000-logs.pb"));

  test.each([1, 2, 100, 5_000, whole.length - 1])(
    "torn behind byte %d is reported, not taken for another signal",
    async (end) => {
      await using world = testDeps();
      writeFileSync(join(world.project, "torn.pb"), whole.subarray(0, end));
      writeFileSync(join(world.project, "good.jsonl"), toolLine());
      const { exit, stderr } = await world.run(
        "judge",
        "--json",
        "--logs",
        "torn.pb",
        "good.jsonl",
        "--min-quality",
        "1",
      );
      expect({ exit, stderr }).toEqual({
        exit: 0,
        stderr:
          "masque: skipped 1 line (torn, or not an OTLP export request): " +
          "torn.pb:1 (no whole OTLP request in protobuf)\n",
      });
      const alone = await world.run("judge", "--logs", "torn.pb", "--min-quality", "1");
      expect(alone).toMatchObject({ exit: 3, stderr: expect.stringContaining("1 line in them is no export request") });
    },
  );

  test("of metrics or traces is passed over in silence", async () => {
    await using world = testDeps();
    writeFileSync(join(world.project, "good.jsonl"), toolLine());
    for (const name of ["quick-http-protobuf/001-metrics.pb", "refactor-grpc/001-metrics.pb"]) {
      const ran = await world.run("judge", "--json", "--logs", join(FIXTURES, name), "good.jsonl");
      expect(ran).toMatchObject({ exit: 0, stderr: "" });
    }
  });
});

describe("nesting and numbers of values beyond what a receiver takes", () => {
  const deep = (depth: number) => `${'{"arrayValue":{"values":['.repeat(depth)}{"intValue":1}${"]}}".repeat(depth)}`;
  const lineWith = (body: string) =>
    toolLine().replace('"body":{"stringValue":"claude_code.tool_result"}', `"body":${body}`);

  test.each([
    ["a body nested 100,000 deep", lineWith(deep(100_000))],
    ["a body nested 10,000 deep", lineWith(deep(10_000))],
    ["a body nested 100 deep", lineWith(deep(100))],
    ["brackets alone", `{"resourceLogs":${"[".repeat(600_000)}${"]".repeat(600_000)}}`],
    ["10 million empty arrays", `{"resourceLogs":[${"[],".repeat(10_000_000)}[]]}`],
    [
      "a rounded time in a line nested 10,000 deep",
      lineWith(deep(10_000)).replace(/"timeUnixNano":"(\d+)"/, '"timeUnixNano":$1'),
    ],
  ])(
    "%s costs its own line alone",
    async (_, hostile) => {
      await using world = testDeps();
      for (const name of ["hostile.jsonl", "hostile.json"]) {
        writeFileSync(join(world.project, name), `${toolLine()}\n${hostile}\n${toolLine()}\n`);
        const { exit, stdout, stderr } = await world.run("judge", "--json", "--all", "--logs", name);
        expect(exit).toBe(0);
        expect(JSON.parse(stdout)).toMatchObject([{ session: "s-1", stats: { total_tools: 2 } }]);
        expect(stderr).toBe(`masque: skipped 1 line (torn, or not an OTLP export request): ${name}:2\n`);
      }
    },
    60_000,
  );

  test("as one body over several lines is one bad line, with its reason", async () => {
    await using world = testDeps();
    const body = `{\n  "resourceLogs": [\n${"[".repeat(1_000)}\n${"]".repeat(1_000)}\n  ]\n}\n`;
    writeFileSync(join(world.project, "deep.json"), body);
    const { exit, stderr } = await world.run("judge", "--logs", "deep.json");
    expect(exit).toBe(3);
    expect(stderr).toContain("1 line in them is no export request");
  });

  test("a body that a receiver takes, nested 60 deep, is an event", async () => {
    await using world = testDeps();
    writeFileSync(join(world.project, "x.jsonl"), `${lineWith(deep(60))}\n`);
    const { exit, stderr } = await world.run("judge", "--logs", "x.jsonl");
    expect({ exit, stderr }).toEqual({ exit: 0, stderr: "" });
  });
});

describe("text that holds no request", () => {
  const MiB = 1024 * 1024;
  test.each([
    ["newlines", "\n", 50, 0],
    ["carriage returns and newlines", "\r\n", 50, 0],
    ["spaces and newlines", " \t\n", 50, 0],
    ["words", "x\n", 50, 25 * MiB],
    ["brackets", "{\n", 50, 25 * MiB],
  ])(
    "50 MiB of %s take seconds",
    async (_, line, mebibytes, bad) => {
      await using world = testDeps();
      const text = line.repeat(Math.floor((mebibytes * MiB) / line.length));
      writeFileSync(join(world.project, "x.jsonl"), `${text}${toolLine()}\n`);
      const { exit, stderr } = await world.run("judge", "--logs", "x.jsonl");
      expect(exit).toBe(0);
      if (bad === 0) expect(stderr).toBe("");
      else
        expect(stderr).toContain(
          `masque: skipped ${bad.toLocaleString("en-US")} lines (torn, or not an OTLP export request)`,
        );
    },
    60_000,
  );
});

test.each(["body.json", "lines.json", "lines.jsonl"])("a byte order mark before %s is left out", async (name) => {
  await using world = testDeps();
  const line = toolLine();
  const text = name === "body.json" ? JSON.stringify(JSON.parse(line), null, 2) : `${line}\n${toolLine()}\n`;
  writeFileSync(join(world.project, name), `\ufeff${text}`);
  const { exit, stdout, stderr } = await world.run("judge", "--json", "--logs", name);
  expect({ exit, stderr }).toEqual({ exit: 0, stderr: "" });
  expect(JSON.parse(stdout)).toMatchObject({ stats: { total_tools: name === "body.json" ? 1 : 2 } });
});
