import { describe, expect, test } from "bun:test";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { testDeps } from "../support/test-deps.ts";

const ENV = {
  CLAUDE_CODE_ENABLE_TELEMETRY: "1",
  OTEL_METRICS_EXPORTER: "otlp",
  OTEL_LOGS_EXPORTER: "otlp",
  OTEL_EXPORTER_OTLP_PROTOCOL: "http/protobuf",
  OTEL_EXPORTER_OTLP_ENDPOINT: "http://127.0.0.1:4318",
};

const FREE = ["--http-port", "0", "--grpc-port", "0", "--health-port", "0"] as const;

/** A home whose Claude Code settings are this text. */
function withSettings(text: string) {
  const world = testDeps();
  const path = join(world.home, ".claude", "settings.json");
  mkdirSync(join(path, ".."), { recursive: true });
  writeFileSync(path, text);
  return { world, read: () => readFileSync(path, "utf8") };
}

describe("masque audience config", () => {
  test("prints what a shell can evaluate", async () => {
    await using world = testDeps();
    const { exit, stdout } = await world.run("audience", "config", "--tool-details");
    expect(exit).toBe(0);
    const shell = Bun.spawnSync(["sh", "-c", `${stdout}env`], { env: {} });
    const lines = shell.stdout.toString().split("\n");
    for (const [name, value] of Object.entries({ ...ENV, OTEL_LOG_TOOL_DETAILS: "1" })) {
      expect(lines).toContain(`${name}=${value}`);
    }
  });

  test("names the port of the receiver that runs, or the one asked for", async () => {
    await using world = testDeps();
    try {
      const started = await world.run("audience", "start", ...FREE, "--json");
      const { ports } = JSON.parse(started.stdout);
      const config = JSON.parse((await world.run("audience", "config", "--json")).stdout);
      expect(config).toMatchObject({ endpoint: `http://127.0.0.1:${ports.http}`, written: false });
      const asked = JSON.parse((await world.run("audience", "config", "--http-port", "5000", "--json")).stdout);
      expect(asked.env.OTEL_EXPORTER_OTLP_ENDPOINT).toBe("http://127.0.0.1:5000");
      const grpc = JSON.parse((await world.run("audience", "config", "--protocol", "grpc", "--json")).stdout);
      expect(grpc.env).toMatchObject({
        OTEL_EXPORTER_OTLP_PROTOCOL: "grpc",
        OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${ports.grpc}`,
      });
    } finally {
      await world.run("audience", "stop");
    }
  });

  test("names the address that the receiver is set to, and so does setup", async () => {
    await using world = testDeps({ env: { MASQUE_AUDIENCE_HOST: "::1" } });
    const config = JSON.parse((await world.run("audience", "config", "--json")).stdout);
    expect(config.endpoint).toBe("http://[::1]:4318");
    await world.run("setup", "claude", "--yes");
    const { env } = JSON.parse(readFileSync(join(world.home, ".claude", "settings.json"), "utf8"));
    expect(env.OTEL_EXPORTER_OTLP_ENDPOINT).toBe("http://[::1]:4318");
  });

  test("--write makes the user's settings, and the second time changes nothing", async () => {
    await using world = testDeps();
    const first = await world.run("audience", "config", "--write");
    const path = join(world.home, ".claude", "settings.json");
    expect(first.stdout).toStartWith(`Written to ${path}`);
    const text = readFileSync(path, "utf8");
    expect(JSON.parse(text)).toEqual({ env: ENV });
    expect((await world.run("audience", "config", "--write")).stdout).toStartWith("Already in");
    expect(readFileSync(path, "utf8")).toBe(text);
  });

  test("--write changes the protocol and its port together", async () => {
    await using world = testDeps();
    await world.run("audience", "config", "--write");
    const { exit } = await world.run("audience", "config", "--write", "--protocol", "grpc");
    expect(exit).toBe(0);
    expect(JSON.parse(readFileSync(join(world.home, ".claude", "settings.json"), "utf8")).env).toMatchObject({
      OTEL_EXPORTER_OTLP_PROTOCOL: "grpc",
      OTEL_EXPORTER_OTLP_ENDPOINT: "http://127.0.0.1:4317",
    });
  });

  test.each([[["--grpc-port", "5000"]], [["--protocol", "grpc", "--http-port", "5000"]], [["--protocol", "zipkin"]]])(
    "refuses %j, which would say nothing",
    async (flags) => {
      await using world = testDeps();
      expect(await world.run("audience", "config", ...flags)).toMatchObject({ exit: 2, stdout: "" });
    },
  );

  test("--write keeps every other byte of the user's settings", async () => {
    const text = '{\r\n\t"permissions": { "allow": ["Bash(ls)"] },\r\n\t"env": { "MINE": "1" }\r\n}\r\n';
    const { world, read } = withSettings(text);
    await using _ = world;
    expect((await world.run("audience", "config", "--write")).exit).toBe(0);
    const after = read();
    expect(JSON.parse(after)).toEqual({ permissions: { allow: ["Bash(ls)"] }, env: { MINE: "1", ...ENV } });
    expect(after).toStartWith('{\r\n\t"permissions": { "allow": ["Bash(ls)"] },\r\n\t"env": { "MINE": "1"');
  });

  test("--write moves a receiver of this machine to its new port", async () => {
    const { world, read } = withSettings('{"env":{"OTEL_EXPORTER_OTLP_ENDPOINT":"http://localhost:41041"}}');
    await using _ = world;
    expect((await world.run("audience", "config", "--write")).exit).toBe(0);
    expect(JSON.parse(read()).env).toEqual(ENV);
  });

  test("--write leaves telemetry that goes elsewhere alone, unless forced", async () => {
    const text = '{"env":{"OTEL_EXPORTER_OTLP_ENDPOINT":"https://collector.example"}}';
    const { world, read } = withSettings(text);
    await using _ = world;
    const refused = await world.run("audience", "config", "--write");
    expect(refused.exit).toBe(1);
    expect(refused.stderr).toContain('it is "https://collector.example" there already');
    const grpc = await world.run("audience", "config", "--write", "--protocol", "grpc", "--grpc-port", "5000");
    expect(grpc.stderr).toContain("try: masque audience config --write --force --protocol grpc --grpc-port 5000\n");
    expect(read()).toBe(text);
    expect((await world.run("audience", "config", "--write", "--force")).exit).toBe(0);
    expect(JSON.parse(read()).env).toEqual(ENV);
  });

  test("--write refuses settings that are not JSON, and leaves them", async () => {
    const { world, read } = withSettings("{ not json");
    await using _ = world;
    expect((await world.run("audience", "config", "--write")).exit).toBe(2);
    expect(read()).toBe("{ not json");
  });

  test.each([
    ["an empty object", "{}"],
    ["CRLF, tabs and a comment", '\ufeff{\r\n\t"env": { "MINE": "1" }, // mine\r\n}\r\n'],
    ["a former receiver of this machine", '{"env":{"OTEL_EXPORTER_OTLP_ENDPOINT":"http://localhost:41041"}}'],
  ])("--undo gives back %s byte for byte, however often it was written", async (_title, text) => {
    const { world, read } = withSettings(text);
    await using _ = world;
    for (const flags of [[], ["--protocol", "grpc"], ["--http-port", "5000", "--tool-details"]]) {
      expect((await world.run("audience", "config", "--write", ...flags)).exit).toBe(0);
    }
    expect(read()).not.toBe(text);
    const undone = await world.run("audience", "config", "--undo");
    expect(undone).toMatchObject({ exit: 0, stdout: expect.stringMatching(/^Removed from /) });
    expect(read()).toBe(text);
    expect((await world.run("audience", "config", "--undo")).stdout).toStartWith("Nothing to remove from");
  });

  test("--undo removes the file and the folder that --write made", async () => {
    await using world = testDeps();
    await world.run("audience", "config", "--write");
    const { stdout } = await world.run("audience", "config", "--undo", "--json");
    const path = join(world.home, ".claude", "settings.json");
    expect(JSON.parse(stdout)).toEqual({ settings_file: path, taken_out: true });
    expect(existsSync(join(world.home, ".claude"))).toBe(false);
  });

  test("--undo keeps what a person has changed or added since, and says so", async () => {
    const { world, read } = withSettings('{"a": 1}');
    await using _ = world;
    await world.run("audience", "config", "--write");
    const changed = { ...JSON.parse(read()), theme: "dark" };
    changed.env.OTEL_LOGS_EXPORTER = "console";
    writeFileSync(join(world.home, ".claude", "settings.json"), JSON.stringify(changed));
    const { stderr } = await world.run("audience", "config", "--undo");
    expect(stderr).toContain("env.OTEL_LOGS_EXPORTER");
    expect(JSON.parse(read())).toEqual({ a: 1, theme: "dark", env: { OTEL_LOGS_EXPORTER: "console" } });
  });

  test("--undo restores what --force replaced", async () => {
    const text = '{"env":{"OTEL_EXPORTER_OTLP_ENDPOINT":"https://collector.example"}}';
    const { world, read } = withSettings(text);
    await using _ = world;
    await world.run("audience", "config", "--write", "--force");
    await world.run("audience", "config", "--undo");
    expect(read()).toBe(text);
  });

  test("--undo goes with no --write", async () => {
    await using world = testDeps();
    expect(await world.run("audience", "config", "--undo", "--write")).toMatchObject({ exit: 2, stdout: "" });
  });
});
