import { describe, expect, test } from "bun:test";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { type TestDeps, testDeps } from "../support/test-deps.ts";

/** The bearer token on its way from the user's settings to the host's; what the receiver does with it: conformance 47. */

const TOKEN = "tell+it/nobody==";
const HEADERS = `Authorization=Bearer%20${encodeURIComponent(TOKEN)}`;
const ENV = { MASQUE_AUDIENCE_TOKEN: TOKEN };

function settingsOf(world: TestDeps): string {
  return join(world.home, ".claude", "settings.json");
}

function writeSettings(world: TestDeps, env: Readonly<Record<string, string>>): void {
  mkdirSync(dirname(settingsOf(world)), { recursive: true });
  writeFileSync(settingsOf(world), JSON.stringify({ env }));
}

describe("masque audience config with a token", () => {
  test("prints what an exporter must send, percent-encoded as a baggage is", async () => {
    await using world = testDeps({ env: ENV });
    const { stdout } = await world.run("audience", "config");
    expect(stdout).toContain(`export OTEL_EXPORTER_OTLP_HEADERS='${HEADERS}'\n`);
  });

  test("takes it from the user's own file, and without one prints no header", async () => {
    await using world = testDeps();
    expect((await world.run("audience", "config")).stdout).not.toContain("HEADERS");
    const file = join(world.home, ".config", "masque", "config.yaml");
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, `audience:\n  token: ${TOKEN}\n`);
    expect((await world.run("audience", "config")).stdout).toContain(HEADERS);
  });

  test("--write replaces a former token of a receiver here", async () => {
    await using world = testDeps({ env: ENV });
    writeSettings(world, {
      OTEL_EXPORTER_OTLP_ENDPOINT: "http://127.0.0.1:4318",
      OTEL_EXPORTER_OTLP_HEADERS: "Authorization=Bearer%20the-former-token",
    });
    expect((await world.run("audience", "config", "--write")).exit).toBe(0);
    expect(JSON.parse(readFileSync(settingsOf(world), "utf8")).env.OTEL_EXPORTER_OTLP_HEADERS).toBe(HEADERS);
  });

  test("--write leaves headers of another program alone, and never shows them", async () => {
    await using world = testDeps({ env: ENV });
    writeSettings(world, { OTEL_EXPORTER_OTLP_HEADERS: "x-api-key=their-secret" });
    const { exit, stdout, stderr } = await world.run("audience", "config", "--write");
    expect(exit).toBe(1);
    expect(stderr).toContain("OTEL_EXPORTER_OTLP_HEADERS");
    expect(stdout + stderr).not.toContain("their-secret");
  });
});

test("masque setup claude writes the token and shows none", async () => {
  await using world = testDeps({ env: ENV });
  const { stdout, stderr } = await world.run("setup", "claude", "--yes");
  expect(stdout).toContain("OTEL_EXPORTER_OTLP_HEADERS");
  expect(stdout + stderr).not.toContain(encodeURIComponent(TOKEN));
  expect(JSON.parse(readFileSync(settingsOf(world), "utf8")).env.OTEL_EXPORTER_OTLP_HEADERS).toBe(HEADERS);
});

test.each(["too-short", "with a space in the middle of it", "ünicode-ünicode-ünicode"])(
  "a token that cannot be one is refused and not shown: %j",
  async (token) => {
    await using world = testDeps({ env: { MASQUE_AUDIENCE_TOKEN: token } });
    const { exit, stderr } = await world.run("audience", "config");
    expect(exit).toBe(2);
    expect(stderr).toContain("MASQUE_AUDIENCE_TOKEN");
    expect(stderr).not.toContain(token);
  },
);
