import { expect, test } from "bun:test";
import { chmodSync, existsSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { startAudience } from "../support/audience.ts";
import { CLOSED_PORT, type ClaudeHome, claudeHome } from "../support/claude.ts";
import { masqueEvents } from "../support/masque-events.ts";
import { succeeded } from "../support/process.ts";
import { conversationText, lastUserText, occurrences, scriptedApi } from "../support/scripted-api.ts";
import { terminal } from "../support/terminal.ts";
import { differences, treeOf } from "../support/tree.ts";

/** `masque setup claude`: bare commands in the real client, and everything gone again when it is undone. */

const CEILING_MS = 120_000;
const BLOCK_OPENS = "<masque-identity ";

/** A person who keeps their settings by hand. The client ignores a file with comments in it, so there are none. */
const OWN_SETTINGS = `{
  "permissions": { "allow": ["Bash(ls:*)"] },
  "hooks": {"SessionStart": [{ "hooks": [{ "type": "command", "command": "true" }] }]
  }}
`;

test(
  "bare /don works after setup, through exits, resumes and a compaction, and nothing is left after --undo",
  async () => {
    await using api = scriptedApi();
    using person = claudeHome({ apiUrl: api.url });
    settle(person.home);
    const before = treeOf(person.home);
    succeeded(await person.masque(["setup", "claude", "--yes"]));
    const touched = differences(before, treeOf(person.home)).filter((path) => path.startsWith(".claude/"));
    expect(touched).toContain(".claude/commands/don.md");
    // The client must not send to a receiver that this machine may run for other work.
    const written = readFileSync(join(person.home, ".claude/settings.json"), "utf8");
    expect(written).toContain(`"http://127.0.0.1:${CLOSED_PORT}"`);

    const { session } = await person.prompt(`/don codesmith fix the "parser" & it's $(touch x)`, {
      keepsPermissions: true,
    });
    expect(lastUserText(api.mainRequests()[0])).toContain(`fix the "parser" & it's $(touch x)`);
    expect(occurrences(lastUserText(api.mainRequests()[0]), BLOCK_OPENS)).toBe(1);
    expect(existsSync(join(person.project, "x"))).toBe(false);
    for (const text of ["One", "Two", "Three", "/compact", "Where were we?"]) {
      await person.prompt(text, { resume: session });
    }
    const last = conversationText(api.mainRequests().at(-1));
    expect(last).toContain("They talked of a parser.");
    expect(occurrences(last, BLOCK_OPENS)).toBe(1);
    await person.prompt("/doff", { resume: session });
    expect(lastUserText(api.mainRequests().at(-1))).toContain('The masque "Codesmith" is off');
    expectOneMasqueSession(person);

    succeeded(await person.masque(["setup", "claude", "--undo", "--yes"]));
    const after = treeOf(person.home);
    expect(touched.filter((path) => before.get(path) !== after.get(path))).toEqual([]);
    const asked = api.requests.length;
    await person.prompt("/don codesmith");
    expect(api.requests.slice(asked).some((request) => conversationText(request).includes(BLOCK_OPENS))).toBe(false);
  },
  CEILING_MS,
);

test(
  "after setup telemetry reaches the audience by the settings alone, and a doff shows its score",
  async () => {
    await using api = scriptedApi([{ text: "Ready." }]);
    using person = claudeHome({ apiUrl: api.url });
    await using audience = await startAudience(person);
    succeeded(await person.masque(["setup", "claude", "--yes", "--port", new URL(audience.httpUrl).port]));
    const { session } = await person.prompt("/don codesmith");
    const look = { name: "Bash", input: { command: "pwd", description: "Look" } };
    api.play({ toolUse: [look, look], usage: { input: 10, cacheRead: 90 } }, { text: "Done." });
    await person.prompt("Look around", { resume: session });
    await person.prompt("/doff", { resume: session });
    expect(lastUserText(api.mainRequests().at(-1))).toContain("2 of 2 tool calls succeeded");
  },
  CEILING_MS,
);

test(
  "where the plugin is installed after setup, nothing happens twice",
  async () => {
    await using api = scriptedApi();
    using person = claudeHome({ apiUrl: api.url });
    succeeded(await person.masque(["setup", "claude", "--yes"]));
    await person.installPlugin();
    const { session } = await person.prompt("/don codesmith");
    await person.prompt("Go on", { resume: session });
    expect(occurrences(conversationText(api.mainRequests().at(-1)), "You still wear")).toBe(1);
    expect(masqueEvents(person.home).map(({ kind }) => kind)).toEqual(["don", "doff", "don", "doff"]);
  },
  CEILING_MS,
);

test.each([
  ["nothing of the host's yet", () => undefined],
  ["settings kept by hand", settle],
  ["settings behind a link", settleLinked],
  ["settings with comments", (home: string) => write(home, ".claude/settings.json", '{ // mine\n  "env": {},\n}\n')],
  ["an empty settings file", (home: string) => write(home, ".claude/settings.json", "")],
  ["CRLF settings", (home: string) => write(home, ".claude/settings.json", OWN_SETTINGS.replaceAll("\n", "\r\n"))],
  ["a status line of their own", (home: string) => write(home, ".claude/settings.json", STATUS_LINE)],
])(
  "setup and its undo leave %s as it was, byte for byte",
  async (_title, prepare) => {
    using me = terminal();
    prepare(me.home);
    const before = treeOf(me.home);
    succeeded(await me.masque(["setup", "claude", "--yes"]));
    expect(differences(before, treeOf(me.home))).not.toEqual([]);
    succeeded(await me.masque(["setup", "claude", "--yes"]));
    succeeded(await me.masque(["setup", "claude", "--undo", "--yes"]));
    expect(differences(before, treeOf(me.home)).filter((path) => /^\.claude(?:\/|$)|^dotfiles/.test(path))).toEqual([]);
  },
  CEILING_MS,
);

test(
  "setup asks first, and does nothing without a terminal to answer on",
  async () => {
    using me = terminal();
    settle(me.home);
    const before = treeOf(me.home);
    const refused = await me.masque(["setup", "claude"]);
    expect(refused.exit).not.toBe(0);
    expect(refused.stderr).toContain("--yes");
    expect(differences(before, treeOf(me.home))).toEqual([]);
  },
  CEILING_MS,
);

const STATUS_LINE = '{ "statusLine": { "type": "command", "command": "date" } }\n';

function expectOneMasqueSession(person: ClaudeHome): void {
  const events = masqueEvents(person.home);
  expect(new Set(events.map(({ masqueSession }) => masqueSession)).size).toBe(1);
  expect(events.at(-1)).toMatchObject({ kind: "doff", reason: "user" });
  expect(events.map(({ kind }) => kind)).toEqual(events.map((_event, index) => (index % 2 === 0 ? "don" : "doff")));
}

/** Settings and a command of the person's own. */
function settle(home: string): void {
  write(home, ".claude/settings.json", OWN_SETTINGS);
  chmodSync(join(home, ".claude/settings.json"), 0o644);
  write(home, ".claude/commands/mine.md", "Say hello.\n");
}

function settleLinked(home: string): void {
  settle(home);
  write(home, "dotfiles/settings.json", OWN_SETTINGS);
  rmSync(join(home, ".claude/settings.json"));
  symlinkSync(join(home, "dotfiles/settings.json"), join(home, ".claude/settings.json"));
}

function write(home: string, path: string, text: string): void {
  mkdirSync(join(home, path, ".."), { recursive: true });
  writeFileSync(join(home, path), text);
}
