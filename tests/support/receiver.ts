import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { defaultConfig } from "../../src/app/settings.ts";
import { type StorageSettings, storageSettingsFrom } from "../../src/audience/files/storage-settings.ts";
import type { Health } from "../../src/audience/process/health.ts";
import { runAudience } from "../../src/audience/process/run.ts";
import type { Signal } from "../../src/telemetry/signal.ts";
import { testDeps } from "./test-deps.ts";

/** A real receiver on free ports, in this process and in a folder of its own. */
export type TestReceiver = {
  readonly health: Health;
  readonly root: string;
  readonly otel: string;
  /** `http://127.0.0.1:<port>` */
  readonly url: string;
  /** What it said of itself so far. */
  readonly log: readonly string[];
  /** Posts a body; JSON unless the type says otherwise. */
  post(path: string, body: string | Uint8Array, headers?: Record<string, string>): Promise<Response>;
  /** The lines of a signal's file, parsed. */
  lines(signal: Signal): unknown[];
  /** Asks it to stop and waits until it has. */
  stop(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
};

/** Starts one: `await using receiver = await testReceiver();` */
export async function testReceiver(
  prepare: (otel: string) => void = () => undefined,
  token = "",
  keeping: Partial<StorageSettings> = {},
): Promise<TestReceiver> {
  const stopping = new AbortController();
  const world = testDeps({ stopSignal: stopping.signal });
  const { deps } = world;
  prepare(deps.paths.otel);
  const log: string[] = [];
  const edge = await deps.audience();
  const { promise: listening, resolve } = Promise.withResolvers<Health>();
  const address = { host: "127.0.0.1", httpPort: 0, grpcPort: 0, healthPort: 0 };
  const ended = runAudience(deps, edge, {
    address,
    token,
    keeping: { ...storageSettingsFrom(defaultConfig()), ...keeping },
    announce: { listening: resolve, log: (line) => void log.push(line) },
  });
  const health = await Promise.race([listening, ended.then(() => Promise.reject(new Error("It ended at once")))]);
  const url = `http://127.0.0.1:${health.ports.http}`;
  const stop = async () => {
    stopping.abort();
    await ended;
  };
  return {
    health,
    root: world.root,
    otel: deps.paths.otel,
    url,
    log,
    post: (path, body, headers = {}) =>
      fetch(`${url}${path}`, { method: "POST", body, headers: { "content-type": "application/json", ...headers } }),
    lines: (signal) => readLines(join(deps.paths.otel, `${signal}.jsonl`)),
    stop,
    async [Symbol.asyncDispose]() {
      await stop();
      await world[Symbol.asyncDispose]();
    },
  };
}

/** The lines of a file, parsed; none where there is no file. */
export function readLines(path: string): unknown[] {
  if (!existsSync(path)) return [];
  const text = readFileSync(path, "utf8");
  if (text !== "" && !text.endsWith("\n")) throw new Error(`"${path}" ends within a line`);
  return text
    .split("\n")
    .filter(Boolean)
    .map((line) => JSON.parse(line));
}

/** Waits until something is so, five seconds at most. */
export async function until(isSo: () => boolean | Promise<boolean>): Promise<void> {
  const deadline = performance.now() + 5_000;
  while (!(await isSo())) {
    if (performance.now() > deadline) throw new Error("It never became so");
    await Bun.sleep(5);
  }
}
