import { expect, test } from "bun:test";
import { existsSync, lstatSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { type ParseError, parse } from "jsonc-parser";
import { writePrivateMasque } from "../support/private-masque.ts";
import { succeeded } from "../support/process.ts";
import { type Terminal, terminal } from "../support/terminal.ts";

/** The user's settings file comes back byte for byte, however it was written and however the session ended. */

const CEILING_MS = 30_000;
const SESSION = "5e771465-0000-4000-8000-000000000001";
const VERBS = `spinnerVerbs:\n  mode: prepend\n  verbs: ["Lamplighter:Lighting"]\n`;

const SETTINGS: readonly (readonly [title: string, text: string | null])[] = [
  ["no file", null],
  ["an empty file", ""],
  ["an empty object", "{}"],
  ["permissions", '{\n  "permissions": { "allow": ["Bash(ls:*)"], "deny": [] }\n}\n'],
  ["verbs of the user's own", '{\n\t"spinnerVerbs": {"mode":"replace","verbs":["Pondering"]},\n\t"env": {"A":"1"}\n}'],
  [
    "comments in odd places",
    '// mine\n{ /* a */ "env" /* b */ : /* c */ { "A": "}" /* d */ } // e\n, "spinnerVerbs" // f\n : /* g */ {"mode":"append","verbs":["A"] /* h */} /* i */ } // j\n',
  ],
  ["comments and no members", "{\n  // nothing yet\n}\n"],
  ["a trailing comma", '{\n  "env": {},\n}\n'],
  ["CRLF", '{\r\n  "permissions": {\r\n    "allow": []\r\n  }\r\n}\r\n'],
  ["a byte order mark", '\ufeff{ "env": {} }\n'],
  ["one line, no newline", '{"a":1,"b":[1,2,3]}'],
];

const ENDINGS: Readonly<Record<string, (me: Terminal) => Promise<unknown>>> = {
  doff: async (me) => succeeded(await me.masque(["doff"], AGENT)),
  "hook session-end": async (me) => sessionEnd(me),
};

const AGENT = { CLAUDE_CODE_SESSION_ID: SESSION };

test.each(SETTINGS.flatMap(([title, text]) => Object.keys(ENDINGS).map((ending) => [title, ending, text] as const)))(
  "settings with %s come back byte for byte after don and %s",
  async (_title, ending, text) => {
    using me = terminal();
    writePrivateMasque(me.home, { name: "Lamplighter", more: VERBS });
    const path = settingsPath(me);
    if (text !== null) write(path, text);

    succeeded(await me.masque(["don", "lamplighter"], AGENT));
    expect(verbsShown(path)).toEqual({
      mode: expect.stringMatching(/^(append|replace)$/),
      verbs: expect.arrayContaining(["Lamplighter:Lighting"]),
    });
    expect(readFileSync(path, "utf8")).not.toContain("prepend");

    await ENDINGS[ending]?.(me);
    expect(existsSync(path) ? readFileSync(path, "utf8") : null).toBe(text);
  },
  CEILING_MS,
);

test.each(['{ "spinnerVerbs": "none", "model": "opus" }\n', '{ "env": {} ', "[1, 2]\n"])(
  "settings that the host cannot read, %j, are left as they are, with a warning",
  async (text) => {
    using me = terminal();
    writePrivateMasque(me.home, { name: "Lamplighter", more: VERBS });
    write(settingsPath(me), text);
    expect(succeeded(await me.masque(["don", "lamplighter"], AGENT)).stderr).toContain("settings.local.json");
    expect(readFileSync(settingsPath(me), "utf8")).toBe(text);
    succeeded(await me.masque(["doff"], AGENT));
    expect(readFileSync(settingsPath(me), "utf8")).toBe(text);
  },
  CEILING_MS,
);

test(
  "settings behind a link are left as they are, with a warning, and the don succeeds",
  async () => {
    using me = terminal();
    writePrivateMasque(me.home, { name: "Lamplighter", more: VERBS });
    const target = join(me.root, "dotfiles/settings.json");
    write(target, '{\n  "env": { "EDITOR": "ed" } // mine\n}\n');
    const path = settingsPath(me);
    mkdirSync(dirname(path), { recursive: true });
    symlinkSync(target, path);
    const before = readFileSync(target, "utf8");

    const donned = succeeded(await me.masque(["don", "lamplighter"], AGENT));
    expect(donned.stderr).toContain("is a link, and masque follows none in a project");
    expect(readFileSync(target, "utf8")).toBe(before);
    succeeded(await me.masque(["doff"], AGENT));
    expect(lstatSync(path).isSymbolicLink()).toBe(true);
    expect(readFileSync(target, "utf8")).toBe(before);
  },
  CEILING_MS,
);

test(
  "what the user changed in the settings while a masque was worn stays",
  async () => {
    using me = terminal();
    writePrivateMasque(me.home, { name: "Lamplighter", more: VERBS });
    const path = settingsPath(me);
    write(path, '{\n  "model": "opus"\n}\n');
    succeeded(await me.masque(["don", "lamplighter"], AGENT));
    writeFileSync(path, readFileSync(path, "utf8").replace('"opus"', '"sonnet"'));
    succeeded(await me.masque(["doff"], AGENT));
    expect(readFileSync(path, "utf8")).toBe('{\n  "model": "sonnet"\n}\n');
  },
  CEILING_MS,
);

test(
  "with two agents the latest don shows, and its doff brings back the one before",
  async () => {
    using me = terminal();
    const other = { CLAUDE_CODE_SESSION_ID: "5e771465-0000-4000-8000-000000000002" };
    writePrivateMasque(me.home, { name: "Lamplighter", more: VERBS });
    writePrivateMasque(me.home, { name: "Ferryman", more: VERBS.replaceAll("Lamplighter", "Ferryman") });
    const path = settingsPath(me);
    succeeded(await me.masque(["don", "lamplighter"], AGENT));
    succeeded(await me.masque(["don", "ferryman"], other));
    expect(JSON.stringify(verbsShown(path))).toContain("Ferryman:Lighting");
    succeeded(await me.masque(["doff"], other));
    expect(JSON.stringify(verbsShown(path))).toContain("Lamplighter:Lighting");
    expect(JSON.stringify(verbsShown(path))).not.toContain("Ferryman");
    succeeded(await me.masque(["doff"], AGENT));
    expect(existsSync(path)).toBe(false);
  },
  CEILING_MS,
);

function settingsPath(me: Terminal): string {
  return join(me.project, ".claude/settings.local.json");
}

function write(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}

/** What the client would read: it accepts comments and trailing commas, and nothing that does not parse. */
function verbsShown(path: string): unknown {
  const errors: ParseError[] = [];
  const text = readFileSync(path, "utf8").replace(/^\ufeff/, "");
  const settings: unknown = parse(text, errors, { allowTrailingComma: true });
  expect(errors).toEqual([]);
  return typeof settings === "object" && settings !== null && "spinnerVerbs" in settings ? settings.spinnerVerbs : null;
}

async function sessionEnd(me: Terminal): Promise<void> {
  const payload = {
    session_id: SESSION,
    transcript_path: join(me.home, "transcript.jsonl"),
    cwd: me.project,
    hook_event_name: "SessionEnd",
    reason: "other",
  };
  const ended = await me.masque(["hook", "session-end"], AGENT, { stdin: JSON.stringify(payload) });
  expect(ended).toEqual({ exit: 0, stdout: "", stderr: "" });
}
