import { describe, expect, test } from "bun:test";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { CommandPath } from "../../src/cli/commands.ts";
import type { Env } from "../../src/kernel/paths.ts";
import { succeeded } from "../support/process.ts";
import { type Terminal, terminal } from "../support/terminal.ts";

/** One row a command, typed by their names: a new command without a row does not compile. */

const CEILING_MS = 60_000;
const SESSION = "c0111a4d-0000-4000-8000-000000000001";
const AGENT = { CLAUDE_CODE_SESSION_ID: SESSION };
const FREE_PORTS = ["--http-port", "0", "--grpc-port", "0", "--health-port", "0"];

/** A command line, and what it gets on standard input. */
type Step = { readonly args: readonly string[]; readonly stdin?: string };

type Row = {
  /** Command lines run first, each of which must succeed. */
  readonly after?: readonly Step[];
  readonly prepare?: (me: Terminal) => void | Promise<void>;
  /** What follows the command's name. */
  readonly args?: readonly string[];
  readonly env?: Env;
  readonly stdin?: string;
  /** 0 unless said otherwise. */
  readonly exit?: number;
  readonly stdout: RegExp;
  /** Nothing unless said otherwise. */
  readonly stderr?: RegExp;
  /** A command line that shows what the command did, where its own output does not: exit 0 unless said otherwise. */
  readonly shownBy?: Step & { readonly exit?: number; readonly stdout: RegExp };
  /** A flag of the command's own with a slip in it, and the flag that was meant; without one, help is the fix. */
  readonly slip?: readonly [typed: string, meant: string];
  /** Command lines that undo what the row left running. */
  readonly before?: readonly Step[];
};

const line = (...args: readonly string[]): Step => ({ args });

const hookPayload = (event: string, more: object) =>
  JSON.stringify({ session_id: SESSION, transcript_path: "/nowhere", cwd: "/", hook_event_name: event, ...more });

const typed = (command: string, words: string) =>
  hookPayload("UserPromptExpansion", { command_name: command, command_args: words });

const SESSION_ENDS = hookPayload("SessionEnd", { reason: "other" });
const SESSION_RESUMES = hookPayload("SessionStart", { source: "resume" });
const STARTED = line("audience", "start", ...FREE_PORTS);
const STOPPED = line("audience", "stop");
const DONNED = line("don", "codesmith");

const JSON_SLIP = ["--jsn", "--json"] as const;

const ROWS: Readonly<Record<CommandPath, Row>> = {
  don: {
    args: ["codesmith", "fix", "the", "--help", "flag"],
    stdout: /^<masque-identity name="Codesmith"[\s\S]*fix the --help flag/,
    shownBy: { args: ["id", "--json"], stdout: /"intent": "fix the --help flag"/ },
    slip: JSON_SLIP,
  },
  doff: {
    after: [DONNED],
    args: ["--no-score"],
    stdout: /Codesmith.* is off/,
    shownBy: { args: ["id"], exit: 3, stdout: /^No masque is worn/ },
    slip: ["--no-scor", "--no-score"],
  },
  id: { after: [DONNED], stdout: /^Codesmith/, slip: JSON_SLIP },
  list: { stdout: /Codesmith/, slip: ["--categry", "--category"] },
  inspect: { args: ["codesmith"], stdout: /Codesmith/, slip: ["--rw", "--raw"] },
  "sync-manifest": { args: ["private"], stdout: /^private: 0 masques in .*\.masques/, slip: JSON_SLIP },
  validate: { args: ["."], prepare: writeDraft, stdout: /^1 masque checked/, slip: ["--formt", "--format"] },
  test: {
    args: ["bloodhound", "--dry-run"],
    stdout: /^Bloodhound \d+\.\d+\.\d+: 3 cases × 3 arms .* = 27 requests\nAbout [\d,]+ input tokens/,
    slip: ["--dry-rn", "--dry-run"],
  },
  export: {
    args: ["bloodhound", "--evals", "claude"],
    stdout: /bloodhound-evals\n$/,
    stderr: /^3 cases in 3 arms\./,
    slip: ["--eval", "--evals"],
  },
  lint: {
    args: ["."],
    prepare: writeDraft,
    exit: 2,
    stdout: /draft\.masque\.yaml:3:1: error: .* \[lens\/no-boundaries\]/,
    slip: ["--ruls", "--rules"],
  },
  placebo: { args: ["codesmith"], stdout: /^<masque-identity name="Placebo"/, slip: JSON_SLIP },
  schema: { stdout: /"\$schema"/ },
  new: {
    args: ["Cartographer"],
    stdout: /cartographer\.masque\.yaml\n$/,
    stderr: /masque validate/,
    shownBy: { args: ["inspect", "cartographer", "--raw"], stdout: /^name: "Cartographer"/m },
    slip: ["--stdot", "--stdout"],
  },
  fork: {
    args: ["codesmith", "Stonecutter"],
    stdout: /stonecutter\.masque\.yaml\n$/,
    stderr: /^Copied from Codesmith .* \(shared\)\.\nEdit the copy with: masque edit stonecutter\n$/,
    shownBy: { args: ["inspect", "stonecutter", "--raw"], stdout: /forkedFrom: "Codesmith \S+ sha256:[0-9a-f]{64}"/ },
    slip: JSON_SLIP,
  },
  edit: {
    args: ["codesmith"],
    exit: 1,
    stdout: /^$/,
    stderr: /inside an agent session[\s\S]*hint: in a terminal of your own, run: masque edit codesmith/,
    slip: JSON_SLIP,
  },
  diff: {
    args: ["codesmith", "assayer"],
    stdout: /^--- Codesmith .* \(shared\)\n\+\+\+ Assayer .*\n\nname\n- Codesmith\n\+ Assayer\n/,
    slip: ["--exit-cod", "--exit-code"],
  },
  version: { stdout: /^masque \d+\.\d+\.\d+ \(\w+ \w+\)\n$/, slip: JSON_SLIP },
  sessions: {
    prepare: writeTelemetry,
    args: ["--logs", "otel"],
    stdout: /^SESSION +BEGAN .*\n\S+ .* 7\.9/,
    slip: ["--sinc", "--since"],
  },
  judge: {
    prepare: writeTelemetry,
    args: ["--logs", "otel"],
    stdout: /composite: 7\.9/,
    slip: ["--sesion", "--session"],
  },
  performance: { prepare: writeTelemetry, args: ["--logs", "otel"], stdout: /7\.9/, slip: JSON_SLIP },
  tui: { exit: 2, stdout: /^$/, stderr: /Cannot open the full screen[\s\S]*masque list/ },
  "audience start": {
    args: FREE_PORTS,
    stdout: /^The audience is listening[\s\S]*127\.0\.0\.1:\d+/,
    shownBy: { args: ["audience", "status"], stdout: /127\.0\.0\.1:\d+/ },
    slip: ["--http-prt", "--http-port"],
    before: [STOPPED],
  },
  "audience stop": {
    after: [STARTED],
    stdout: /^The audience has stopped \(process \d+\)\n$/,
    shownBy: { args: ["audience", "status"], exit: 3, stdout: /^The audience is not running/ },
    slip: JSON_SLIP,
  },
  "audience status": { after: [STARTED], stdout: /127\.0\.0\.1:\d+/, slip: JSON_SLIP, before: [STOPPED] },
  "audience config": { stdout: /OTEL_EXPORTER_OTLP_ENDPOINT/, slip: JSON_SLIP },
  "audience logs": { after: [STARTED, STOPPED], stdout: /Z listening on http:\/\/127\.0\.0\.1:\d+/ },
  "audience run": {
    args: ["--http-port", "70000"],
    exit: 2,
    stdout: /^$/,
    stderr: /--http-port "70000"/,
    slip: ["--grpc-prt", "--grpc-port"],
  },
  doctor: { stdout: /DuckDB library .*unchanged since the build[\s\S]* fine/, slip: JSON_SLIP },
  config: {
    env: { MASQUE_AUDIENCE_HTTP_PORT: "5000" },
    stdout: /audience\.httpPort +5000 +MASQUE_AUDIENCE_HTTP_PORT\n[\s\S]*judge\.maxCost +none +default\n/,
    slip: JSON_SLIP,
  },
  demo: { stdout: /composite: 7\.\d/, slip: JSON_SLIP },
  "hook expand": {
    stdin: typed("don", "codesmith fix it"),
    stdout: /^$/,
    shownBy: { args: ["slash", "don"], stdout: /^<masque-identity name="Codesmith"[\s\S]*fix it/ },
  },
  slash: {
    after: [DONNED, { args: ["hook", "expand"], stdin: typed("id", "") }],
    args: ["id"],
    stdout: /^Codesmith/,
  },
  statusline: { stdin: JSON.stringify({ session_id: SESSION }), after: [DONNED], stdout: /Codesmith/ },
  "setup claude": {
    args: ["--yes"],
    stdout: /create .*\/\.claude\/settings\.json/,
    stderr: /Claude Code/,
    shownBy: { args: ["setup", "claude", "--dry-run"], stdout: /nothing to change: it is set up/ },
    slip: ["--uno", "--undo"],
  },
  "hook session-start": {
    after: [DONNED],
    stdin: hookPayload("SessionStart", { source: "compact" }),
    stdout: /"hookEventName":"SessionStart","additionalContext":"<masque-identity name=\\"Codesmith\\"/,
  },
  "hook prompt": {
    after: [
      DONNED,
      { args: ["hook", "session-end"], stdin: SESSION_ENDS },
      { args: ["hook", "session-start"], stdin: SESSION_RESUMES },
    ],
    stdin: hookPayload("UserPromptSubmit", { prompt: "x" }),
    stdout: /^$/,
    shownBy: { args: ["id", "--json"], stdout: /"is_open": true/ },
  },
  "hook session-end": {
    after: [DONNED],
    stdin: SESSION_ENDS,
    stdout: /^$/,
    shownBy: { args: ["id", "--json"], stdout: /"is_open": false/ },
  },
};

const RECORDING = join(import.meta.dir, "../fixtures/telemetry/quick-http-json/000-logs.json");

describe.each(Object.entries(ROWS))("masque %s", (path, row) => {
  const words = path.split(" ");

  test(
    "does what it is for",
    async () => {
      using me = terminal();
      await row.prepare?.(me);
      for (const { args, stdin } of row.after ?? []) succeeded(await me.masque(args, AGENT, { stdin }));
      const ran = await me.masque([...words, ...(row.args ?? [])], { ...AGENT, ...row.env }, { stdin: row.stdin });
      const { shownBy } = row;
      const shown = shownBy && (await me.masque(shownBy.args, AGENT, { stdin: shownBy.stdin }));
      for (const { args, stdin } of row.before ?? []) succeeded(await me.masque(args, AGENT, { stdin }));
      expect(ran).toEqual({
        exit: row.exit ?? 0,
        stdout: expect.stringMatching(row.stdout),
        stderr: expect.stringMatching(row.stderr ?? /^$/),
      });
      if (shownBy) {
        expect(shown).toMatchObject({ exit: shownBy.exit ?? 0, stdout: expect.stringMatching(shownBy.stdout) });
      }
    },
    CEILING_MS,
  );

  test(
    "shows its help with an example",
    async () => {
      using me = terminal();
      const help = succeeded(await me.masque([...words, "--help"]));
      expect(help.stdout).toContain(`masque ${path}`);
      expect(help.stdout).toMatch(/^Examples:\n {2}\S/m);
      expect(help.stderr).toBe("");
    },
    CEILING_MS,
  );

  test(
    "refuses an unknown flag with the fix",
    async () => {
      using me = terminal();
      const [typed, meant] = row.slip ?? ["--no-such-flag-at-all", `masque ${path} --help`];
      const refused = await me.masque([...words, typed], {}, { stdin: row.stdin });
      // What a host calls exits 0 even so: a hook that exits 2 stops the person's prompt.
      const exit = words[0] === "hook" || words[0] === "statusline" ? 0 : 2;
      expect(refused).toMatchObject({ exit, stdout: "" });
      expect(refused.stderr).toContain(typed);
      expect(refused.stderr).toContain(meant);
    },
    CEILING_MS,
  );
});

function writeDraft(me: Terminal): void {
  writeFileSync(join(me.project, "draft.masque.yaml"), 'name: Draft\nversion: "1.0.0"\nlens: x\n');
}

async function writeTelemetry(me: Terminal): Promise<void> {
  mkdirSync(join(me.project, "otel"));
  await Bun.write(join(me.project, "otel/logs.jsonl"), Bun.file(RECORDING));
}
