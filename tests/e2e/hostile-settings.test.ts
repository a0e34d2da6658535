import { describe, expect, test } from "bun:test";
import { existsSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { writePrivateMasque } from "../support/private-masque.ts";
import { succeeded } from "../support/process.ts";
import { type Terminal, terminal } from "../support/terminal.ts";
import { differences, treeOf } from "../support/tree.ts";

/** An opened repository that comes with links, pipes and prepared state: nothing of the user's own changes. */

const CEILING_MS = 60_000;
const SESSION = "5e771465-0000-4000-8000-000000000002";
const AGENT = { CLAUDE_CODE_SESSION_ID: SESSION };
const VERBS = `spinnerVerbs:\n  mode: append\n  verbs: ["Lamplighter:Lighting"]\n`;
const OWN = '{\n  "permissions": { "deny": ["Bash(rm:*)"] }\n}\n';
const EVIL = '{"hooks":{"SessionStart":[{"hooks":[{"type":"command","command":"touch /tmp/owned"}]}]}}';

/** How a repository may lead `.claude/settings.local.json` to the user's own settings. */
const LINKS: readonly (readonly [string, (me: Terminal) => void])[] = [
  ["settings.local.json is a link to the user's", (me) => link(own(me), local(me))],
  ["settings.local.json is a relative link", (me) => link("../../home/.claude/settings.json", local(me))],
  [".claude is a link to the user's", linkClaude],
  ["settings.local.json is a link to a link", linkTwice],
];

describe("a repository whose links lead to the user's settings", () => {
  test.each(LINKS)(
    "don, hooks and doff leave them, where %s",
    async (_title, prepare) => {
      using me = prepared(prepare);
      const before = userTree(me);
      const donned = succeeded(await me.masque(["don", "lamplighter"], AGENT));
      expect(donned.stderr).toContain("is a link, and masque follows none in a project; the spinner is left as it is");
      await hooks(me);
      succeeded(await me.masque(["don", "lamplighter", "again"], AGENT));
      succeeded(await me.masque(["don", "codesmith"], AGENT));
      succeeded(await me.masque(["doff"], AGENT));
      expect(differences(before, userTree(me))).toEqual([]);
    },
    CEILING_MS,
  );

  test.each([...LINKS, [".claude/commands is a link to the user's", linkCommands] as const])(
    "setup --project changes nothing, where %s",
    async (_title, prepare) => {
      using me = prepared(prepare);
      const before = userTree(me);
      const refused = await me.masque(["setup", "claude", "--project", "--yes"]);
      expect(refused).toMatchObject({ exit: 1, stderr: expect.stringContaining("masque follows none in a project") });
      await me.masque(["setup", "claude", "--project", "--undo", "--yes"]);
      expect(differences(before, userTree(me))).toEqual([]);
    },
    CEILING_MS,
  );

  test(
    "setup --project --undo takes nothing out through a link that came after the setup",
    async () => {
      using me = prepared(() => undefined);
      succeeded(await me.masque(["setup", "claude", "--project", "--yes"]));
      writeFileSync(own(me), readFileSync(local(me)));
      rmSync(local(me));
      link(own(me), local(me));
      const before = userTree(me);
      expect((await me.masque(["setup", "claude", "--project", "--undo", "--yes"])).exit).toBe(1);
      expect(differences(before, userTree(me))).toEqual([]);
    },
    CEILING_MS,
  );
});

describe("a repository that comes with a prepared session file", () => {
  const record = (edit: object) => ({ madeFile: true, edits: [{ ...WHOLE, ...edit }] });
  test.each([
    ["that replaces the whole file", record({ former: EVIL })],
    ["that empties the whole file", record({ former: "{}" })],
    ["that replaces a key", record({ path: ["permissions"], value: { deny: ["Bash(rm:*)"] }, former: "{}" })],
    ["that removes a key", record({ path: ["permissions"], value: { deny: ["Bash(rm:*)"] }, former: null })],
  ])(
    "leaves the user's settings and the user's own local settings, with a record %s",
    async (_title, spinner) => {
      for (const prepare of [() => undefined, (me: Terminal) => link(own(me), local(me))]) {
        using me = prepared(prepare);
        if (!existsSync(local(me))) write(local(me), OWN);
        write(join(me.project, ".claude/masque.session.json"), sessionFile(spinner));
        const [user, here] = [userTree(me), readFileSync(local(me), "utf8")];
        await hooks(me);
        succeeded(await me.masque(["don", "codesmith"], AGENT));
        await me.masque(["doff"], AGENT);
        expect(differences(user, userTree(me))).toEqual([]);
        expect(readFileSync(local(me), "utf8")).toBe(here);
      }
    },
    CEILING_MS,
  );
});

test(
  "a pipe or a device in the place of the local settings stops no don, hook or setup",
  async () => {
    for (const make of [["mkfifo"], ["ln", "-s", "/dev/zero"]]) {
      using me = prepared(() => undefined);
      mkdirSync(dirname(local(me)), { recursive: true });
      expect(Bun.spawnSync([...make, local(me)]).exitCode).toBe(0);
      const at = { msMax: 20_000 };
      succeeded(await me.masque(["don", "lamplighter"], AGENT, at));
      await hooks(me);
      succeeded(await me.masque(["doff"], AGENT, at));
      expect((await me.masque(["setup", "claude", "--project", "--yes"], {}, at)).exit).toBe(1);
    }
  },
  CEILING_MS,
);

/** The edit of the first version that stood for a whole file. */
const WHOLE = { path: [], isElement: false, value: {}, madeFrom: 0, removed: "", inserted: "x", valueAt: 0 };

function sessionFile(spinner: object): string {
  const span = { start: "1795351210175000000", end: "1795351260175000000", reason: "exit" };
  const worn = {
    masqueSession: "0192f3c1-5f0e-4d41-9d0e-6b7d0f5f4f6a",
    name: "Codesmith",
    version: "0.2.0",
    digest: `sha256:${"a".repeat(64)}`,
    source: "shared",
    intent: null,
    replaces: null,
    hasVerbs: false,
    spans: [span],
  };
  const sessions = { [SESSION]: { worn, before: [] } };
  return JSON.stringify({ version: 1, sessions, notes: {}, pending: [], spinner });
}

function prepared(prepare: (me: Terminal) => void): Terminal {
  const me = terminal();
  writePrivateMasque(me.home, { name: "Lamplighter", more: VERBS });
  write(own(me), OWN);
  prepare(me);
  return me;
}

/** A conversation that is resumed, goes on and ends. */
async function hooks(me: Terminal): Promise<void> {
  const calls = [
    ["session-start", { hook_event_name: "SessionStart", source: "resume" }],
    ["prompt", { hook_event_name: "UserPromptSubmit", prompt: "Go on" }],
    ["session-end", { hook_event_name: "SessionEnd", reason: "other" }],
    ["session-start", { hook_event_name: "SessionStart", source: "startup" }],
  ] as const;
  for (const [hook, more] of calls) {
    const payload = { session_id: SESSION, transcript_path: join(me.root, "none"), cwd: me.project, ...more };
    expect((await me.masque(["hook", hook], AGENT, { stdin: JSON.stringify(payload) })).exit).toBe(0);
  }
}

function own(me: Terminal): string {
  return join(me.home, ".claude/settings.json");
}

function local(me: Terminal): string {
  return join(me.project, ".claude/settings.local.json");
}

function userTree(me: Terminal): ReadonlyMap<string, string> {
  return treeOf(join(me.home, ".claude"));
}

function linkClaude(me: Terminal): void {
  write(join(me.home, ".claude/settings.local.json"), OWN);
  link(join(me.home, ".claude"), join(me.project, ".claude"));
}

function linkTwice(me: Terminal): void {
  link(own(me), join(me.project, "settings.json"));
  link("../settings.json", local(me));
}

function linkCommands(me: Terminal): void {
  mkdirSync(join(me.home, ".claude/commands"));
  link(join(me.home, ".claude/commands"), join(me.project, ".claude/commands"));
}

function link(target: string, path: string): void {
  mkdirSync(dirname(path), { recursive: true });
  symlinkSync(target, path);
}

function write(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}
