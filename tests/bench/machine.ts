import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Finished, finish } from "../support/process.ts";
import { temporaryFolder } from "../support/temp-folder.ts";
import { keepFiles } from "./keep-files.ts";

/**
 * The machine that start-up is measured on: 500 agent sessions in one project, 25 of them wear a masque; 200 private
 * masques, one of them donned before. Running the program itself makes the sessions. Their state can be kept and put
 * back, so that every run of a row begins from the same state.
 */
export type BenchMachine = {
  readonly project: string;
  readonly otel: string;
  readonly env: Readonly<Record<string, string>>;
  /** An agent session that wears a shared masque. */
  readonly wearing: string;
  /** An agent session that wears a private masque with an anchor. */
  readonly anchored: string;
  /** Runs the program untimed. */
  run(args: readonly string[], more?: { session?: string; stdin?: string }): Promise<Finished>;
  /** Keeps the state of all sessions as it is now. The function that it returns puts that state back. */
  keepState(): () => void;
  [Symbol.dispose](): void;
};

const SESSIONS = 500;
const WEARING = 25;
const PRIVATE_MASQUES = 200;
/** Certificates to read make `node` slower to start, by 40 ms or more, and flatter every ratio to it. */
const LEFT_OUT = /^(MASQUE|CLAUDE|XDG_|OTEL_|NO_COLOR|FORCE_COLOR|NODE_EXTRA_CA_CERTS|SSL_CERT_)/;

const privateMasque = (name: string) => `name: ${name}
version: "1.0.0"
anchor: Measure before and after, and report both numbers.
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
  for (let n = 1; n < PRIVATE_MASQUES; n++) {
    writeFileSync(join(home, ".masques", `private-${n}.masque.yaml`), privateMasque(`Private ${n}`));
  }
  writeFileSync(join(home, ".masques", "benchmarker.masque.yaml"), privateMasque("Benchmarker"));
  const env = { ...inherited(), HOME: home, TERM: "xterm-256color", CLAUDE_PROJECT_DIR: project };
  const run: BenchMachine["run"] = async (args, { session, stdin } = {}) => {
    const withSession = session === undefined ? env : { ...env, CLAUDE_CODE_SESSION_ID: session };
    return await finish([binary, ...args], { cwd: project, env: withSession, stdin });
  };
  const { wearing, anchored } = await fillState(run);
  const data = join(home, ".local/share/masque");
  return {
    project,
    otel: join(data, "otel"),
    env,
    wearing,
    anchored,
    run,
    keepState: () => keepFiles([join(data, "sessions"), join(data, "host"), join(project, ".claude")]),
    [Symbol.dispose]: () => folder[Symbol.dispose](),
  };
}

/** The environment that `node` and the program both run in: this one, without what leads to the person's own files. */
function inherited(): Readonly<Record<string, string>> {
  const names = Object.keys(process.env).filter((name) => !LEFT_OUT.test(name));
  return Object.fromEntries(names.map((name) => [name, process.env[name] ?? ""]));
}

async function fillState(run: BenchMachine["run"]): Promise<Pick<BenchMachine, "wearing" | "anchored">> {
  let [wearing, anchored] = ["", ""];
  for (let n = 0; n < SESSIONS; n++) {
    const session = crypto.randomUUID();
    await succeed(run(["don", n % 7 === 0 ? "benchmarker" : "codesmith", "measure", "start-up"], { session }));
    if (n < SESSIONS - WEARING) await succeed(run(["doff", "--no-score"], { session }));
    else if (n % 7 !== 0) wearing = session;
    else anchored = session;
  }
  return { wearing, anchored };
}

async function succeed(running: Promise<Finished>): Promise<void> {
  const { exit, stderr } = await running;
  if (exit !== 0) throw new Error(`The machine could not be made: ${stderr}`);
}
