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

type Row = {
  /** Command lines run first, each of which must succeed. */
  readonly after?: readonly (readonly string[])[];
  /** A command line that is given something on standard input before. */
  readonly given?: readonly [line: readonly string[], stdin: string];
  readonly prepare?: (me: Terminal) => void;
  /** What follows the command's name. */
  readonly args?: readonly string[];
  readonly env?: Env;
  readonly stdin?: string;
  /** 0 unless said otherwise. */
  readonly exit?: number;
  readonly stdout: string | RegExp;
  /** A flag of the command's own with a slip in it, and the flag that was meant; without one, help is the cure. */
  readonly slip?: readonly [typed: string, meant: string];
  /** Command lines that undo what the row left running. */
  readonly before?: readonly (readonly string[])[];
};

const hookPayload = (event: string, more: object) =>
  JSON.stringify({ session_id: SESSION, transcript_path: "/nowhere", cwd: "/", hook_event_name: event, ...more });

const typed = (command: string, words: string) =>
  hookPayload("UserPromptExpansion", { command_name: command, command_args: words });

const JSON_SLIP = ["--jsn", "--json"] as const;

const ROWS: Readonly<Record<CommandPath, Row>> = {
  don: { args: ["codesmith", "fix", "it"], stdout: /^<masque-identity name="Codesmith"[\s\S]*fix it/, slip: JSON_SLIP },
  doff: { after: [["don", "codesmith"]], stdout: /Codesmith.* is off/, slip: ["--no-scor", "--no-score"] },
  id: { after: [["don", "codesmith"]], stdout: /^Codesmith/, slip: JSON_SLIP },
  list: { stdout: /Codesmith/, slip: ["--categry", "--category"] },
  inspect: { args: ["codesmith"], stdout: /Codesmith/, slip: ["--rw", "--raw"] },
  "sync-manifest": { args: ["private"], stdout: /private|\.masques/, slip: JSON_SLIP },
  validate: { args: ["."], prepare: writeDraft, stdout: /^1 masque checked/, slip: ["--formt", "--format"] },
  schema: { stdout: /"\$schema"/ },
  new: { args: ["Cartographer", "--stdout"], stdout: /^name: "Cartographer"/m, slip: ["--stdot", "--stdout"] },
  judge: {
    prepare: writeTelemetry,
    args: ["--logs", "otel"],
    stdout: /composite: 7\.9/,
    slip: ["--sesion", "--session"],
  },
  performance: { prepare: writeTelemetry, args: ["--logs", "otel"], stdout: /7\.9/, slip: JSON_SLIP },
  tui: { exit: 2, stdout: /^$/ },
  "audience start": {
    args: FREE_PORTS,
    stdout: /127\.0\.0\.1:\d+/,
    slip: ["--http-prt", "--http-port"],
    before: [["audience", "stop"]],
  },
  "audience stop": { after: [["audience", "start", ...FREE_PORTS]], stdout: "", slip: JSON_SLIP },
  "audience status": {
    after: [["audience", "start", ...FREE_PORTS]],
    stdout: /127\.0\.0\.1:\d+/,
    slip: JSON_SLIP,
    before: [["audience", "stop"]],
  },
  "audience config": { stdout: /OTEL_EXPORTER_OTLP_ENDPOINT/, slip: JSON_SLIP },
  "audience logs": {
    after: [
      ["audience", "start", ...FREE_PORTS],
      ["audience", "stop"],
    ],
    stdout: /\S/,
  },
  "audience run": { args: ["--http-port", "70000"], exit: 2, stdout: /^$/, slip: ["--grpc-prt", "--grpc-port"] },
  doctor: { stdout: /DuckDB library .*every byte as built[\s\S]* fine/, slip: JSON_SLIP },
  demo: { stdout: /composite: 7\.\d/, slip: JSON_SLIP },
  "hook expand": { stdin: typed("id", ""), stdout: /^$/ },
  slash: {
    after: [["don", "codesmith"]],
    given: [["hook", "expand"], typed("id", "")],
    args: ["id"],
    stdout: /^Codesmith/,
  },
  statusline: { stdin: JSON.stringify({ session_id: SESSION }), after: [["don", "codesmith"]], stdout: /Codesmith/ },
  "setup claude": { args: ["--yes"], stdout: /\S/, slip: ["--uno", "--undo"] },
  "hook session-start": { stdin: hookPayload("SessionStart", { source: "startup" }), stdout: /^$/ },
  "hook prompt": { stdin: hookPayload("UserPromptSubmit", { prompt: "x" }), stdout: /^$/ },
  "hook session-end": { stdin: hookPayload("SessionEnd", { reason: "other" }), stdout: /^$/ },
};

const RECORDING = join(import.meta.dir, "../fixtures/telemetry/quick-http-json/000-logs.json");

describe.each(Object.entries(ROWS))("masque %s", (path, row) => {
  const words = path.split(" ");

  test(
    "does what it is for",
    async () => {
      using me = terminal();
      row.prepare?.(me);
      for (const line of row.after ?? []) succeeded(await me.masque(line, AGENT));
      if (row.given) succeeded(await me.masque(row.given[0], AGENT, { stdin: row.given[1] }));
      const ran = await me.masque([...words, ...(row.args ?? [])], { ...AGENT, ...row.env }, { stdin: row.stdin });
      for (const line of row.before ?? []) succeeded(await me.masque(line, AGENT));
      expect(ran).toMatchObject({ exit: row.exit ?? 0, stdout: expect.stringMatching(row.stdout) });
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
    "refuses an unknown flag with the cure",
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
