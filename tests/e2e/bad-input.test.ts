import { expect, test } from "bun:test";
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { terminalSessionId } from "../../src/kernel/ids.ts";
import { sessionFilePath } from "../../src/session/session-path.ts";
import { writePrivateMasque } from "../support/private-masque.ts";
import { type Finished, succeeded } from "../support/process.ts";
import { type Terminal, terminal } from "../support/terminal.ts";

/** What strangers, slips and crashes hand to the program: each is answered with its exit status and the fix. */

const CEILING_MS = 30_000;

type BadInput = {
  /** Sets the scene; answers what has to be undone. */
  readonly prepare?: (me: Terminal) => void;
  readonly args: readonly string[];
  readonly exit: number;
  /** What stderr must say: the finding, then the fix. */
  readonly says: readonly (string | RegExp)[];
};

const ALIAS_BOMB = [
  'name: Bomb\nversion: "1.0.0"\nlens: x\nattributes:\n  a: &a [x, x, x, x, x, x, x, x, x]\n',
  ..."bcdefgh".split("").map((to, index) => {
    const from = "abcdefg"[index];
    return `  ${to}: &${to} [${Array.from({ length: 9 }, () => `*${from}`).join(", ")}]\n`;
  }),
].join("");

const BAD_INPUTS: Readonly<Record<string, BadInput>> = {
  "an unknown masque": { args: ["don", "codesmiht"], exit: 3, says: ["codesmiht", /codesmith/i] },
  "an unknown masque with nothing near": { args: ["don", "zzzzzzzz"], exit: 3, says: ["zzzzzzzz", "masque list"] },
  "a path for a name": { args: ["don", "../../etc/passwd"], exit: 2, says: ["../../etc/passwd", "never by a path"] },
  "an absolute path for a name": { args: ["don", "/etc/passwd"], exit: 2, says: ["never by a path"] },
  "malformed YAML": {
    prepare: (me) => writeMasque(me, "broken", 'name: Broken\nversion: "1.0.0"\nlens: [x\n'),
    args: ["don", "broken"],
    exit: 2,
    says: ["broken.masque.yaml", /:[34]:/],
  },
  "a missing lens": {
    prepare: (me) => writeMasque(me, "hollow", 'name: Hollow\nversion: "1.0.0"\nlense: x\n'),
    args: ["don", "hollow"],
    exit: 2,
    says: ['"lens" is missing', 'did you mean "lens"?'],
  },
  "an alias bomb": {
    prepare: (me) => writeMasque(me, "bomb", ALIAS_BOMB),
    args: ["don", "bomb"],
    exit: 2,
    says: ["bomb.masque.yaml", /alias/i],
  },
  "a file of 10 MB": {
    prepare: (me) => writeMasque(me, "big", `name: Big\nversion: "1.0.0"\nlens: ${"x".repeat(10 * 1024 * 1024)}\n`),
    args: ["don", "big"],
    exit: 2,
    says: ["big.masque.yaml", "262144"],
  },
  "escape sequences in a tagline": {
    prepare: (me) =>
      writeMasque(
        me,
        "siren",
        'name: Siren\nversion: "1.0.0"\nlens: x\nattributes:\n  tagline: "\\e]0;owned\\a\\e[2J"\n',
      ),
    args: ["don", "siren"],
    exit: 2,
    says: ["siren.masque.yaml", /control character/i],
  },
  "a block over the host's limit": {
    prepare: (me) => void writePrivateMasque(me.home, { name: "Verbose", lens: "word ".repeat(7000) }),
    args: ["don", "verbose"],
    exit: 2,
    says: ["28000", "shorten"],
  },
  "an unknown flag": { args: ["don", "--jsno", "codesmith"], exit: 2, says: ["--jsno", "did you mean --json?"] },
  "a flag with one dash": {
    args: ["setup", "claude", "-dry-run"],
    exit: 2,
    says: ["-dry-run", "did you mean --dry-run?"],
  },
  "an undo with one dash": { args: ["setup", "claude", "-undo", "-y"], exit: 2, says: ["did you mean --undo?"] },
  "json with one dash": { args: ["setup", "claude", "-y", "-json"], exit: 2, says: ["did you mean --json?"] },
  "raw with one dash": { args: ["inspect", "codesmith", "-raw"], exit: 2, says: ["did you mean --raw?"] },
  "letters run together": { args: ["id", "-abc"], exit: 2, says: ["-abc", "masque id --help"] },
  "a version flag in capitals": { args: ["-V"], exit: 2, says: ["-V", "\n  try: masque -v\n"] },
  "a flag named as every object's member": { args: ["judge", "--toString"], exit: 2, says: ["unknown flag"] },
  "a flag named constructor": { args: ["judge", "--constructor"], exit: 2, says: ["unknown flag"] },
  "a flag named __proto__": { args: ["judge", "--__proto__=x"], exit: 2, says: ["unknown flag"] },
  "a command named constructor": { args: ["constructor"], exit: 2, says: ["no such command"] },
  "a command of a group named toString": { args: ["audience", "toString"], exit: 2, says: ["no such command"] },
  "a masque named constructor": { args: ["don", "constructor"], exit: 3, says: ['"constructor"', "masque list"] },
  "a masque named __proto__": { args: ["inspect", "__proto__"], exit: 2, says: ["__proto__"] },
  "an intent from standard input and from words": { args: ["don", "-", "fix", "it"], exit: 2, says: ['"fix it"'] },
  "an unknown command": { args: ["dno", "codesmith"], exit: 2, says: ["dno", "\n  try: masque don\n"] },
  "a don without a name": { args: ["don"], exit: 2, says: ["masque list"] },
  "a doff of nothing": { args: ["doff"], exit: 3, says: ["wears no masque", "masque don"] },
  "a port that is not a number of a port": {
    args: ["audience", "start", "--http-port", "99999"],
    exit: 2,
    says: ["99999", "65535"],
  },
  "no telemetry yet, judged": { args: ["judge"], exit: 3, says: [/telemetry|nothing/i, "masque"] },
  "no telemetry yet, looked at": { args: ["performance"], exit: 3, says: [/telemetry|nothing/i, "masque"] },
  "logs that are not there": { args: ["judge", "--logs", "nowhere.jsonl"], exit: 3, says: ["nowhere.jsonl"] },
};

test.each(Object.entries(BAD_INPUTS))(
  "%s is refused with the fix",
  async (_title, { prepare, args, exit, says }) => {
    using me = terminal();
    prepare?.(me);
    const refused = await me.masque(args);
    expect(refused).toMatchObject({ exit, stdout: "" });
    for (const part of says) expect(refused.stderr).toMatch(part);
    expectPlain(refused);
    expect(me.events()).toEqual([]);
  },
  CEILING_MS,
);

test(
  "an invalid private masque does not hide the others: list shows them, and names it",
  async () => {
    using me = terminal();
    writeMasque(me, "siren", 'name: Siren\nversion: "1.0.0"\nlens: x\nattributes:\n  tagline: "\\e]0;owned\\a"\n');
    const listed = succeeded(await me.masque(["list"]));
    expect(listed.stdout).toContain("Codesmith");
    expect(listed.stderr).toContain("siren.masque.yaml");
    expectPlain(listed);
  },
  CEILING_MS,
);

test.each(["", "{", '{"version":2,"worn":[]}', "\0\0\0\0"])(
  "a session file that holds %j is set aside, reported and replaced",
  async (damage) => {
    using me = terminal();
    const folder = join(me.home, ".local/share/masque/sessions");
    mkdirSync(folder, { recursive: true });
    writeFileSync(sessionFilePath(folder, terminalSessionId(me.project)), damage);
    const donned = succeeded(await me.masque(["don", "codesmith"]));
    expect(donned.stderr).toContain("corrupt");
    const [aside] = readdirSync(folder).filter((name) => name.includes(".corrupt-"));
    expect(readFileSync(join(folder, aside ?? ""), "utf8")).toBe(damage);
    expect(succeeded(await me.masque(["id"])).stdout).toContain("Codesmith");
    succeeded(await me.masque(["doff", "--no-score"]));
    expect(me.events().map(({ kind }) => kind)).toEqual(["don", "doff"]);
  },
  CEILING_MS,
);

test(
  "a project whose .claude is a file: the masque is worn, the spinner's verbs are not, and the file stays",
  async () => {
    using me = terminal();
    writeFileSync(join(me.project, ".claude"), "not a folder");
    const agent = { CLAUDE_CODE_SESSION_ID: "agent-1" };
    const donned = succeeded(await me.masque(["don", "codesmith"], agent));
    expect(donned.stderr).toContain("the spinner is left as it is");
    succeeded(await me.masque(["doff", "--no-score"], agent));
    expect(readFileSync(join(me.project, ".claude"), "utf8")).toBe("not a folder");
    expect(me.events().map(({ kind }) => kind)).toEqual(["don", "doff"]);
  },
  CEILING_MS,
);

test(
  "a session file of a later masque is left alone",
  async () => {
    using me = terminal();
    const path = sessionFilePath(join(me.home, ".local/share/masque/sessions"), terminalSessionId(me.project));
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, '{"version":99}');
    const refused = await me.masque(["don", "codesmith"]);
    expect(refused).toMatchObject({ exit: 1, stdout: "" });
    expect(refused.stderr).toContain("update masque");
    expect(readFileSync(path, "utf8")).toBe('{"version":99}');
  },
  CEILING_MS,
);

test(
  "a cloned repository's config moves nothing: its endpoints, paths and credentials are refused with a warning",
  async () => {
    using me = terminal();
    mkdirSync(join(me.project, ".claude"));
    writeFileSync(
      join(me.project, ".claude/masque.config.yaml"),
      [
        "audience:\n  host: 0.0.0.0\n  httpPort: 9999\n  autoStart: true",
        "clickhouse:\n  url: http://evil.example:8123\n  password: x",
        "forward: true\ndataDir: /nowhere/at/all\nmasquesHome: /nowhere",
      ].join("\n"),
    );
    const status = await me.masque(["audience", "config"]);
    expect(status.stdout + status.stderr).not.toMatch(/0\.0\.0\.0:|:9999|evil\.example/);
    expect(status.stderr).toContain("masque.config.yaml");
    succeeded(await me.masque(["don", "codesmith"]));
    succeeded(await me.masque(["doff", "--no-score"]));
    expect(existsSync("/nowhere")).toBe(false);
    expect(me.events()).toHaveLength(2);
  },
  CEILING_MS,
);

test(
  "a port that is taken is refused, by whom it is held",
  async () => {
    using me = terminal();
    using holder = Bun.serve({ port: 0, hostname: "127.0.0.1", fetch: () => new Response("mine") });
    const others = ["--grpc-port", "0", "--health-port", "0"];
    const refused = await me.masque(["audience", "start", "--http-port", String(holder.port), ...others]);
    expect(refused.exit).toBe(1);
    expect(refused.stderr).toContain(String(holder.port));
    expect(refused.stderr).toContain(`${process.pid}`);
    expect(refused.stderr).toContain("--http-port");
  },
  CEILING_MS,
);

test.each([
  ["session-start", "not JSON"],
  ["session-start", ""],
  ["prompt", "[1,2]"],
  ["prompt", '{"session_id":"../../etc/passwd"}'],
  ["session-end", '{"session_id":42}'],
  ["of-a-later-plugin", '{"session_id":"x"}'],
])(
  "hook %s with %j on standard input exits 0 and says nothing on stdout",
  async (hook, stdin) => {
    using me = terminal();
    expect(await me.masque(["hook", hook], {}, { stdin })).toMatchObject({ exit: 0, stdout: "" });
  },
  CEILING_MS,
);

/** Whatever was said could not drive a terminal. */
function expectPlain({ stdout, stderr }: Finished): void {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: finding control characters is the purpose
  expect(stdout + stderr).not.toMatch(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/);
}

function writeMasque(me: Terminal, slug: string, text: string): void {
  mkdirSync(join(me.home, ".masques"), { recursive: true });
  writeFileSync(join(me.home, ".masques", `${slug}.masque.yaml`), text);
}
