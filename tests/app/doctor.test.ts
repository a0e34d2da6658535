import { describe, expect, test } from "bun:test";
import { chmodSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Examined } from "../../src/app/install/doctor.ts";
import { doctorSummary, examinedText } from "../../src/cli/install/render-doctor.ts";
import { tryLock } from "../../src/kernel/files/lock.ts";
import { terminalSessionId } from "../../src/kernel/ids.ts";
import { sessionFilePath, sessionLockPath } from "../../src/session/session-path.ts";
import { type TestDeps, testDeps } from "../support/test-deps.ts";
import { treeOf } from "../support/tree.ts";

/** `masque doctor` over real parts: a home of the test's own, real receivers, the real judge. */

const FREE = ["--http-port", "0", "--grpc-port", "0", "--health-port", "0"];
const MS_MAX = 60_000;

/** The libraries of the checkout are used as they are installed. */
type Report = { exit: number; healthy: boolean; of(name: string): Examined; names: string[] };

async function doctor(world: TestDeps): Promise<Report> {
  const { exit, stdout } = await world.run("doctor", "--json");
  const { healthy, checks } = JSON.parse(stdout) as { healthy: boolean; checks: Examined[] };
  return {
    exit,
    healthy,
    names: checks.map(({ name }) => name),
    of(name) {
      const found = checks.find((check) => check.name === name);
      if (!found) throw new Error(`No check "${name}" among ${checks.map((check) => check.name).join(", ")}`);
      return found;
    },
  };
}

function write(path: string, value: unknown): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, typeof value === "string" ? value : JSON.stringify(value));
}

async function running(world: TestDeps, act: (ports: { http: number; grpc: number }) => Promise<void>): Promise<void> {
  try {
    await act(JSON.parse((await world.run("audience", "start", ...FREE, "--json")).stdout).ports);
  } finally {
    await world.run("audience", "stop");
  }
}

describe("masque doctor", () => {
  test(
    "on a fresh machine warns of what is not set up, fails nothing, and leaves no trace",
    async () => {
      await using world = testDeps();
      const before = treeOf(world.root);
      const report = await doctor(world);
      expect(treeOf(world.root)).toEqual(before);
      expect(report).toMatchObject({ exit: 0, healthy: true });
      expect(report.of("audience")).toMatchObject({ verdict: "warning", fix: "masque audience start" });
      expect(report.of("Claude Code hooks")).toMatchObject({ verdict: "warning", fix: "masque setup claude" });
      expect(report.of("Claude Code telemetry").found).toContain("CLAUDE_CODE_ENABLE_TELEMETRY is not 1");
      expect(report.of("DuckDB").verdict).toBe("ok");
      expect(report.names).not.toContain("grpc");
    },
    MS_MAX,
  );

  test(
    "reports each variable that does not count, once, and shows no token; other commands say so on stderr",
    async () => {
      const ignoredEnv = [
        { name: "MASQUES_HOME", value: "/evil\u001b[2J", used: undefined },
        { name: "MASQUE_AUDIENCE_TOKEN", value: "secret", used: "mine" },
      ];
      await using world = testDeps({ ignoredEnv });
      const report = await doctor(world);
      expect(report.of("environment")).toMatchObject({ verdict: "warning", fix: expect.stringContaining("own") });
      const { found } = report.of("environment");
      expect(found).toContain('MASQUES_HOME="/evil\\u{1b}[2J" is ignored');
      expect(found).toContain('MASQUE_AUDIENCE_TOKEN="…" is ignored');
      expect(found).not.toMatch(/secret|mine/);
      for (const line of [
        ["don", "codesmith"],
        ["audience", "config"],
      ]) {
        const { exit, stdout, stderr } = await world.run(...line);
        expect([exit, stdout.includes("is ignored")]).toEqual([0, false]);
        expect(stderr.match(/is ignored/g)).toHaveLength(2);
      }
      expect((await world.run("id")).stderr).toBe("");
      await using usual = testDeps();
      expect((await doctor(usual)).of("environment").verdict).toBe("ok");
    },
    MS_MAX,
  );

  test.each([".claude", "project/.claude"])(
    "warns of a command in %s that an earlier masque wrote, until setup has written it again",
    async (place) => {
      await using world = testDeps();
      const inProject = place.startsWith("project");
      const setup = ["setup", "claude", "--yes", ...(inProject ? ["--project"] : [])];
      const path = join(inProject ? world.project : world.home, ".claude/commands/don.md");
      expect((await doctor(world)).of("Claude Code commands").verdict).toBe("ok");
      expect((await world.run(...setup)).exit).toBe(0);
      expect((await doctor(world)).of("Claude Code commands").verdict).toBe("ok");
      const today = readFileSync(path, "utf8");
      write(path, today.replace(/(run\.sh) don/, "$1 don - <<'END'\n$ARGUMENTS\nEND"));
      const { verdict, found, fix } = (await doctor(world)).of("Claude Code commands");
      expect([verdict, fix]).toEqual([
        "warning",
        setup
          .filter((word) => word !== "--yes")
          .toSpliced(0, 0, "masque")
          .join(" "),
      ]);
      expect(found).toContain(path);
    },
    MS_MAX,
  );

  test(
    "finds a record of each transport in the file, of no session and in no score",
    async () => {
      await using world = testDeps();
      await running(world, async () => {
        const report = await doctor(world);
        for (const transport of ["http/protobuf", "http/json", "grpc"]) {
          expect(report.of(transport)).toMatchObject({ verdict: "ok" });
        }
        expect(report.of("audience").verdict).toBe("ok");
        const status = JSON.parse((await world.run("audience", "status", "--json")).stdout);
        expect(status).toMatchObject({ records: { logs: 3 }, masque_records: 0, sessions: 0 });
      });
      const lines = readFileSync(join(world.deps.paths.otel, "logs.jsonl"), "utf8").trimEnd().split("\n");
      expect(lines).toHaveLength(3);
      for (const line of lines) {
        expect(JSON.parse(line)).toMatchObject({
          resourceLogs: [
            {
              scopeLogs: [
                { scope: { name: "masque.doctor" }, logRecords: [{ body: { stringValue: "masque.doctor" } }] },
              ],
            },
          ],
        });
      }
      const judged = await world.run("judge", "--all");
      expect(judged).toMatchObject({ exit: 3, stdout: "" });
    },
    MS_MAX,
  );

  test(
    "with a token set, posts with it; with another one, says that the record was not taken",
    async () => {
      await using world = testDeps();
      const config = join(world.home, ".config/masque/config.yaml");
      write(config, `audience:\n  token: ${"a".repeat(32)}\n`);
      await running(world, async () => {
        expect((await doctor(world)).of("grpc").verdict).toBe("ok");
        write(config, `audience:\n  token: ${"b".repeat(32)}\n`);
        const report = await doctor(world);
        expect(report).toMatchObject({ exit: 1, healthy: false });
        expect(report.of("http/json")).toMatchObject({ verdict: "failed", found: expect.stringContaining("HTTP 401") });
        expect(report.of("grpc").found).toContain("grpc-status 16");
      });
    },
    MS_MAX,
  );

  test(
    "a receiver that is not there is a failure once Claude Code sends to it, and telemetry elsewhere a warning",
    async () => {
      await using world = testDeps();
      await world.run("audience", "config", "--write");
      const lost = await doctor(world);
      expect(lost.exit).toBe(1);
      expect(lost.of("audience")).toMatchObject({ verdict: "failed", found: expect.stringContaining("is lost") });
      await running(world, async (ports) => {
        expect((await doctor(world)).of("Claude Code telemetry").found).toContain(`not to port ${ports.http}`);
        await world.run("audience", "config", "--write");
        const report = await doctor(world);
        expect(report.of("Claude Code telemetry").verdict).toBe("ok");
        expect(report.exit).toBe(0);
      });
    },
    MS_MAX,
  );

  test("telemetry sent where `audience config` has it is fine, also where the address is set by its name", async () => {
    await using world = testDeps({ env: { MASQUE_AUDIENCE_HOST: "localhost" } });
    await world.run("audience", "config", "--write");
    expect((await doctor(world)).of("Claude Code telemetry")).toMatchObject({
      verdict: "ok",
      found: expect.stringContaining("http://127.0.0.1:4318"),
    });
  });

  test("telemetry sent to a fixed port, where the receiver is set to take any free one, is a warning", async () => {
    await using world = testDeps({ env: { MASQUE_AUDIENCE_HTTP_PORT: "0" } });
    await world.run("audience", "config", "--write", "--http-port", "4318");
    expect((await doctor(world)).of("Claude Code telemetry")).toMatchObject({
      verdict: "warning",
      found: expect.stringContaining("audience.httpPort is 0"),
      fix: "set audience.httpPort to a fixed port",
    });
  });

  test(
    "telemetry sent to another address than the receiver's is a warning, though the port is the same",
    async () => {
      await using world = testDeps({ env: { MASQUE_AUDIENCE_HOST: "::1" } });
      await world.run("audience", "config", "--write");
      expect((await doctor(world)).of("Claude Code telemetry").verdict).toBe("ok");
      const settings = join(world.home, ".claude", "settings.json");
      write(settings, readFileSync(settings, "utf8").replace("[::1]", "127.0.0.1"));
      const { verdict, found } = (await doctor(world)).of("Claude Code telemetry");
      expect(verdict).toBe("warning");
      expect(found).toContain("not to port 4318 of ::1");
      write(settings, readFileSync(settings, "utf8").replace("127.0.0.1", "localhost"));
      expect((await doctor(world)).of("Claude Code telemetry").verdict).toBe("ok");
    },
    MS_MAX,
  );

  test(
    "says that a project's settings cannot send telemetry, for the host passes over them",
    async () => {
      await using world = testDeps();
      write(join(world.project, ".claude/settings.local.json"), {
        env: { OTEL_LOGS_EXPORTER: "otlp", OTEL_RESOURCE_ATTRIBUTES: "a=b", OTEL_EXPORTER_OTLP_ENDPOINT: "x" },
      });
      const { verdict, found } = (await doctor(world)).of("project telemetry");
      expect(verdict).toBe("warning");
      expect(found).toContain("settings.local.json");
      expect(found).toContain("sets OTEL_LOGS_EXPORTER, OTEL_EXPORTER_OTLP_ENDPOINT:");
      const config = await world.run("audience", "config");
      expect(config.stderr).toContain("Claude Code ignores that in a project's settings");
    },
    MS_MAX,
  );

  test(
    "counts hooks: once is right, twice is reported, a program that is gone is a failure",
    async () => {
      await using world = testDeps();
      await world.run("setup", "claude", "--yes");
      expect((await doctor(world)).of("Claude Code hooks").verdict).toBe("ok");
      const settings = join(world.home, ".claude/settings.json");
      const text = readFileSync(settings, "utf8");
      write(join(world.project, ".claude/settings.json"), text);
      expect((await doctor(world)).of("Claude Code hooks").found).toContain("would run twice");
      write(join(world.project, ".claude/settings.json"), "{}");
      write(settings, text.replaceAll(process.execPath, "/gone/bun"));
      const gone = await doctor(world);
      expect(gone.exit).toBe(1);
      expect(gone.of("Claude Code hooks").found).toContain('"/gone/bun", which is not there');
      write(settings, `{ // comment\n${text.slice(1)}`);
      expect((await doctor(world)).of("Claude Code settings").found).toContain("is not strict JSON");
    },
    MS_MAX,
  );

  test(
    "each check is independent: broken settings, open folders, a held lock and a damaged session file are all reported",
    async () => {
      await using world = testDeps();
      const { data, otel, configFile } = world.deps.paths;
      write(configFile, "audience: [");
      write(join(otel, "logs.jsonl"), "{}\n");
      chmodSync(data, 0o755);
      chmodSync(otel, 0o700);
      chmodSync(join(otel, "logs.jsonl"), 0o644);
      write(sessionFilePath(world.deps.paths.sessions, terminalSessionId(world.project)), "no json");
      const report = await doctor(world);
      expect(report.exit).toBe(1);
      expect(report.of("settings").verdict).toBe("failed");
      expect(report.of("data folder")).toMatchObject({ verdict: "warning", fix: `chmod 700 "${data}"` });
      expect(report.of("telemetry folder").fix).toBe(`chmod 600 "${otel}"/*.jsonl`);
      expect(report.of("session file").found).toContain("is damaged");
    },
    MS_MAX,
  );

  test(
    "a lock that a live process holds is reported; a dead process's lock is not",
    async () => {
      await using world = testDeps();
      await world.run("don", "codesmith");
      expect((await doctor(world)).of("session file").verdict).toBe("ok");
      const held = tryLock(sessionLockPath(world.deps.paths.sessions, terminalSessionId(world.project)));
      expect((await doctor(world)).of("session file").found).toContain("holds the lock");
      held?.release();
    },
    MS_MAX,
  );

  test(
    "a remembered project that is gone is reported by its path",
    async () => {
      await using world = testDeps();
      expect((await doctor(world)).of("remembered projects").verdict).toBe("ok");
      await world.run("don", "helmsman");
      renameSync(world.project, join(world.root, "moved"));
      expect((await doctor(world)).of("remembered projects")).toMatchObject({
        verdict: "warning",
        found: expect.stringContaining(`"${world.project}"`),
      });
    },
    MS_MAX,
  );
});

describe("doctor's text", () => {
  const seen: readonly Examined[] = [
    { name: "data folder", verdict: "ok", found: '"/home/ada/.local/share/masque" (0700)', fix: null },
    { name: "audience", verdict: "warning", found: "not running", fix: "masque audience start" },
    { name: "grpc", verdict: "failed", found: "not taken: \u001b[2J", fix: "masque audience logs" },
  ];

  test("is a mark, a name, what was found, and the fix below", () => {
    const at = { color: false, home: "/home/ada" };
    const text = seen.map((one) => examinedText(one, at)).join("") + doctorSummary(seen, at);
    expect(text).toMatchInlineSnapshot(`
      "✓ data folder            "~/.local/share/masque" (0700)
      ! audience               not running
                               fix: masque audience start
      ✗ grpc                   not taken: \\u{1b}[2J
                               fix: masque audience logs

      1 of 3 fine, 1 warning, 1 failed
      "
    `);
  });
});
