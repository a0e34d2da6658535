import { expect, test } from "bun:test";
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { type Config, defaultConfig, SETTINGS } from "../../src/app/settings.ts";
import { storageSettingsFrom } from "../../src/audience/files/storage-settings.ts";
import { addressFrom, RECEIVER_SETTINGS, type ReceiverFlags } from "../../src/cli/audience/receiver-flags.ts";
import { readSettingFlags, settingFlags, typedAgain } from "../../src/cli/setting-flags.ts";
import { testDeps } from "../support/test-deps.ts";

const CONFIG: Config = {
  ...defaultConfig(),
  "audience.host": "::1",
  "audience.httpPort": 5000,
  "audience.grpcPort": 5002,
  "audience.healthPort": 5001,
  "audience.token": "",
  "audience.sync": "off",
  "audience.segmentBytes": 1,
  "audience.segmentHours": 2,
  "audience.retentionBytes": 3,
  "audience.retentionDays": 4,
  "audience.autoStart": false,
};

/** The settings as a command has them, under its flags. */
function under(flags: ReceiverFlags): Config {
  return { ...CONFIG, ...readSettingFlags("audience run", RECEIVER_SETTINGS, flags).values };
}

function write(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}

test("addressFrom() takes each flag before its setting", () => {
  expect(addressFrom(under({}))).toEqual({
    host: "::1",
    httpPort: 5000,
    grpcPort: 5002,
    healthPort: 5001,
  });
  const flags = { host: "127.0.0.1", "http-port": "0", "grpc-port": "6000" };
  expect(addressFrom(under(flags))).toEqual({
    host: "127.0.0.1",
    httpPort: 0,
    grpcPort: 6000,
    healthPort: 5001,
  });
});

test("addressFrom() refuses a setting that is not an address of this machine, as it refuses the flag", () => {
  const config = { ...CONFIG, "audience.host": "0.0.0.0" };
  expect(() => addressFrom(config)).toThrow(expect.objectContaining({ code: "cli.usage" }));
});

test.each([{ "http-port": "5001" }, { "grpc-port": "5000" }, { "grpc-port": "5001" }])(
  "addressFrom() refuses one port for two things: %j",
  (flags) => {
    expect(() => addressFrom(under(flags))).toThrow(expect.objectContaining({ code: "cli.usage" }));
  },
);

test("masque audience config names the port that the user set, and none that a project did", async () => {
  await using world = testDeps();
  write(join(world.home, ".config/masque/config.yaml"), "audience:\n  httpPort: 5000\n");
  write(join(world.project, ".claude/masque.config.yaml"), "audience:\n  httpPort: 6666\n");
  const { exit, stdout, stderr } = await world.run("audience", "config", "--json");
  expect(exit).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({ endpoint: "http://127.0.0.1:5000" });
  expect(stderr).toContain("audience.httpPort is refused in a project's file");
  expect(stdout + stderr).not.toContain("6666");
});

test.each([
  ["http", ["setup", "claude", "--yes"]],
  ["http", ["setup", "claude", "--project", "--dry-run"]],
  ["http", ["audience", "config"]],
  ["grpc", ["audience", "config", "--write", "--protocol", "grpc"]],
])("with audience.%sPort 0 and no receiver, %j writes no port that no receiver has", async (transport, argv) => {
  await using world = testDeps();
  write(join(world.home, ".config/masque/config.yaml"), "audience:\n  httpPort: 0\n  grpcPort: 0\n");
  const { exit, stdout, stderr } = await world.run(...argv);
  expect({ exit, stdout }).toEqual({ exit: 2, stdout: "" });
  expect(stderr).toContain(`audience.${transport}Port is 0`);
  expect(existsSync(join(world.home, ".claude"))).toBe(false);
});

test("with audience.httpPort 0, a port on the command line or a receiver that runs says where telemetry goes", async () => {
  await using world = testDeps();
  write(join(world.home, ".config/masque/config.yaml"), "audience:\n  httpPort: 0\n  grpcPort: 0\n  healthPort: 0\n");
  const typed = await world.run("setup", "claude", "--port", "5000", "--dry-run");
  expect(typed.stdout).toContain("http://127.0.0.1:5000");
  try {
    const started = await world.run("audience", "start", "--json");
    const { ports } = JSON.parse(started.stdout);
    const found = await world.run("audience", "config", "--json");
    expect(JSON.parse(found.stdout)).toMatchObject({ endpoint: `http://127.0.0.1:${ports.http}` });
  } finally {
    await world.run("audience", "stop");
  }
});

test("masque audience start refuses a broken file of the user's own before anything is started", async () => {
  await using world = testDeps();
  write(join(world.home, ".config/masque/config.yaml"), "audience:\n  httpPort: none\n");
  const { exit, stderr } = await world.run("audience", "start");
  expect(exit).toBe(2);
  expect(stderr).toContain("line 2: audience.httpPort takes a whole number from 0 to 65535");
});

test("the receiver keeps telemetry as --sync says, before its setting, and else as the settings say", () => {
  const keeping = { sync: "off", segmentBytes: 1, segmentHours: 2, retentionBytes: 3, retentionDays: 4 } as const;
  expect(storageSettingsFrom(under({}))).toEqual(keeping);
  expect(storageSettingsFrom(under({ sync: "always" }))).toEqual({ ...keeping, sync: "always" });
  expect(storageSettingsFrom(under({ sync: "interval" }))).toEqual({ ...keeping, sync: "always" });
  const notes = (sync: string) => readSettingFlags("audience run", RECEIVER_SETTINGS, { sync }).notes;
  expect(notes("interval")).toEqual(['--sync: "interval" means "always" now']);
  expect(notes("off")).toEqual([]);
  expect(typedAgain(RECEIVER_SETTINGS, { sync: "off", host: "::1" })).toEqual(["--host", "::1", "--sync", "off"]);
  expect(typedAgain(RECEIVER_SETTINGS, {})).toEqual([]);
});

test("audience.sync: interval, a word of former versions, is taken for always, with a warning", async () => {
  await using world = testDeps();
  write(join(world.home, ".config/masque/config.yaml"), "audience:\n  sync: interval\n");
  const ports = ["--http-port", "0", "--grpc-port", "0", "--health-port", "0"];
  try {
    const { stdout, stderr } = await world.run("audience", "start", ...ports, "--json");
    expect(JSON.parse(stdout)).toMatchObject({ storage: { sync: "always" } });
    expect(stderr).toContain('line 2: audience.sync: "interval" means "always" now');
  } finally {
    await world.run("audience", "stop");
  }
});

test.each(["run", "start"])("masque audience %s refuses a --sync that it does not know", async (command) => {
  await using world = testDeps();
  const { exit, stderr } = await world.run("audience", command, "--sync", "sometimes");
  expect(exit).toBe(2);
  expect(stderr).toContain('Cannot use --sync "sometimes": it takes one of always, off');
});

test("masque audience start hands --sync on to the receiver", async () => {
  await using world = testDeps();
  const ports = ["--http-port", "0", "--grpc-port", "0", "--health-port", "0"];
  try {
    const { stdout } = await world.run("audience", "start", ...ports, "--sync", "off", "--json");
    expect(JSON.parse(stdout)).toMatchObject({ storage: { sync: "off" } });
  } finally {
    await world.run("audience", "stop");
  }
});

test("settingFlags() makes a flag of each setting that declares one, with what it takes and its default", () => {
  expect(Object.entries(settingFlags(SETTINGS)).map(([flag, { valueHint }]) => `--${flag} ${valueHint}`)).toEqual([
    "--host ADDRESS",
    "--http-port PORT",
    "--grpc-port PORT",
    "--health-port PORT",
    "--sync always|off",
    "--min-composite SCORE",
    "--min-quality SCORE",
    "--min-autonomy SCORE",
    "--min-productivity SCORE",
    "--min-token-efficiency SCORE",
    "--min-cost-efficiency SCORE",
    "--max-cost USD",
    "--require-confidence low|medium|high|any",
    "--min-checks N|all",
  ]);
  expect(settingFlags(SETTINGS)["http-port"].description).toEndWith("(default 4318)");
  expect(settingFlags(SETTINGS)["max-cost"].description).not.toContain("default");
});
