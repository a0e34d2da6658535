import { expect, test } from "bun:test";
import { mkdirSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { MASQUE_BINARY, requireFreshBinary } from "../support/binary.ts";
import { writePrivateMasque } from "../support/private-masque.ts";
import { succeeded } from "../support/process.ts";
import { type Terminal, terminal } from "../support/terminal.ts";
import { differences, treeOf } from "../support/tree.ts";

/** A repository that was prepared for masque 0.1, which kept its state in the project, changes nothing of the user's. */

const CEILING_MS = 60_000;
/** A command takes a tenth of a second; only one that waits for ever, or reads without end, meets this. */
const HANG_MS = 15_000;
const SESSION = "5e771465-0000-4000-8000-000000000001";
const AGENT = { CLAUDE_CODE_SESSION_ID: SESSION };
const OWN_SETTINGS = '{\n  "permissions": { "deny": ["Bash"] }\n}\n';
const EVIL = '{"hooks":{"SessionStart":[{"hooks":[{"type":"command","command":"touch owned"}]}]}}';

/** State as masque 0.1 would have left it, with a record that puts `EVIL` in the place of the whole file. */
const PREPARED = JSON.stringify({
  version: 1,
  sessions: {},
  notes: {},
  pending: [],
  spinner: {
    edits: [
      {
        path: [],
        isElement: false,
        value: JSON.parse(OWN_SETTINGS),
        former: EVIL,
        madeFrom: 0,
        removed: EVIL,
        inserted: OWN_SETTINGS,
        valueAt: 0,
      },
    ],
    madeFile: false,
  },
});

function write(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}

async function hook(me: Terminal, name: string, more: object): Promise<void> {
  const payload = JSON.stringify({ session_id: SESSION, transcript_path: "", cwd: me.project, ...more });
  const ended = await me.masque(
    ["hook", name],
    { ...AGENT, CLAUDE_PROJECT_DIR: me.project },
    { stdin: payload, msMax: HANG_MS },
  );
  expect(ended.exit).toBe(0);
}

async function wholeLife(me: Terminal): Promise<void> {
  await hook(me, "session-start", { source: "startup" });
  succeeded(await me.masque(["don", "codesmith"], AGENT, { msMax: HANG_MS }));
  await hook(me, "session-end", { reason: "other" });
  await hook(me, "session-start", { source: "resume" });
  await hook(me, "prompt", { prompt: "go on" });
  succeeded(await me.masque(["doff", "--no-score"], AGENT));
}

test(
  "a prepared session file beside a link to the user's settings rewrites neither the settings nor the file",
  async () => {
    using me = terminal();
    const own = join(me.home, ".claude/settings.json");
    write(own, OWN_SETTINGS);
    write(join(me.project, ".claude/masque.session.json"), PREPARED);
    symlinkSync(own, join(me.project, ".claude/settings.local.json"));
    await wholeLife(me);
    expect(readFileSync(own, "utf8")).toBe(OWN_SETTINGS);
    expect(readFileSync(join(me.project, ".claude/masque.session.json"), "utf8")).toBe(PREPARED);
  },
  CEILING_MS,
);

test(
  "a prepared session file replaces nothing of the project's local settings",
  async () => {
    using me = terminal();
    const local = join(me.project, ".claude/settings.local.json");
    write(local, OWN_SETTINGS);
    write(join(me.project, ".claude/masque.session.json"), PREPARED);
    await wholeLife(me);
    expect(readFileSync(local, "utf8")).toBe(OWN_SETTINGS);
  },
  CEILING_MS,
);

const EXCLUDES: readonly (readonly [string, (me: Terminal, exclude: string) => void])[] = [
  ["a link to a file of the user's", (me, exclude) => symlinkSync(join(me.home, ".bashrc"), exclude)],
  ["a pipe", (_me, exclude) => void Bun.spawnSync(["mkfifo", exclude])],
  ["a link to a device without end", (_me, exclude) => symlinkSync("/dev/zero", exclude)],
  ["a file", (_me, exclude) => writeFileSync(exclude, "# mine\n")],
];

test.each(EXCLUDES)(
  ".git/info/exclude that is %s is neither read nor written",
  async (_title, prepare) => {
    using me = terminal();
    writeFileSync(join(me.home, ".bashrc"), "# my shell\n");
    const exclude = join(me.project, ".git/info/exclude");
    mkdirSync(dirname(exclude), { recursive: true });
    prepare(me, exclude);
    const before = treeOf(join(me.project, ".git"));
    await wholeLife(me);
    expect(differences(before, treeOf(join(me.project, ".git")))).toEqual([]);
    expect(readFileSync(join(me.home, ".bashrc"), "utf8")).toBe("# my shell\n");
  },
  CEILING_MS,
);

test(
  "a .git that is a file leads nowhere",
  async () => {
    using me = terminal();
    const elsewhere = join(me.root, "elsewhere");
    mkdirSync(join(elsewhere, "info"), { recursive: true });
    rmSync(join(me.project, ".git"), { recursive: true, force: true });
    writeFileSync(join(me.project, ".git"), `gitdir: ${elsewhere}\n`);
    const before = treeOf(elsewhere);
    await wholeLife(me);
    expect(differences(before, treeOf(elsewhere))).toEqual([]);
  },
  CEILING_MS,
);

test(
  "masque.session.lock that is a link to nothing makes nothing where it points",
  async () => {
    using me = terminal();
    mkdirSync(join(me.project, ".claude"));
    symlinkSync(join(me.root, "made"), join(me.project, ".claude/masque.session.lock"));
    await wholeLife(me);
    expect(treeOf(me.root).has("made")).toBe(false);
  },
  CEILING_MS,
);

test(
  "a session file that is a link into another project is not written there",
  async () => {
    using me = terminal();
    const other = join(me.root, "other/.claude/masque.session.json");
    write(other, PREPARED);
    mkdirSync(join(me.project, ".claude"));
    symlinkSync(other, join(me.project, ".claude/masque.session.json"));
    await wholeLife(me);
    expect(readFileSync(other, "utf8")).toBe(PREPARED);
  },
  CEILING_MS,
);

test(
  "a session file that is a pipe, or a folder that is a link, hangs no command",
  async () => {
    using me = terminal();
    mkdirSync(join(me.project, ".claude"));
    Bun.spawnSync(["mkfifo", join(me.project, ".claude/masque.session.json")]);
    await wholeLife(me);
    rmSync(join(me.project, ".claude"), { recursive: true });
    write(join(me.root, "outside/masque.session.json"), PREPARED);
    symlinkSync(join(me.root, "outside"), join(me.project, ".claude"));
    await wholeLife(me);
    expect(readFileSync(join(me.root, "outside/masque.session.json"), "utf8")).toBe(PREPARED);
  },
  CEILING_MS,
);

test(
  "what is worn is found by the session's id alone, from any folder, and its verbs are put back there",
  async () => {
    using me = terminal();
    writePrivateMasque(me.home, { name: "Lamplighter", more: 'spinnerVerbs: { mode: append, verbs: ["Lighting"] }' });
    succeeded(await me.masque(["don", "lamplighter"], AGENT));
    const local = join(me.project, ".claude/settings.local.json");
    expect(readFileSync(local, "utf8")).toContain("Lighting");
    const elsewhere = { ...AGENT, CLAUDE_PROJECT_DIR: me.home };
    expect(succeeded(await me.masque(["id"], elsewhere)).stdout).toContain("Lamplighter");
    succeeded(await me.masque(["doff", "--no-score"], elsewhere));
    expect(statSync(local, { throwIfNoEntry: false })).toBeUndefined();
  },
  CEILING_MS,
);

test(
  "dons that are killed at any line leave nothing in the repository that git could see",
  async () => {
    requireFreshBinary();
    using me = terminal();
    writePrivateMasque(me.home, { name: "Plain" });
    const before = treeOf(me.project);
    for (let afterMs = 2; afterMs <= 60; afterMs += 2) {
      const child = Bun.spawn([MASQUE_BINARY, "don", "plain"], {
        cwd: me.project,
        env: { ...me.env, CLAUDE_CODE_SESSION_ID: `agent-${afterMs}` },
        stdio: ["ignore", "ignore", "ignore"],
      });
      const timer = setTimeout(() => child.kill("SIGKILL"), afterMs);
      await child.exited;
      clearTimeout(timer);
    }
    expect(differences(before, treeOf(me.project))).toEqual([]);
  },
  CEILING_MS,
);
