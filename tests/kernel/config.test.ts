import { expect, test } from "bun:test";
import { execFileSync } from "node:child_process";
import { chmodSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import fc from "fast-check";
import { type Config, readSettings, SETTINGS } from "../../src/app/settings.ts";
import { loopbackAddress } from "../../src/audience/address.ts";
import { projectConfigFile } from "../../src/kernel/config/config.ts";
import { type Setting, variableOf } from "../../src/kernel/config/setting.ts";
import type { Env } from "../../src/kernel/paths.ts";
import { readYaml } from "../../src/kernel/text/yaml.ts";
import { CHECKOUT } from "../support/binary.ts";
import { temporaryFolder } from "../support/temp-folder.ts";

const DEFAULTS: Config = {
  "audience.host": "127.0.0.1",
  "audience.httpPort": 4318,
  "audience.grpcPort": 4317,
  "audience.healthPort": 13_133,
  "audience.token": "",
  "audience.sync": "always",
  "audience.segmentBytes": 64 * 1024 ** 2,
  "audience.segmentHours": 24,
  "audience.retentionBytes": 5 * 1024 ** 3,
  "audience.retentionDays": 90,
  "audience.autoStart": false,
  "anchor.every": 20,
  "judge.minComposite": null,
  "judge.minQuality": null,
  "judge.minAutonomy": null,
  "judge.minProductivity": null,
  "judge.minTokenEfficiency": null,
  "judge.minCostEfficiency": null,
  "judge.maxCost": null,
  "judge.requireConfidence": "any",
  "judge.minChecks": null,
};

/** A user and a project with the config files given. */
function configured(files: { user?: string | Uint8Array; project?: string | Uint8Array } = {}) {
  const folder = temporaryFolder();
  const project = join(folder.path, "project");
  const configFile = join(folder.path, "config", "masque", "config.yaml");
  const loaded = { yaml: 0 };
  if (files.user !== undefined) write(configFile, files.user);
  if (files.project !== undefined) write(projectConfigFile(project), files.project);
  const yaml = async () => {
    loaded.yaml++;
    return readYaml;
  };
  return {
    project,
    configFile,
    loaded,
    read: (env: Env = {}) => readSettings({ env, project, paths: { configFile }, yaml }),
    [Symbol.dispose]: () => folder[Symbol.dispose](),
  };
}

function write(path: string, bytes: string | Uint8Array): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, bytes);
}

test("readConfig() without any file answers the defaults and loads no YAML", async () => {
  using place = configured();
  expect(await place.read()).toMatchObject({ config: DEFAULTS, warnings: [] });
  expect(place.loaded.yaml).toBe(0);
});

test("readConfig() puts the environment before the user's file before the default", async () => {
  using place = configured({ user: "audience:\n  httpPort: 5000\n  healthPort: 5001\n" });
  const { config, warnings } = await place.read({ MASQUE_AUDIENCE_HTTP_PORT: "6000", MASQUE_AUDIENCE_HOST: "" });
  expect(config).toEqual({ ...DEFAULTS, "audience.httpPort": 6000, "audience.healthPort": 5001 });
  expect(warnings).toEqual([]);
});

test.each([
  ["a port that is text", "audience:\n  httpPort: high\n", "line 2: audience.httpPort takes a whole number"],
  ["a port out of range", "audience:\n  httpPort: 65536\n", "line 2: audience.httpPort takes a whole number"],
  ["an address that is none", 'audience:\n  host: "a b"\n', "line 2: audience.host takes an address"],
  ["broken YAML", "audience: {\n", "line 2"],
  ["a list", "- 1\n", "it holds no settings"],
  ["a tag", "audience: !!js/function x\n", "line 1"],
  ["bytes that are not text", Uint8Array.of(0xff, 0xfe, 0x00), "not UTF-8"],
  ["a file too large", `a: ${"x".repeat(70_000)}`, "more than 65536"],
])("readConfig() refuses %s in the user's own file", async (_what, user, told) => {
  using place = configured({ user });
  await expect(place.read()).rejects.toMatchObject({ code: "config.invalid", message: expect.stringContaining(told) });
});

test("readConfig() refuses an environment variable that cannot be used, without driving the terminal", async () => {
  using place = configured();
  const failure = await place.read({ MASQUE_AUDIENCE_HTTP_PORT: "80\u001b[2J" }).catch((error) => error);
  expect(failure).toMatchObject({ code: "config.invalid" });
  expect(failure.message).toContain('MASQUE_AUDIENCE_HTTP_PORT="80\\u{1b}[2J"');
});

test("readConfig() warns of keys that are not settings, with the nearest setting", async () => {
  using place = configured({ user: "audience:\n  htpPort: 5000\n  colour: red\n" });
  const { config, warnings } = await place.read();
  expect(config).toEqual(DEFAULTS);
  expect(warnings).toEqual([
    `"${place.configFile}" line 2: "audience.htpPort" is not a setting; did you mean "audience.httpPort"?`,
    `"${place.configFile}" line 3: "audience.colour" is not a setting`,
  ]);
});

test("readConfig() refuses in a project's file what a stranger must not set", async () => {
  using place = configured({
    project: "audience:\n  httpPort: 9999\n  host: 10.0.0.1\nendpoint: http://evil.example\n",
  });
  const { config, warnings } = await place.read();
  expect(config).toEqual(DEFAULTS);
  expect(warnings).toHaveLength(3);
  expect(warnings[0]).toContain("audience.httpPort is refused in a project's file");
  expect(warnings[0]).toContain("MASQUE_AUDIENCE_HTTP_PORT");
  expect(warnings.join("\n")).not.toMatch(/9999|10\.0\.0\.1|evil/);
});

test("readConfig() takes the judge's bars from a project's file, and from its environment before that", async () => {
  using place = configured({ project: "judge:\n  minComposite: 6.5\n  maxCost: 2\n  minQuality: 11\n" });
  const { config, warnings } = await place.read({ MASQUE_JUDGE_MAX_COST: ".25" });
  expect(config).toEqual({ ...DEFAULTS, "judge.minComposite": 6.5, "judge.maxCost": 0.25 });
  expect(warnings).toEqual([
    `"${projectConfigFile(place.project)}" line 4: judge.minQuality takes a number from 0 to 10`,
  ]);
  await expect(place.read({ MASQUE_JUDGE_MIN_QUALITY: "1e3" })).rejects.toMatchObject({ code: "config.invalid" });
});

const HOSTILE: readonly (readonly [string, string | Uint8Array])[] = [
  ["broken YAML", "a: [1, 2"],
  ["a list", "- 1"],
  ["binary", Uint8Array.of(0, 1, 2, 0xff)],
  ["too large", "x".repeat(70_000)],
  ["an alias bomb", `a: &a [x, x]\n${"b: &b [*a, *a, *a, *a]\n".repeat(50)}`],
  ["deep nesting", "[".repeat(30_000)],
  ["a prototype", "__proto__:\n  polluted: true\nconstructor:\n  prototype:\n    polluted: true\n"],
  ["a number of keys", Array.from({ length: 3000 }, (_, n) => `key${n}: 1`).join("\n")],
];

test.each(HOSTILE)("readConfig() leaves a project's file out that is %s, and goes on", async (_what, project) => {
  using place = configured({ project, user: "audience:\n  httpPort: 5000\n" });
  const { config, warnings } = await place.read();
  expect(config["audience.httpPort"]).toBe(5000);
  expect(warnings.length).toBeGreaterThan(0);
  expect(warnings.length).toBeLessThanOrEqual(11);
  expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
});

test("readConfig() never waits for a project's pipe, nor fails for a folder or a file it may not read", async () => {
  for (const make of [makePipe, makeFolder, makeUnreadable]) {
    using place = configured();
    mkdirSync(join(place.project, ".claude"), { recursive: true });
    make(projectConfigFile(place.project));
    const { config } = await place.read();
    expect(config).toEqual(DEFAULTS);
  }
});

function makePipe(path: string): void {
  if (process.platform === "win32") return;
  execFileSync("mkfifo", [path]);
}

function makeFolder(path: string): void {
  mkdirSync(path);
}

function makeUnreadable(path: string): void {
  writeFileSync(path, "a: 1");
  chmodSync(path, 0);
}

test("readConfig() follows no link in a project: neither the file nor .claude, and shows nothing of what it leads to", async () => {
  using place = configured({ user: "audience:\n  httpPort: 5000\n" });
  const secret = join(place.project, "secret");
  mkdirSync(secret, { recursive: true });
  const text = "aws_secret_access_key: wJalrXUtnFEMI\njudge:\n  minQuality: 7\n*wJalrXUtnFEMI\n";
  writeFileSync(join(secret, "masque.config.yaml"), text);
  symlinkSync(secret, join(place.project, ".claude"));
  const ofFolder = await place.read();
  rmSync(join(place.project, ".claude"));
  mkdirSync(join(place.project, ".claude"));
  symlinkSync(join(secret, "masque.config.yaml"), projectConfigFile(place.project));
  const ofFile = await place.read();
  for (const { config, warnings } of [ofFolder, ofFile]) {
    expect(config).toEqual({ ...DEFAULTS, "audience.httpPort": 5000 });
    expect(warnings).toEqual([expect.stringContaining("a link, and masque follows none")]);
    expect(warnings.join("")).not.toMatch(/wJalr|aws_secret/);
  }
});

test("readConfig() shows at most a bounded part of what a project's file says", async () => {
  for (const text of [
    `${"k".repeat(900)}: 1`,
    `a: *${"x".repeat(5_000)}`,
    `a: !${"t".repeat(5_000)} 1`,
    `"${"k".repeat(5_000)}`,
  ]) {
    using place = configured({ project: text });
    const { warnings } = await place.read();
    expect(warnings).toHaveLength(1);
    expect(warnings[0]?.replace(projectConfigFile(place.project), "").length).toBeLessThan(220);
  }
});

test("readConfig() refuses a project's file that would take the parser long, in no time", async () => {
  const manyKeys = Array.from({ length: 10_000 }, (_, at) => `k${at}:`).join("\n");
  for (const text of [": ".repeat(8_192), manyKeys.slice(0, 60_000), "[".repeat(60_000), "- ".repeat(30_000)]) {
    using place = configured({ project: text });
    const { config, warnings } = await place.read();
    expect(config).toEqual(DEFAULTS);
    expect(warnings[0]).toMatch(/Nesting is deeper than|more than 10000 keys/);
  }
}, 30_000);

test("readConfig() neither fails for a project's file nor echoes what drives a terminal, whatever is in it", async () => {
  const yamlish = fc.string({ unit: fc.constantFrom(..."ab:-[]{}&*!|>?#'\"\\%@,. \n\t\u001b\u0007\u202e") });
  const anything = fc.oneof(yamlish, fc.string({ unit: "binary" }));
  await fc.assert(
    fc.asyncProperty(anything, async (project) => {
      using place = configured({ project });
      const { config, warnings } = await place.read();
      expect(config).toEqual(DEFAULTS);
      // biome-ignore lint/suspicious/noControlCharactersInRegex: their absence is the point
      expect(warnings.join("")).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u202e]/);
    }),
  );
});

test("docs/configuration.md shows every setting as it is", () => {
  const docs = readFileSync(join(CHECKOUT, "docs/configuration.md"), "utf8");
  const rows = Object.entries<Setting<unknown>>(SETTINGS).map(([key, setting]) => {
    const trust = setting.isProjectSafe ? "allowed" : "refused";
    const standard = setting.default === "" || setting.default === null ? "none" : `\`${setting.default}\``;
    const flag = setting.flag === undefined ? "" : `\`--${setting.flag}\``;
    return `| \`${key}\` | \`${variableOf(key)}\` | ${flag} | ${standard} | ${trust} | ${setting.description} |`;
  });
  expect(docs.split("\n").filter((line) => /^\| `(audience|anchor|judge)\./.test(line))).toEqual(rows);
});

test.each(["constructor", "toString", "__proto__", "valueOf"])(
  "readConfig() takes no %j for a yes or no",
  async (word) => {
    using place = configured();
    await expect(place.read({ MASQUE_AUDIENCE_AUTO_START: word })).rejects.toThrow(
      `Cannot use MASQUE_AUDIENCE_AUTO_START="${word}"`,
    );
  },
);

test.each(["constructor", "toString", "__proto__"])("loopbackAddress(%j) is not an address", (word) => {
  expect(loopbackAddress(word)).toBeUndefined();
});
