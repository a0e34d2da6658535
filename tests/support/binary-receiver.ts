import { join } from "node:path";
import { type Health, parseHealth } from "../../src/audience/process/health.ts";
import type { Env } from "../../src/kernel/paths.ts";
import { isObject, parseJson, stringAt } from "../../src/kernel/text/json.ts";
import { MASQUE_BINARY, requireFreshBinary } from "./binary.ts";
import { readLines, type TestReceiver } from "./receiver.ts";
import { temporaryFolder } from "./temp-folder.ts";

/**
 * The compiled program's receiver on free ports, in a process and a home of its own:
 * `await using receiver = await binaryReceiver();`
 */
export async function binaryReceiver(env: Env = {}): Promise<TestReceiver> {
  requireFreshBinary();
  const folder = temporaryFolder();
  const flags = ["--http-port", "0", "--grpc-port", "0", "--health-port", "0", "--json"];
  const child = Bun.spawn([MASQUE_BINARY, "audience", "run", ...flags], {
    cwd: folder.path,
    env: { HOME: folder.path, ...env },
    stdin: "ignore",
    stdout: "pipe",
    stderr: "pipe",
  });
  const log: string[] = [];
  const logged = collectLines(child.stderr, log);
  const health = await firstLine(child.stdout).then((line) => healthOf(line, log));
  const url = `http://127.0.0.1:${health.ports.http}`;
  const stop = async () => {
    child.kill("SIGTERM");
    await child.exited;
    await logged;
  };
  return {
    health,
    root: folder.path,
    otel: health.otel,
    url,
    log,
    post: (path, body, headers = {}) =>
      fetch(`${url}${path}`, { method: "POST", body, headers: { "content-type": "application/json", ...headers } }),
    lines: (signal) => readLines(join(health.otel, `${signal}.jsonl`)),
    stop,
    async [Symbol.asyncDispose]() {
      await stop();
      folder[Symbol.dispose]();
    },
  };
}

function healthOf(line: string, log: readonly string[]): Health {
  const printed = parseJson(line);
  const run = isObject(printed) && { instance: stringAt(printed, "instance") ?? "", pid: Number(printed["pid"]) };
  const health = run && parseHealth(printed, { ...run, host: "127.0.0.1", healthPort: 0 });
  if (!health) throw new Error(`The receiver printed no health: ${line}\n${log.join("\n")}`);
  return health;
}

async function firstLine(stream: ReadableStream<Uint8Array>): Promise<string> {
  let text = "";
  const decoder = new TextDecoder();
  for await (const chunk of stream) {
    text += decoder.decode(chunk, { stream: true });
    if (text.includes("\n")) break;
  }
  return text.split("\n", 1)[0] ?? "";
}

async function collectLines(stream: ReadableStream<Uint8Array>, lines: string[]): Promise<void> {
  let rest = "";
  const decoder = new TextDecoder();
  for await (const chunk of stream) {
    const parts = (rest + decoder.decode(chunk, { stream: true })).split("\n");
    rest = parts.pop() ?? "";
    lines.push(...parts);
  }
}
