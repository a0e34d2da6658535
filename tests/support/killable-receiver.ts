import type { Env } from "../../src/kernel/paths.ts";
import { isObject, parseJson } from "../../src/kernel/text/json.ts";
import { httpPort } from "./audience.ts";
import { MASQUE_BINARY, requireFreshBinary } from "./binary.ts";
import { defined } from "./process.ts";

/** The compiled receiver in the foreground, ended in whichever way a test likes. */
export type KillableReceiver = {
  /** Where it listens, `http://127.0.0.1:<port>`; `undefined` when it ended before. */
  readonly url: Promise<string | undefined>;
  /** What it said of itself. */
  log(): string;
  /** Sends the signal and waits until the process is gone, and the program around it. */
  end(signal: "SIGKILL" | "SIGTERM"): Promise<void>;
  /** Waits until it is gone by itself. */
  readonly gone: Promise<void>;
};

/** How a receiver is run. */
export type RunReceiver = {
  /** Further flags. */
  readonly flags?: readonly string[];
  /** The program and arguments that it is run by, such as strace. */
  readonly under?: readonly string[];
};

/** Starts `masque audience run` on free ports. Its environment is exactly `env`. */
export function runReceiver(env: Env, { flags = [], under = [] }: RunReceiver = {}): KillableReceiver {
  requireFreshBinary();
  const ports = ["--http-port", "0", "--grpc-port", "0", "--health-port", "0"];
  const child = Bun.spawn([...under, MASQUE_BINARY, "audience", "run", "--json", ...ports, ...flags], {
    env: defined(env),
    stdin: "ignore",
    stdout: "pipe",
    stderr: "pipe",
  });
  let said = "";
  const reading = (async () => {
    const decoder = new TextDecoder();
    for await (const chunk of child.stderr) said += decoder.decode(chunk, { stream: true });
  })();
  const health = healthFrom(child.stdout);
  const gone = Promise.all([child.exited, reading]).then(() => undefined);
  let pid = under.length === 0 ? child.pid : undefined;
  return {
    url: health.then((found) => {
      pid ??= found?.pid;
      return found?.url;
    }),
    log: () => said,
    gone,
    async end(signal) {
      // What runs it may keep signals to itself.
      process.kill(pid ?? child.pid, signal);
      await gone;
    },
  };
}

async function healthFrom(stdout: ReadableStream<Uint8Array>): Promise<{ url: string; pid: number } | undefined> {
  const decoder = new TextDecoder();
  let text = "";
  for await (const chunk of stdout) {
    text += decoder.decode(chunk, { stream: true });
    if (text.endsWith("\n")) break;
  }
  const health = parseJson(text);
  if (!isObject(health)) return undefined;
  return { url: `http://127.0.0.1:${httpPort(health)}`, pid: Number(health["pid"]) };
}
