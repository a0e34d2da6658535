import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Finished, finish } from "../support/process.ts";
import { temporaryFolder } from "../support/temp-folder.ts";

/**
 * The machine that start-up is measured on: 50 agent sessions in one project's state, 25 of them wearing, one private
 * masque donned before. All of it is made by running the program itself; a state can then be kept and put back, so
 * that every run of a row begins from the same one.
 */
export type BenchMachine = {
  readonly project: string;
  readonly otel: string;
  readonly env: Readonly<Record<string, string>>;
  /** An agent session that wears a shared masque. */
  readonly wearing: string;
  /** Runs the program untimed. */
  run(args: readonly string[], more?: { session?: string; stdin?: string }): Promise<Finished>;
  /** The project's state as it is now; calling what it answers puts it back. */
  keepState(): () => void;
  [Symbol.dispose](): void;
};

const SESSIONS = 50;
const WEARING = 25;

const PRIVATE_MASQUE = `name: Benchmarker
version: "1.0.0"
attributes:
  category: specialist
  domain: performance
lens: |
${"  You measure before you believe, and again after you have changed something.\n".repeat(40)}`;

/** Makes the machine; it is gone when the scope ends. */
export async function benchMachine(binary: string): Promise<BenchMachine> {
  const folder = temporaryFolder();
  const [home, project] = [join(folder.path, "home"), join(folder.path, "project")];
  mkdirSync(join(home, ".masques"), { recursive: true });
  mkdirSync(join(project, ".git", "info"), { recursive: true });
  writeFileSync(join(home, ".masques", "benchmarker.masque.yaml"), PRIVATE_MASQUE);
  const env = { ...inherited(), HOME: home, TERM: "xterm-256color", CLAUDE_PROJECT_DIR: project };
  const run: BenchMachine["run"] = async (args, { session, stdin } = {}) => {
    const withSession = session === undefined ? env : { ...env, CLAUDE_CODE_SESSION_ID: session };
    return await finish([binary, ...args], { cwd: project, env: withSession, stdin });
  };
  const wearing = await fillState(run);
  const stateFile = join(project, ".claude", "masque.session.json");
  return {
    project,
    otel: join(home, ".local/share/masque/otel"),
    env,
    wearing,
    run,
    keepState() {
      const kept = readFileSync(stateFile);
      return () => writeFileSync(stateFile, kept);
    },
    [Symbol.dispose]: () => folder[Symbol.dispose](),
  };
}

/** The environment that `node` and the program both run in: this one, without what would lead to the person's own files. */
function inherited(): Readonly<Record<string, string>> {
  const names = Object.keys(process.env).filter(
    (name) => !/^(MASQUE|CLAUDE|XDG_|OTEL_|NO_COLOR|FORCE_COLOR)/.test(name),
  );
  return Object.fromEntries(names.map((name) => [name, process.env[name] ?? ""]));
}

async function fillState(run: BenchMachine["run"]): Promise<string> {
  let wearing = "";
  for (let n = 0; n < SESSIONS; n++) {
    const session = crypto.randomUUID();
    await succeed(run(["don", n % 7 === 0 ? "benchmarker" : "codesmith", "measure", "start-up"], { session }));
    if (n < SESSIONS - WEARING) await succeed(run(["doff", "--no-score"], { session }));
    else if (n % 7 !== 0) wearing = session;
  }
  return wearing;
}

async function succeed(running: Promise<Finished>): Promise<void> {
  const { exit, stderr } = await running;
  if (exit !== 0) throw new Error(`The machine could not be made: ${stderr}`);
}
