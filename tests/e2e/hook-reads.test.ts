import { expect, test } from "bun:test";
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { MASQUE_BINARY, requireFreshBinary } from "../support/binary.ts";
import { writePrivateMasque } from "../support/private-masque.ts";
import { finish, succeeded } from "../support/process.ts";
import { testWith } from "../support/requirement.ts";
import { readTrace, strace, straceCommand } from "../support/strace.ts";
import { type Terminal, terminal } from "../support/terminal.ts";

/** Which of Claude Code's files a hook of `masque setup claude` opens, as strace sees it, and why. */

const CEILING_MS = 60_000;
const traced = testWith(strace());
const SESSION = "bcd06328-9d01-4e42-bf7a-4c6a8ede615a";
const FILES = [
  "home/.claude/plugins/installed_plugins.json",
  "home/.claude/settings.json",
  "project/.claude/settings.json",
  "project/.claude/settings.local.json",
];

/** The files of Claude Code's that a hook opens or looks at, of a person who wears a masque. */
async function lookedAt(me: Terminal, hook: string, payload: object): Promise<string[]> {
  requireFreshBinary();
  const trace = join(me.root, `${hook}.trace`);
  const calls = ["open", "openat", "stat", "newfstatat", "statx", "lstat", "access", "faccessat2", "readlink"];
  const command = [...straceCommand(trace, calls), MASQUE_BINARY, "hook", hook, "--from-setup"];
  const stdin = JSON.stringify({ session_id: SESSION, ...payload });
  const env = { ...me.env, CLAUDE_CODE_SESSION_ID: SESSION, MASQUE_ANCHOR_EVERY: "1" };
  const ran = await finish(command, { cwd: me.project, env, stdin });
  succeeded(ran);
  const args = readTrace(trace).map((call) => call.args);
  expect(args.length).toBeGreaterThan(0);
  return FILES.filter((file) => args.some((one) => one.includes(`"${join(me.root, file)}"`)));
}

traced(
  "only a hook that prints text looks whether the plugin's hooks run too",
  async () => {
    using me = terminal();
    for (const file of FILES) {
      mkdirSync(dirname(join(me.root, file)), { recursive: true });
      writeFileSync(join(me.root, file), "{}");
    }
    // Without verbs, which a session's end would look for in the project's settings.
    writePrivateMasque(me.home, { name: "Plain", more: "anchor: Look twice.\n" });
    succeeded(await me.masque(["don", "plain"], { CLAUDE_CODE_SESSION_ID: SESSION }));
    expect(await lookedAt(me, "session-start", { source: "compact" })).toEqual(FILES);
    expect(await lookedAt(me, "expand", { command_name: "id", command_args: "" })).toEqual(FILES);
    expect(await lookedAt(me, "prompt", { prompt: "Go on" })).toEqual([]);
    expect(await lookedAt(me, "prompt", { prompt: "And on" })).toEqual(FILES);
    expect(await lookedAt(me, "expand", { command_name: "don", command_args: "plain" })).toEqual([]);
    expect(await lookedAt(me, "session-end", { reason: "other" })).toEqual([]);
  },
  CEILING_MS,
);

test.each([
  ["session-start", { source: "compact" }, "Plain"],
  ["expand", { command_name: "masques:id", command_args: "", command_source: "plugin" }, "Plain"],
  ["prompt", { prompt: "Go on" }, "<masque-anchor name="],
])(
  "hook %s of a setup prints its text, and leaves the text to the plugin where the plugin is installed",
  async (hook, payload, text) => {
    using me = terminal();
    const env = { CLAUDE_CODE_SESSION_ID: SESSION, MASQUE_ANCHOR_EVERY: "1" };
    writePrivateMasque(me.home, { name: "Plain", more: "anchor: Look twice.\n" });
    succeeded(await me.masque(["don", "plain"], env));
    const at = { stdin: JSON.stringify({ session_id: SESSION, ...payload }) };
    succeeded(await me.masque(["hook", "prompt"], env, at));
    const alone = await me.masque(["hook", hook, "--from-setup"], env, at);
    expect(alone).toMatchObject({ exit: 0, stdout: expect.stringContaining(text) });
    mkdirSync(join(me.home, ".claude"), { recursive: true });
    writeFileSync(join(me.home, ".claude/settings.json"), '{"enabledPlugins":{"masques@masque":true}}');
    expect(await me.masque(["hook", hook, "--from-setup"], env, at)).toMatchObject({ exit: 0, stdout: "" });
  },
  CEILING_MS,
);
