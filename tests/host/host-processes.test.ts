import { expect, test } from "bun:test";
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseJson } from "../../src/kernel/text/json.ts";
import { MASQUE_BINARY, requireFreshBinary } from "../support/binary.ts";
import { finish, succeeded } from "../support/process.ts";
import { temporaryFolder } from "../support/temp-folder.ts";

/**
 * The compiled program below a process that is called `claude`: a copy of the shell. It shows which of three folders of
 * masques counts: the person's, a repository's, and one that is named on purpose.
 */

const MARK = "CLAUDECODE=1";
const RECORDING = join(import.meta.dir, "../fixtures/telemetry/quick-http-json");

function machine() {
  const folder = temporaryFolder();
  const home = join(folder.path, "home");
  const claude = join(folder.path, "bin/claude");
  for (const [name, path] of [
    ["Mine", join(home, ".masques")],
    ["Evil", join(folder.path, "evil")],
    ["Evil", join(folder.path, "evil-home/.masques")],
    ["Chosen", join(folder.path, "chosen")],
  ] as const) {
    mkdirSync(path, { recursive: true });
    writeFileSync(join(path, `${name.toLowerCase()}.masque.yaml`), `name: ${name}\nversion: "1.0.0"\nlens: x\n`);
  }
  mkdirSync(join(folder.path, "bin"));
  mkdirSync(join(home, ".claude"));
  copyFileSync("/bin/sh", claude);
  const fill = (text: string) =>
    text
      .replaceAll("BIN", () => `'${MASQUE_BINARY}'`)
      .replaceAll("LIST", () => `'${MASQUE_BINARY}' list --json; true`)
      .replaceAll("@", () => folder.path);
  const run = (line: string, started: Record<string, string> = {}, shell = claude) => {
    requireFreshBinary();
    const env = Object.fromEntries(Object.entries(started).map(([name, value]) => [name, fill(value)]));
    return finish([shell, "-c", fill(line)], {
      cwd: folder.path,
      env: { HOME: home, PATH: `${join(folder.path, "bin")}:/usr/bin:/bin`, ...env },
    });
  };
  return {
    root: folder.path,
    /** Runs a line in the shell called claude; `BIN` is the program. */
    run,
    settings: (text: string) => writeFileSync(join(home, ".claude/settings.json"), fill(text)),
    /** Names of the private masques that `line` lists, in the shell called claude; `LIST` lists, `@` is the folder. */
    async seen(line: string, started: Record<string, string> = {}, shell = claude) {
      const ran = await run(line, started, shell);
      const listed = parseJson(succeeded(ran).stdout);
      if (!Array.isArray(listed)) throw new TypeError("no list was printed");
      return listed.filter((one) => one.source === "private").map((one) => one.name);
    },
    [Symbol.dispose]: () => folder[Symbol.dispose](),
  };
}

const isLinux = process.platform === "linux";

test.if(isLinux).each([
  ["what only the client's child was given", `${MARK} MASQUES_HOME=@/evil LIST`, {}, "Mine"],
  ["the same through a shell", `${MARK} MASQUES_HOME=@/evil sh -c "LIST"`, {}, "Mine"],
  [
    "the same through three shells",
    `${MARK} MASQUES_HOME=@/evil sh -c "sh -c \\"sh -c 'true'; LIST\\"; true"`,
    {},
    "Mine",
  ],
  ["a home that only the child was given", `${MARK} HOME=@/evil-home LIST`, {}, "Mine"],
  ["what the client was started with", `${MARK} LIST`, { MASQUES_HOME: "@/chosen" }, "Chosen"],
  [
    "another value than the client was started with",
    `${MARK} MASQUES_HOME=@/evil LIST`,
    { MASQUES_HOME: "@/chosen" },
    "Chosen",
  ],
  [
    "nothing in place of what the client was started with",
    `${MARK} MASQUES_HOME= LIST`,
    { MASQUES_HOME: "@/chosen" },
    "Chosen",
  ],
  ["what a shell below sets on purpose", `${MARK} sh -c "MASQUES_HOME=@/chosen LIST"`, {}, "Chosen"],
  [
    "what a shell below sets over a project's",
    `${MARK} MASQUES_HOME=@/evil sh -c "MASQUES_HOME=@/chosen LIST"`,
    {},
    "Chosen",
  ],
  ["what is set without the client's mark", "MASQUES_HOME=@/chosen LIST", {}, "Chosen"],
  ["a client in a client", `${MARK} MASQUES_HOME=@/evil claude -c "${MARK} LIST"`, {}, "Mine"],
  [
    "a client in a client that was started with it",
    `${MARK} MASQUES_HOME=@/evil claude -c "${MARK} LIST"`,
    { MASQUES_HOME: "@/chosen" },
    "Chosen",
  ],
  ["a script of the person's that starts the client", `MASQUES_HOME=@/chosen claude -c "${MARK} LIST"`, {}, "Chosen"],
] as const)("of %s, what counts is as it should be", async (_what, line, started, name) => {
  using me = machine();
  expect(await me.seen(line, started)).toEqual([name]);
});

test.if(isLinux)("the mark alone, below no client, changes nothing", async () => {
  using me = machine();
  expect(await me.seen(`${MARK} MASQUES_HOME=@/chosen LIST`, {}, "/bin/sh")).toEqual(["Chosen"]);
});

test.if(isLinux).each([
  ["the same value", '{"env":{"MASQUES_HOME":"@/chosen"}}', `${MARK} MASQUES_HOME=@/chosen LIST`, "Chosen"],
  [
    "another value than the project's",
    '{"env":{"MASQUES_HOME":"@/chosen"}}',
    `${MARK} MASQUES_HOME=@/evil LIST`,
    "Chosen",
  ],
  ["nothing of it", '{"env":{"OTHER":"@/evil"}}', `${MARK} MASQUES_HOME=@/evil LIST`, "Mine"],
  ["no JSON", '{"env":', `${MARK} MASQUES_HOME=@/evil LIST`, "Mine"],
  ["a list", '{"env":["MASQUES_HOME"]}', `${MARK} MASQUES_HOME=@/evil LIST`, "Mine"],
  ["a number", '{"env":{"MASQUES_HOME":7}}', `${MARK} MASQUES_HOME=@/evil LIST`, "Mine"],
])("where the user's own settings say %s", async (_what, settings, line, name) => {
  using me = machine();
  me.settings(settings);
  expect(await me.seen(line)).toEqual([name]);
});

test.if(isLinux)("settings that are a pipe are not waited for", async () => {
  using me = machine();
  expect(await me.seen(`mkfifo "$HOME/.claude/settings.json"; ${MARK} MASQUES_HOME=@/evil LIST`)).toEqual(["Mine"]);
});

test.if(isLinux)("a repository moves no port, no host and no token of the receiver", async () => {
  using me = machine();
  const evil = "MASQUE_AUDIENCE_HOST=0.0.0.0 MASQUE_AUDIENCE_HTTP_PORT=1 MASQUE_AUDIENCE_TOKEN=0123456789abcdef";
  const { stdout, stderr } = await me.run(`${MARK} ${evil} BIN audience config; true`);
  expect(stdout).toContain("http://127.0.0.1:4318");
  expect(stdout).not.toContain("0123456789abcdef");
  expect(stderr).not.toContain("0123456789abcdef");
  expect(stderr.match(/is ignored/g)).toHaveLength(3);
});

test.if(isLinux)("a repository adds no job summary to a file of its choice", async () => {
  using me = machine();
  const victim = join(me.root, "victim");
  writeFileSync(victim, "mine\n");
  const judge = `BIN judge --logs '${RECORDING}' --min-composite 0`;
  const runner = `GITHUB_ACTIONS=true GITHUB_STEP_SUMMARY='${victim}'`;
  succeeded(await me.run(`${MARK} ${runner} ${judge}; true`));
  expect(readFileSync(victim, "utf8")).toBe("mine\n");
  succeeded(await me.run(`${MARK} ${judge}; true`, { GITHUB_ACTIONS: "true", GITHUB_STEP_SUMMARY: victim }));
  expect(readFileSync(victim, "utf8")).toContain("composite");
});

const canHide = isLinux && Bun.spawnSync(["unshare", "--pid", "--fork", "--mount-proc", "true"]).exitCode === 0;

test.if(canHide)("in a sandbox that hides the client nothing of a project's counts", async () => {
  using me = machine();
  const line = `${MARK} MASQUES_HOME=@/evil unshare --pid --fork --mount-proc sh -c "LIST"`;
  expect(await me.seen(line)).toEqual(["Mine"]);
});
