import { dirname } from "node:path";
import { openPty } from "../support/pty.ts";
import type { BenchMachine } from "./machine.ts";
import { oneLineProgram } from "./one-line-program.ts";

/** One line of the table: what is run, how long it may take beside `node -e 0`, and how it is measured. */
export type Row = {
  readonly name: string;
  /** Largest ratio to `node -e 0`; `null` for a row that is only shown. */
  readonly bound: number | null;
  /** Puts the machine into the state that a run begins from; not timed. */
  prepare(): void;
  /** Runs once and answers how long that took. */
  measureMs(): Promise<number> | number;
};

/** Largest ratios to `node -e 0`, for a command that changes nothing and for one that changes a session. */
const BOUND = { nothing: 0.45, change: 0.65, list: 1, judge: 3, tui: 2 } as const;
const SCREEN = { columns: 120, rows: 40 };
const FIRST_ROW = "▸ ";

/** The rows of docs/performance.md, on a machine made for them. */
export async function rowsOn(machine: BenchMachine, binary: string): Promise<readonly Row[]> {
  const { wearing } = machine;
  const worn = machine.keepState();
  const hook = (name: string, more: object) =>
    ["hook", name, JSON.stringify({ ...payload(machine), ...more })] as const;
  const once = (name: string, bound: number, prepare: () => void, args: readonly string[], stdin = ""): Row => ({
    name,
    bound,
    prepare,
    measureMs: () => time([binary, ...args], { machine, session: wearing, stdin }),
  });
  const hookRow = (
    name: string,
    bound: number,
    prepare: () => void,
    [group, command, stdin]: readonly [string, string, string],
  ) => once(name, bound, prepare, [group, command], stdin);

  const end = hook("session-end", { hook_event_name: "SessionEnd", reason: "other" });
  const clear = hook("session-end", { hook_event_name: "SessionEnd", reason: "clear" });
  const resume = hook("session-start", { hook_event_name: "SessionStart", source: "resume" });
  const prompt = hook("prompt", { hook_event_name: "UserPromptSubmit", prompt: "go on" });
  const expand = (name: string, args: string) =>
    hook("expand", { command_name: `masques:${name}`, command_args: args, command_source: "plugin" });
  const after = async (...hooks: readonly (readonly [string, string, string])[]) => {
    worn();
    for (const [group, command, stdin] of hooks) await machine.run([group, command], { stdin });
    return machine.keepState();
  };
  const ended = await after(end);
  const resumed = await after(end, resume);
  const cleared = await after(clear);
  const anchored = { session_id: machine.anchored };
  const counted = await after(hook("prompt", { ...anchored, prompt: "go on" }));
  worn();

  const fresh = { session_id: crypto.randomUUID() };
  const don = (name: string): Row["measureMs"] => {
    return () => time([binary, "don", name, "an", "intent"], { machine, session: crypto.randomUUID(), stdin: "" });
  };
  const oneLine = await oneLineProgram(dirname(machine.project));
  return [
    {
      name: "node -e 0",
      bound: null,
      prepare: worn,
      measureMs: () => time(["node", "-e", "0"], { machine, session: "", stdin: "" }),
    },
    {
      name: "a compiled program of one line",
      bound: null,
      prepare: worn,
      measureMs: () => time([oneLine], { machine, session: "", stdin: "" }),
    },
    { ...once("version: what every command pays", 0, worn, ["version"]), bound: null },
    once("id", BOUND.nothing, worn, ["id"]),
    once("list, the library and 200 private masques", BOUND.list, worn, ["list"]),
    once("statusline", BOUND.nothing, worn, ["statusline"], JSON.stringify(payload(machine))),
    hookRow("hook session-start, resumed", BOUND.nothing, ended, resume),
    hookRow(
      "hook session-start, compacted: the block again",
      BOUND.nothing,
      worn,
      hook("session-start", { source: "compact" }),
    ),
    hookRow(
      "hook session-start, cleared: opens a span",
      BOUND.change,
      cleared,
      hook("session-start", { source: "clear", ...fresh }),
    ),
    hookRow("hook prompt, nothing to do", BOUND.nothing, worn, prompt),
    hookRow(
      "hook prompt, an anchor counted",
      BOUND.nothing,
      counted,
      hook("prompt", { ...anchored, prompt: "and on" }),
    ),
    hookRow("hook prompt, opens a span", BOUND.change, resumed, prompt),
    hookRow("hook expand, hands over a don", BOUND.change, worn, expand("don", "codesmith")),
    hookRow("hook expand, answers /id", BOUND.change, worn, expand("id", "")),
    hookRow("hook session-end, closes a span", BOUND.change, worn, end),
    { name: "don, shared, a fresh agent session", bound: BOUND.change, prepare: worn, measureMs: don("codesmith") },
    { name: "don, private, already seen, likewise", bound: BOUND.change, prepare: worn, measureMs: don("benchmarker") },
    once("judge, the latest session", BOUND.judge, worn, ["judge"]),
    {
      name: "tui, first row of the catalog",
      bound: BOUND.tui,
      prepare: worn,
      measureMs: () => firstFrameMs(machine, binary),
    },
  ];
}

function payload({ wearing, project }: BenchMachine) {
  return { session_id: wearing, transcript_path: "", cwd: project, workspace: { project_dir: project } };
}

function time(
  command: readonly string[],
  { machine, session, stdin }: { machine: BenchMachine; session: string; stdin: string },
): number {
  const env = { ...machine.env, ...(session === "" ? {} : { CLAUDE_CODE_SESSION_ID: session }) };
  const [program = "", ...args] = command;
  const path = program === "node" ? (Bun.which("node") ?? program) : program;
  const before = performance.now();
  const { exitCode, stderr } = Bun.spawnSync([path, ...args], { cwd: machine.project, env, stdin: Buffer.from(stdin) });
  const tookMs = performance.now() - before;
  if (exitCode !== 0) throw new Error(`${command.join(" ")} exited ${exitCode}: ${stderr.toString()}`);
  return tookMs;
}

async function firstFrameMs({ project, env }: BenchMachine, binary: string): Promise<number> {
  const before = performance.now();
  await using screen = openPty([binary, "tui"], { cwd: project, env, ...SCREEN });
  await screen.until(FIRST_ROW);
  const tookMs = performance.now() - before;
  screen.type("q");
  await screen.exited;
  return tookMs;
}
