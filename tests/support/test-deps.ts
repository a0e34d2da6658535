import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { printFailure } from "../../src/cli/print/failure.ts";
import { runCli } from "../../src/cli/run.ts";
import { type Deps, depsFor } from "../../src/deps.ts";
import { agentSessionOf } from "../../src/host/claude/session.ts";
import { type Clock, systemClock } from "../../src/kernel/clock.ts";
import { MasqueError } from "../../src/kernel/errors.ts";
import { type Env, pathsFrom, projectRoot } from "../../src/kernel/paths.ts";
import { disarmed, isReadByRunner } from "../../src/kernel/text/runner-commands.ts";
import type { World } from "../../src/kernel/world.ts";
import { temporaryFolder } from "./temp-folder.ts";

/** What a test may say of its world; the rest is a fresh home, an empty project and the real edges. */
export type TestWorld = {
  /** Added to `HOME` and nothing else: the tests' own environment never leaks in. */
  readonly env?: Env;
  readonly ignoredEnv?: World["ignoredEnv"];
  readonly clock?: Clock;
  /** The process that a hook takes for its host. */
  readonly parentPid?: number;
  readonly stdin?: string | Uint8Array;
  readonly columns?: number;
  readonly color?: boolean;
  /** Whether the program may ask, as with a person at a terminal. */
  readonly canAsk?: boolean;
  /** What that person answers to a question. */
  readonly answersYes?: boolean;
  /** What that person chooses from a list; `null`, and where nothing is said, cancels. */
  readonly chooses?: string | null;
  /** What asks a command that stays, such as `audience run`, to end. */
  readonly stopSignal?: AbortSignal;
};

/** A world in a temporary folder, what was printed in it, and a way to run command lines there. */
export type TestDeps = {
  readonly deps: Deps;
  /** The temporary folder that holds `home/` and `project/`. */
  readonly root: string;
  readonly home: string;
  readonly project: string;
  /** Everything written to standard output so far. */
  stdout(): string;
  /** Everything written to standard error so far. */
  stderr(): string;
  /** Runs one command line as `main.ts` does: failures are printed on stderr and become the exit status. */
  run(...argv: string[]): Promise<{ exit: number; stdout: string; stderr: string }>;
  [Symbol.asyncDispose](): Promise<void>;
};

/**
 * A world of a test's own, gone when the scope ends: `await using world = testDeps();`
 *
 * `HOME` is `<root>/home`, the project and current folder `<root>/project` (with a `.git` folder), ids count upwards.
 */
export function testDeps(given: TestWorld = {}): TestDeps {
  const folder = temporaryFolder();
  const home = join(folder.path, "home");
  const project = join(folder.path, "project");
  mkdirSync(home, { recursive: true });
  mkdirSync(join(project, ".git"), { recursive: true });
  const env = { HOME: home, ...given.env };
  const where = { env, project: projectRoot(env, project) };
  const out: string[] = [];
  const err: string[] = [];
  const world = depsFor({
    ...where,
    agentSession: () => agentSessionOf(where),
    ignoredEnv: given.ignoredEnv ?? [],
    cwd: project,
    paths: pathsFrom(env),
    clock: given.clock ?? systemClock(),
    io: {
      stdout: capture(out, env, given),
      stderr: capture(err, env, given),
      canAsk: given.canAsk ?? false,
      readStdin: async () => Buffer.from(given.stdin ?? "").toString("utf8"),
      stdinChunks: () => piecesOf(Buffer.from(given.stdin ?? "")),
    },
    parentPid: given.parentPid ?? 1,
    program: [process.execPath, join(import.meta.dir, "../../src/main.ts")],
    stopSignal: () => given.stopSignal ?? new AbortController().signal,
    newId: countingIds(),
  });
  const prompts = {
    confirm: async () => given.answersYes ?? false,
    choose: async () => given.chooses ?? null,
    ask: async () => null,
  };
  const deps: Deps = { ...world, prompts: async () => prompts };
  return {
    deps,
    root: folder.path,
    home,
    project,
    stdout: () => out.join(""),
    stderr: () => err.join(""),
    run: (...argv) => runLine(deps, argv, { out, err }),
    async [Symbol.asyncDispose]() {
      await deps.close();
      folder[Symbol.dispose]();
    },
  };
}

function capture(chunks: string[], env: Env, given: TestWorld) {
  const write = (text: string) => void chunks.push(isReadByRunner(env) ? disarmed(text) : text);
  return {
    write,
    writeDocument: write,
    writeCommands: (text: string) => void chunks.push(text),
    isTerminal: given.columns !== undefined,
    columns: given.columns ?? 80,
    color: given.color ?? false,
  };
}

/** Cut at any place, as a pipe does. */
async function* piecesOf(bytes: Uint8Array) {
  const PIECE_BYTES = 1000;
  for (let at = 0; at < bytes.length; at += PIECE_BYTES) yield bytes.subarray(at, at + PIECE_BYTES);
}

/** UUIDs that count: `00000000-0000-4000-8000-000000000001`, then 2. */
function countingIds(): () => string {
  let count = 0;
  return () => `00000000-0000-4000-8000-${String(++count).padStart(12, "0")}`;
}

async function runLine(deps: Deps, argv: readonly string[], printed: { out: string[]; err: string[] }) {
  const [outBefore, errBefore] = [printed.out.length, printed.err.length];
  let exit: number;
  try {
    exit = await runCli(argv, deps);
  } catch (error) {
    if (!(error instanceof MasqueError)) throw error;
    exit = printFailure(error, argv, deps.io.stderr);
  }
  return { exit, stdout: printed.out.slice(outBefore).join(""), stderr: printed.err.slice(errBefore).join("") };
}
