import { describe, expect, test } from "bun:test";
import {
  chownSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { dirname, join, relative } from "node:path";
import { SLASH_COMMAND_MATCHER } from "../../src/kernel/slash-commands.ts";
import { isObject, type JsonObject, parseJson } from "../../src/kernel/text/json.ts";
import { type TestDeps, testDeps } from "../support/test-deps.ts";

const COMMANDS = ["audience", "doff", "don", "id", "inspect", "list", "performance", "sync-manifest"];
const SETUP = ["setup", "claude", "--port", "4318"];

/** Every file below a folder with its bytes, except masque's own data and what the runtime caches. */
function tree(root: string): Record<string, string> {
  const entries = readdirSync(root, { recursive: true, withFileTypes: true });
  return Object.fromEntries(
    entries
      .map((entry) => join(entry.parentPath, entry.name))
      .filter((path) => !/\/\.(?:local|bun|git)(?:\/|$)/.test(path))
      .sort()
      .map((path) => [
        relative(root, path),
        lstatSync(path).isFile() ? readFileSync(path, "latin1") : "folder or link",
      ]),
  );
}

function write(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}

function settingsOf(me: TestDeps): JsonObject {
  const json = parseJson(readFileSync(join(me.home, ".claude/settings.json"), "utf8"));
  if (!isObject(json)) throw new Error("the settings are not an object");
  return json;
}

describe("masque setup claude", () => {
  test.each([
    [[], {}, "masque audience start\n"],
    [["--port", "5000"], {}, "masque audience start --http-port 5000\n"],
    [[], { MASQUE_AUDIENCE_AUTO_START: "true" }, null],
  ])("with %j and %j says which command starts the receiver, where none runs", async (flags, env, next) => {
    await using me = testDeps({ env });
    const { stderr } = await me.run("setup", "claude", "--yes", ...flags);
    const [done, ...more] = stderr.split("\n");
    expect(done).toStartWith("Done.");
    if (next === null) expect(more).toEqual([""]);
    else expect(stderr).toEndWith(`  next: ${next}`);
  });

  test("names no next command where a receiver runs", async () => {
    await using me = testDeps();
    const started = await me.run("audience", "start", "--http-port", "0", "--grpc-port", "0", "--health-port", "0");
    try {
      expect(started.exit).toBe(0);
      expect((await me.run("setup", "claude", "--yes")).stderr).not.toContain("next:");
    } finally {
      await me.run("audience", "stop");
    }
  });

  test("shows every change, touches nothing unless someone agrees, and says how to", async () => {
    await using me = testDeps();
    const before = tree(me.root);
    const shown = await me.run(...SETUP);
    expect(shown.exit).toBe(1);
    for (const name of COMMANDS) expect(shown.stdout).toContain(`.claude/commands/${name}.md`);
    expect(shown.stdout).toContain("hooks.SessionStart runs `masque hook session-start`");
    expect(shown.stdout).toContain("env.OTEL_EXPORTER_OTLP_ENDPOINT = http://127.0.0.1:4318");
    expect(shown.stderr).toContain("masque setup claude --yes");
    expect(await me.run(...SETUP, "--dry-run")).toMatchObject({ exit: 0, stdout: shown.stdout });
    expect(tree(me.root)).toEqual(before);
  });

  test("asks a person, and takes only yes for one", async () => {
    await using no = testDeps({ canAsk: true, columns: 80 });
    expect((await no.run(...SETUP)).exit).toBe(1);
    expect(existsSync(join(no.home, ".claude"))).toBe(false);
    await using yes = testDeps({ canAsk: true, columns: 80, answersYes: true });
    expect((await yes.run(...SETUP)).exit).toBe(0);
    expect(existsSync(join(yes.home, ".claude/commands/don.md"))).toBe(true);
  });

  test("wires commands, hooks, status line and telemetry, and finds nothing to do a second time", async () => {
    await using me = testDeps();
    expect(await me.run(...SETUP, "--yes")).toMatchObject({ exit: 0 });
    const settings = settingsOf(me);
    const [command = "", main = ""] = me.deps.program;
    const hook = (name: string) => ({
      type: "command",
      command,
      args: [main, "hook", name, "--from-setup"],
      timeout: 10,
    });
    expect(settings["hooks"]).toEqual({
      SessionStart: [{ hooks: [hook("session-start")] }],
      UserPromptSubmit: [{ hooks: [hook("prompt")] }],
      SessionEnd: [{ hooks: [hook("session-end")] }],
      UserPromptExpansion: [{ matcher: SLASH_COMMAND_MATCHER, hooks: [hook("expand")] }],
    });
    expect(settings["statusLine"]).toEqual({ type: "command", command: `${command} ${main} statusline` });
    expect(settings["env"]).toMatchObject({ CLAUDE_CODE_ENABLE_TELEMETRY: "1" });
    const don = readFileSync(join(me.home, ".claude/commands/don.md"), "utf8");
    const script = join(me.deps.paths.data, "host/claude/run.sh");
    expect(don).toContain(`allowed-tools: Bash(sh ${script}:*)\n`);
    expect(don).not.toContain("CLAUDE_PLUGIN_ROOT");
    expect(existsSync(script)).toBe(true);
    for (const name of readdirSync(join(me.home, ".claude/commands"))) {
      const text = readFileSync(join(me.home, ".claude/commands", name), "utf8");
      expect(/```!\n([\s\S]*?)\n```/.exec(text)?.[1]).toBe(`sh ${script} ${name.slice(0, -".md".length)}`);
      expect(text).not.toContain("$");
    }
    const after = tree(me.root);
    expect((await me.run(...SETUP, "--yes")).stdout).toContain("nothing to change");
    expect(tree(me.root)).toEqual(after);
  });

  test("goes to the folder that CLAUDE_CONFIG_DIR names", async () => {
    await using outer = testDeps();
    const folder = join(outer.root, "elsewhere");
    await using me = testDeps({ env: { CLAUDE_CONFIG_DIR: folder } });
    await me.run(...SETUP, "--yes");
    expect(readdirSync(folder).sort()).toEqual(["commands", "settings.json"]);
    expect(existsSync(join(me.home, ".claude"))).toBe(false);
  });

  test("answers as JSON for programs", async () => {
    await using me = testDeps();
    const { stdout } = await me.run(...SETUP, "--yes", "--json");
    const json = JSON.parse(stdout);
    expect(json).toMatchObject({ folder: join(me.home, ".claude"), applied: true, left_alone: [] });
    expect(json.changes).toHaveLength(COMMANDS.length + 2);
    expect(json.changes.at(-1)).toMatchObject({ path: join(me.home, ".claude/settings.json"), action: "create" });
  });

  test("chains a status line that is there, in its own object, and gives it back", async () => {
    await using me = testDeps();
    const settings = join(me.home, ".claude/settings.json");
    const text = '{"statusLine": {"type": "command", "command": "echo \'hi\'", "padding": 2}}';
    write(settings, text);
    await me.run(...SETUP, "--yes");
    expect(settingsOf(me)["statusLine"]).toEqual({
      type: "command",
      command: `${me.deps.program.join(" ")} statusline --after='echo '\\''hi'\\'''`,
      padding: 2,
    });
    await me.run("setup", "claude", "--undo", "--yes");
    expect(readFileSync(settings, "utf8")).toBe(text);
  });

  test("leaves telemetry alone that goes elsewhere, and says where", async () => {
    await using me = testDeps();
    write(join(me.home, ".claude/settings.json"), '{"env":{"OTEL_EXPORTER_OTLP_ENDPOINT":"http://corp:4317"}}');
    const { stdout } = await me.run(...SETUP, "--yes");
    expect(stdout).toContain('OTEL_EXPORTER_OTLP_ENDPOINT is "http://corp:4317" in');
    expect(settingsOf(me)["env"]).toEqual({ OTEL_EXPORTER_OTLP_ENDPOINT: "http://corp:4317" });
    await using other = testDeps({ env: { OTEL_EXPORTER_OTLP_LOGS_ENDPOINT: "http://corp:4318" } });
    expect((await other.run(...SETUP, "--yes")).stdout).toContain("in your environment");
    expect(settingsOf(other)["env"]).toBeUndefined();
  });

  test("leaves a command of the user's own alone", async () => {
    await using me = testDeps();
    const don = join(me.home, ".claude/commands/don.md");
    write(don, "mine");
    expect((await me.run(...SETUP, "--yes")).stdout).toContain(`"${don}": it is a file of yours`);
    await me.run("setup", "claude", "--undo", "--yes");
    expect(readFileSync(don, "utf8")).toBe("mine");
  });

  test("leaves the hooks to the plugin where it is installed, also when it came later", async () => {
    await using me = testDeps();
    await me.run(...SETUP, "--yes");
    expect(settingsOf(me)["hooks"]).toBeDefined();
    const path = join(me.home, ".claude/settings.json");
    const enabled = JSON.stringify({ ...settingsOf(me), enabledPlugins: { "masques@masque": true } }, null, 2);
    writeFileSync(path, enabled);
    const { stdout } = await me.run(...SETUP, "--yes");
    expect(stdout).toContain("hooks: the plugin is installed and brings them");
    expect(settingsOf(me)["hooks"]).toBeUndefined();
    expect(existsSync(join(me.home, ".claude/commands/don.md"))).toBe(true);
  });

  test("sets up one project in its own settings, with telemetry in the user's", async () => {
    await using me = testDeps();
    write(join(me.home, ".claude/settings.json"), '{"statusLine":{"type":"command","command":"mine"}}');
    await me.run(...SETUP, "--project", "--yes");
    const local = readFileSync(join(me.project, ".claude/settings.local.json"), "utf8");
    expect(local).toContain("--after=mine");
    expect(local).not.toContain("OTEL_");
    expect(settingsOf(me)["env"]).toMatchObject({ OTEL_LOGS_EXPORTER: "otlp" });
    expect(settingsOf(me)["hooks"]).toBeUndefined();
  });

  test("moves to another port when asked to", async () => {
    await using me = testDeps();
    await me.run(...SETUP, "--yes");
    const { stdout } = await me.run("setup", "claude", "--port", "5000", "--yes");
    expect(stdout).toContain("env.OTEL_EXPORTER_OTLP_ENDPOINT = http://127.0.0.1:5000");
    expect(stdout).not.toContain("hooks.SessionStart");
    await me.run("setup", "claude", "--undo", "--yes");
    expect(existsSync(join(me.home, ".claude"))).toBe(false);
  });

  test.each([
    ["comments", '{ // mine\n  "model": "opus" }\n', true],
    ["a trailing comma", '{ "model": "opus", }\n', true],
    ["a byte order mark", '\ufeff{ "model": "opus" }\n', false],
    ["nothing at all", "", false],
  ])("says of settings with %s whether the host ignores them", async (_title, text, isIgnored) => {
    await using me = testDeps();
    write(join(me.home, ".claude/settings.json"), text);
    const shown = await me.run(...SETUP, "--dry-run");
    expect((shown.stdout + shown.stderr).includes("Claude Code ignores this file")).toBe(isIgnored);
  });

  test("refuses settings that are not JSON, before anything is changed", async () => {
    await using me = testDeps();
    write(join(me.home, ".claude/settings.json"), "{ broken");
    const before = tree(me.root);
    expect(await me.run(...SETUP, "--yes")).toMatchObject({ exit: 2, stderr: expect.stringContaining("line 1") });
    expect(tree(me.root)).toEqual(before);
  });

  test.each([
    ["the folder", ".claude"],
    ["the folder of the commands", ".claude/commands"],
  ])("takes back what it wrote when a file is in the place of %s", async (_name, path) => {
    await using me = testDeps();
    write(join(me.home, path), "in the way");
    const before = tree(me.root);
    expect(await me.run(...SETUP, "--yes")).toMatchObject({ exit: 1, stderr: expect.stringContaining(path) });
    expect(tree(me.root)).toEqual(before);
    expect(existsSync(join(me.deps.paths.data, "host/claude/run.sh"))).toBe(false);
    expect((await me.run("setup", "claude", "--undo", "--yes")).stdout).toContain("nothing to remove");
  });
});

describe("masque setup claude --undo", () => {
  test("leaves nothing behind of a setup that made everything", async () => {
    await using me = testDeps();
    const before = tree(me.root);
    await me.run(...SETUP, "--yes");
    await me.run(...SETUP, "--project", "--yes");
    expect(await me.run("setup", "claude", "--undo", "--yes")).toMatchObject({ exit: 0 });
    expect(existsSync(join(me.deps.paths.data, "host/claude/run.sh"))).toBe(true);
    await me.run("setup", "claude", "--project", "--undo", "--yes");
    expect(tree(me.root)).toEqual(before);
    expect(existsSync(join(me.deps.paths.data, "host/claude/run.sh"))).toBe(false);
    expect((await me.run("setup", "claude", "--undo", "--yes")).stdout).toContain("nothing to remove");
  });

  test("keeps what a person has added or changed since", async () => {
    await using me = testDeps();
    await me.run(...SETUP, "--yes");
    const don = join(me.home, ".claude/commands/don.md");
    writeFileSync(don, "improved");
    const settings = settingsOf(me);
    const env = isObject(settings["env"]) ? settings["env"] : {};
    const changed = { theme: "dark", ...settings, env: { ...env, MINE: "1", OTEL_LOGS_EXPORTER: "console" } };
    writeFileSync(join(me.home, ".claude/settings.json"), JSON.stringify(changed));
    const { stdout } = await me.run("setup", "claude", "--undo", "--yes");
    expect(stdout).toContain(`"${don}": it has been changed since`);
    expect(stdout).toContain("env.OTEL_LOGS_EXPORTER in");
    expect(settingsOf(me)).toEqual({ theme: "dark", env: { MINE: "1", OTEL_LOGS_EXPORTER: "console" } });
    expect(readFileSync(don, "utf8")).toBe("improved");
    expect(readdirSync(join(me.home, ".claude/commands"))).toEqual(["don.md"]);
  });

  test("follows a link to the settings and leaves it one", async () => {
    await using me = testDeps();
    const target = join(me.root, "dotfiles.json");
    write(target, '{\n\t"a": 1\n}');
    mkdirSync(join(me.home, ".claude"));
    symlinkSync(target, join(me.home, ".claude/settings.json"));
    await me.run(...SETUP, "--yes");
    expect(readFileSync(target, "utf8")).toContain("statusline");
    await me.run("setup", "claude", "--undo", "--yes");
    expect(readFileSync(target, "utf8")).toBe('{\n\t"a": 1\n}');
    expect(lstatSync(join(me.home, ".claude/settings.json")).isSymbolicLink()).toBe(true);
  });

  test("clears a setup that died before its files were written, or half way through them", async () => {
    await using me = testDeps();
    write(join(me.home, ".claude/settings.json"), '{"a":1}');
    const before = tree(me.root);
    await me.run(...SETUP, "--yes");
    writeFileSync(join(me.home, ".claude/settings.json"), '{"a":1}');
    rmSync(join(me.home, ".claude/commands/id.md"));
    expect((await me.run("setup", "claude", "--undo", "--yes")).exit).toBe(0);
    expect(tree(me.root)).toEqual(before);
  });

  test("refuses a journal that it did not write", async () => {
    await using me = testDeps();
    write(join(me.deps.paths.data, "host/claude/setup.json"), "[]");
    expect(await me.run("setup", "claude", "--undo", "--yes")).toMatchObject({ exit: 2 });
  });

  test("takes out what the first version recorded", async () => {
    await using me = testDeps();
    const hook = { hooks: [{ type: "command", command: "masque" }] };
    const edit = { isElement: false, former: null, removed: "", inserted: "x", valueAt: 0 };
    const generations = [
      [
        { ...edit, path: ["hooks", "SessionStart"], isElement: true, value: hook, madeFrom: 0 },
        { ...edit, path: ["model"], value: "ours", former: '"opus"', madeFrom: 1 },
      ],
    ];
    const path = join(me.home, ".claude/settings.json");
    write(path, JSON.stringify({ model: "ours", a: 1, hooks: { SessionStart: [hook] } }));
    const setup = { settings: [{ path, generations, madeFile: false }], files: [], folders: [] };
    const journal = { version: 1, setups: { [join(me.home, ".claude")]: setup } };
    write(join(me.deps.paths.data, "host/claude/setup.json"), JSON.stringify(journal));
    expect(await me.run("setup", "claude", "--undo", "--yes")).toMatchObject({ exit: 0 });
    expect(settingsOf(me)).toEqual({ model: "opus", a: 1 });
  });

  test("declined, says how to undo and not how to set up", async () => {
    await using me = testDeps();
    await me.run(...SETUP, "--yes");
    await me.run(...SETUP, "--project", "--yes");
    expect(await me.run("setup", "claude", "--undo")).toMatchObject({
      exit: 1,
      stderr: expect.stringContaining("masque setup claude --undo --yes"),
    });
    expect((await me.run("setup", "claude", "--undo", "--project")).stderr).toContain(
      "masque setup claude --project --undo --yes",
    );
  });

  test("leaves the file when the link to it was made after the setup", async () => {
    await using me = testDeps();
    await me.run(...SETUP, "--yes");
    const path = join(me.home, ".claude/settings.json");
    const target = join(me.root, "dotfiles.json");
    renameSync(path, target);
    symlinkSync(target, path);
    expect(await me.run("setup", "claude", "--undo", "--yes")).toMatchObject({ exit: 0 });
    expect(readFileSync(target, "utf8")).toBe("{}\n");
    expect(lstatSync(path).isSymbolicLink()).toBe(true);
  });
});

describe("masque setup claude on links of the user's", () => {
  test.skipIf(process.getuid?.() !== 0)("refuses one that leads to a file of somebody else's", async () => {
    await using me = testDeps();
    const target = join(me.root, "theirs/settings.json");
    write(target, "{}");
    chownSync(target, 4711, 4711);
    mkdirSync(join(me.home, ".claude"));
    symlinkSync(target, join(me.home, ".claude/settings.json"));
    const before = tree(me.root);
    expect(await me.run(...SETUP, "--yes")).toMatchObject({
      exit: 1,
      stderr: expect.stringContaining("which belongs to user 4711"),
    });
    expect(tree(me.root)).toEqual(before);
  });

  test("follows a whole folder that is one", async () => {
    await using me = testDeps();
    const folder = join(me.root, "dotfiles");
    write(join(folder, "settings.json"), '{"a": 1}');
    symlinkSync(folder, join(me.home, ".claude"));
    const before = tree(me.root);
    expect(await me.run(...SETUP, "--yes")).toMatchObject({ exit: 0 });
    expect(existsSync(join(folder, "commands/don.md"))).toBe(true);
    expect(await me.run("setup", "claude", "--undo", "--yes")).toMatchObject({ exit: 0 });
    expect(tree(me.root)).toEqual(before);
  });

  test("leaves a command that is one, and what it leads to", async () => {
    await using me = testDeps();
    const target = join(me.root, "mine.md");
    write(target, "mine");
    const don = join(me.home, ".claude/commands/don.md");
    mkdirSync(dirname(don), { recursive: true });
    symlinkSync(target, don);
    expect((await me.run(...SETUP, "--yes")).stdout).toContain(`"${don}": it is a link of yours`);
    await me.run("setup", "claude", "--undo", "--yes");
    expect(readFileSync(target, "utf8")).toBe("mine");
    expect(lstatSync(don).isSymbolicLink()).toBe(true);
  });
});

describe("masque setup claude with words of one dash", () => {
  test.each(["-dry-run", "-undo", "-project", "-json", "-y-", "-yes"])(
    "refuses %s and applies nothing",
    async (word) => {
      await using me = testDeps();
      const before = tree(me.root);
      expect(await me.run(...SETUP, word)).toMatchObject({ exit: 2 });
      expect(tree(me.root)).toEqual(before);
    },
  );
});

describe("setup and `audience config --write` in one file", () => {
  const SETUP_UNDO = ["setup", "claude", "--undo", "--yes"];
  const CONFIG_UNDO = ["audience", "config", "--undo"];
  const CONFIG = ["audience", "config", "--write", "--http-port", "5000"];
  const ENDPOINT = "OTEL_EXPORTER_OTLP_ENDPOINT";

  test.each([
    ["no file", null, [SETUP_UNDO, CONFIG_UNDO]],
    ["no file", null, [CONFIG_UNDO, SETUP_UNDO]],
    ["a file", '{\n  "env": { "MINE": "1" }\n}\n', [SETUP_UNDO, CONFIG_UNDO]],
    ["a file", '{\n  "env": { "MINE": "1" }\n}\n', [CONFIG_UNDO, SETUP_UNDO]],
  ])("leave %s as it was, in whichever order they are undone", async (_title, text, undos) => {
    await using me = testDeps();
    const path = join(me.home, ".claude/settings.json");
    if (text !== null) write(path, text);
    const before = tree(me.root);
    await me.run(...SETUP, "--yes");
    expect(settingsOf(me)["env"]).toMatchObject({ [ENDPOINT]: "http://127.0.0.1:4318" });
    expect(await me.run(...CONFIG)).toMatchObject({ exit: 0 });
    expect(settingsOf(me)["env"]).toMatchObject({ [ENDPOINT]: "http://127.0.0.1:5000" });
    for (const undo of undos) expect(await me.run(...undo)).toMatchObject({ exit: 0 });
    const after = tree(me.root);
    if (text !== null) {
      expect(JSON.parse(readFileSync(path, "utf8"))).toEqual(JSON.parse(text));
      delete before["home/.claude/settings.json"];
      delete after["home/.claude/settings.json"];
    }
    expect(after).toEqual(before);
    expect(existsSync(join(me.deps.paths.data, "host/claude/setup.json"))).toBe(false);
  });

  test("the undo of the latter brings back what the former wrote, byte for byte", async () => {
    await using me = testDeps();
    const path = join(me.home, ".claude/settings.json");
    await me.run(...SETUP, "--yes");
    const text = readFileSync(path, "utf8");
    await me.run(...CONFIG);
    await me.run(...CONFIG_UNDO);
    expect(readFileSync(path, "utf8")).toBe(text);
  });
});
