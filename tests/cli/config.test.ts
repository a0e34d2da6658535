import { expect, test } from "bun:test";
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { SETTINGS } from "../../src/app/settings.ts";
import { type TestWorld, testDeps } from "../support/test-deps.ts";

const TOKEN = "a-token-that-nothing-shows";

/** A world whose user and project have the settings given. */
function configured({ user, project, ...more }: TestWorld & { user?: string; project?: string }) {
  const world = testDeps(more);
  const files = {
    user: join(world.home, ".config/masque/config.yaml"),
    project: join(world.project, ".claude/masque.config.yaml"),
  };
  if (user !== undefined) write(files.user, user);
  if (project !== undefined) write(files.project, project);
  return { world, files };
}

function write(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}

test("masque config shows every setting with where its value comes from", async () => {
  const { world, files } = configured({
    user: "audience:\n  httpPort: 5000\n  healthPort: 5001\n",
    project: "audience:\n  grpcPort: 6666\njudge:\n  minQuality: 6.5\n",
    env: { MASQUE_AUDIENCE_HEALTH_PORT: "5002" },
  });
  await using _ = world;
  const { exit, stdout, stderr } = await world.run("config");
  expect(exit).toBe(0);
  const rows = new Map(stdout.split("\n").map((line) => [line.split(/ +/)[0], line.replace(/ +/g, " ")]));
  expect(Object.keys(SETTINGS).filter((key) => !rows.has(key))).toEqual([]);
  expect(rows.get("audience.host")).toBe("audience.host 127.0.0.1 default");
  expect(rows.get("audience.httpPort")).toBe("audience.httpPort 5000 your file, line 2");
  expect(rows.get("audience.healthPort")).toBe("audience.healthPort 5002 MASQUE_AUDIENCE_HEALTH_PORT");
  expect(rows.get("audience.grpcPort")).toBe("audience.grpcPort 4317 default; the project's file, line 2, is refused");
  expect(rows.get("judge.minQuality")).toBe("judge.minQuality 6.5 the project's file, line 4");
  expect(stdout).toContain(files.user);
  expect(stdout).toContain(files.project);
  expect(stderr).toContain("audience.grpcPort is refused in a project's file");
  expect(stdout + stderr).not.toContain("6666");
});

test("masque config --json has the same for programs", async () => {
  const { world, files } = configured({
    user: "audience:\n  httpPort: 5000\n",
    project: "audience:\n  httpPort: 6666\n",
  });
  await using _ = world;
  const { settings, files: shown } = JSON.parse((await world.run("config", "--json")).stdout);
  expect(settings.map(({ setting }: { setting: string }) => setting)).toEqual(Object.keys(SETTINGS));
  const port = settings.find(({ setting }: { setting: string }) => setting === "audience.httpPort");
  expect(port).toMatchObject({ value: 5000, default: 4318, source: "user", file: files.user, line: 2 });
  expect(port).toMatchObject({ flag: "--http-port", variable: "MASQUE_AUDIENCE_HTTP_PORT", project_may_set: false });
  expect(port.refused).toEqual({ file: files.project, line: 2 });
  expect(shown).toEqual({
    user: { path: files.user, exists: true },
    project: { path: files.project, exists: true },
  });
  const one = JSON.parse((await world.run("config", "audience.httpPort", "--json")).stdout);
  expect(one).toEqual(port);
});

test.each([[[]], [["--json"]], [["audience.token"]], [["audience.token", "--json"]]])(
  "masque config %j shows no secret, only that there is one",
  async (more) => {
    const { world } = configured({ env: { MASQUE_AUDIENCE_TOKEN: TOKEN } });
    await using _ = world;
    const { exit, stdout, stderr } = await world.run("config", ...more);
    expect(exit).toBe(0);
    expect(stdout).toMatch(/set, not shown|"hidden": true/);
    expect(stdout + stderr).not.toContain(TOKEN);
  },
);

test("masque config without a token says that there is none", async () => {
  await using world = testDeps();
  expect((await world.run("config", "audience.token")).stdout).toMatch(/value +none\n/);
  expect(JSON.parse((await world.run("config", "audience.token", "--json")).stdout)).toMatchObject({ hidden: false });
});

test("masque config of one setting says what it takes and how it is set", async () => {
  await using world = testDeps();
  const { stdout } = await world.run("config", "AUDIENCE.HTTPPORT");
  expect(stdout).toStartWith("audience.httpPort: port for telemetry over OTLP/HTTP");
  expect(stdout).toMatch(
    /takes +a whole number from 0 to 65535\n +variable +MASQUE_AUDIENCE_HTTP_PORT\n +flag +--http-port\n/,
  );
});

test.each([
  ["judge.minComposite", "7", "judge: { minComposite: 7 }"],
  ["AUDIENCE.HTTPPORT", "5000", "audience: { httpPort: 5000 }"],
])("masque config %s %s says that it only shows, and a line that sets it", async (name, value, line) => {
  const { world, files } = configured({});
  await using _ = world;
  const refused = await world.run("config", name, value);
  expect(refused).toMatchObject({ exit: 2, stdout: "" });
  expect(refused.stderr).toContain(`write the line \`${line}\` into "${files.user}"`);
  write(files.user, `${line}\n`);
  expect((await world.run("config", name)).stdout).toContain(`${files.user}, line 1`);
});

test.each([
  ["audience.htpPort", "hint: did you mean audience.host, audience.httpPort, "],
  ["__proto__", "try: masque config"],
  ["color\u001b[2J", "try: masque config"],
])("masque config refuses %j, which is not a setting", async (name, next) => {
  await using world = testDeps();
  const { exit, stdout, stderr } = await world.run("config", name);
  expect({ exit, stdout }).toEqual({ exit: 2, stdout: "" });
  expect(stderr).toContain(next);
  expect(stderr).not.toContain("\u001b");
});

test("masque config ends with the place of what is wrong in the user's own file", async () => {
  const { world, files } = configured({ user: "audience:\n  httpPort: high\n" });
  await using _ = world;
  const { exit, stderr } = await world.run("config");
  expect(exit).toBe(2);
  expect(stderr).toContain(`"${files.user}" line 2: audience.httpPort takes a whole number`);
});

test("masque config on a narrow terminal keeps within its columns", async () => {
  await using world = testDeps({ columns: 62, env: { MASQUE_JUDGE_MIN_TOKEN_EFFICIENCY: "5" } });
  const table = (await world.run("config")).stdout.split("\n\n")[0] ?? "";
  expect(table.split("\n").filter((line) => Bun.stringWidth(line) > 62)).toEqual([]);
  expect(table).toContain("judge.minTokenEfficiency");
});
