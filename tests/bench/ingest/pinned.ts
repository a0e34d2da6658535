import { join } from "node:path";
import type { Subprocess } from "bun";
import { isObject, type Json, parseJson } from "../../../src/kernel/text/json.ts";
import { MASQUE_BINARY } from "../../support/binary.ts";
import { temporaryFolder } from "../../support/temp-folder.ts";
import { type Load, type LoadPlan, type Transport, WARM } from "./load.ts";
import { cpuSeconds, peakMemoryMb } from "./process-usage.ts";

/** Programs that run on one core each: the receiver and what it is compared with on the first, the sender on the second. */

const SERVER_CORE = "0";
const CLIENT_CORE = "1";

/** Whether what was acknowledged is on disk. */
export type SyncMode = "always" | "off";

/** What is measured of one row. */
export type Measured = Load & {
  /** Of one core. */
  readonly serverCpuShare: number;
  readonly peakMb: number;
};

/** Records a second of one core that only parses and stringifies. */
export async function measureBaseline(seed: number, seconds: number): Promise<number> {
  const command = [process.execPath, join(import.meta.dir, "baseline.ts"), String(seed), String(seconds)];
  const child = onServerCore(command, process.env);
  const rate = Number(await child.stdout.text());
  if ((await child.exited) !== 0) throw new Error("The baseline failed");
  return rate;
}

/** Loads a fresh receiver. */
export async function measureRow(
  plan: Omit<LoadPlan, "port">,
  sync: SyncMode,
  binary = MASQUE_BINARY,
): Promise<Measured> {
  await using receiver = await startReceiver(sync, binary);
  return await measureLoad(plan, receiver);
}

/** Loads a receiver that has just started, and compares its own count with what was acknowledged. */
export async function measureLoad(plan: Omit<LoadPlan, "port">, receiver: Receiver): Promise<Measured> {
  const port = plan.transport === "grpc" ? receiver.grpcPort : receiver.httpPort;
  const command = [process.execPath, join(import.meta.dir, "load.ts"), JSON.stringify({ ...plan, port })];
  const client = pinned(CLIENT_CORE, command, process.env);
  const usage = () => ({ seconds: cpuSeconds(receiver.pid), ms: performance.now() });
  const said = new Lines(client.stdout);
  await said.until((line) => `${line}\n` === WARM);
  const before = usage();
  await Bun.sleep(plan.forMs);
  const after = usage();
  const load: Load = JSON.parse(await said.until(() => true));
  const peakMb = peakMemoryMb(receiver.pid);
  const counted = await receiver.recordsCounted();
  if (counted !== load.recordsInAll) throw new Error(`${load.recordsInAll} records acknowledged, ${counted} counted`);
  const serverCpuShare = ((after.seconds - before.seconds) * 1_000) / (after.ms - before.ms);
  return { ...load, serverCpuShare, peakMb };
}

/** A receiver on the first core. */
export type Receiver = {
  readonly pid: number;
  readonly httpPort: number;
  readonly grpcPort: number;
  /** Log records that it took in. Asked once, at the end. */
  recordsCounted(): Promise<number>;
  [Symbol.asyncDispose](): Promise<void>;
};

/** Starts the compiled receiver. */
export async function startReceiver(sync: SyncMode, binary: string): Promise<Receiver> {
  const folder = temporaryFolder();
  const ports = ["--http-port", "0", "--grpc-port", "0", "--health-port", "0"];
  const child = onServerCore([binary, "audience", "run", "--sync", sync, ...ports, "--json"], {
    HOME: folder.path,
    MASQUE_DATA_DIR: join(folder.path, "data"),
    PATH: process.env["PATH"],
  });
  const health = parseJson(await new Lines(child.stdout).until(() => true));
  const port = (name: string) => numberAt(health, "ports", name);
  return {
    pid: child.pid,
    httpPort: port("http"),
    grpcPort: port("grpc"),
    async recordsCounted() {
      const now = parseJson(await (await fetch(`http://127.0.0.1:${port("health")}/`)).text());
      return numberAt(now, "records", "logs");
    },
    async [Symbol.asyncDispose]() {
      child.kill("SIGTERM");
      await child.exited;
      folder[Symbol.dispose]();
    },
  };
}

/** Runs a program on the core of the receiver. */
export function onServerCore(command: readonly string[], env: Readonly<Record<string, string | undefined>>) {
  return pinned(SERVER_CORE, command, env);
}

/** `taskset` becomes the program, so its process is the program's. */
function pinned(core: string, command: readonly string[], env: Readonly<Record<string, string | undefined>>) {
  return Bun.spawn(["taskset", "-c", core, ...command], { env: { ...env }, stdout: "pipe", stderr: "ignore" });
}

type Output = Subprocess<"ignore", "pipe", "ignore">["stdout"];

/** Lines of a program's output, as they come. */
export class Lines {
  readonly #chunks: AsyncIterator<Uint8Array>;
  readonly #decoder = new TextDecoder();
  #text = "";

  constructor(stream: Output) {
    this.#chunks = stream[Symbol.asyncIterator]();
  }

  async until(isIt: (line: string) => boolean): Promise<string> {
    for (;;) {
      const end = this.#text.indexOf("\n");
      if (end < 0) {
        const { done, value } = await this.#chunks.next();
        if (done) throw new Error(`It ended without having said what was waited for: ${this.#text}`);
        this.#text += this.#decoder.decode(value, { stream: true });
        continue;
      }
      const line = this.#text.slice(0, end);
      this.#text = this.#text.slice(end + 1);
      if (isIt(line)) return line;
    }
  }
}

function numberAt(value: Json | undefined, outer: string, inner: string): number {
  const object = isObject(value) ? value[outer] : undefined;
  const found = isObject(object) ? object[inner] : undefined;
  if (typeof found !== "number") throw new Error(`The receiver does not say "${outer}.${inner}"`);
  return found;
}

/** What a row is called. */
export function rowName(transport: Transport, connections: number, sync: SyncMode): string {
  return `${transport}, ${connections === 1 ? "1 connection" : `${connections} connections`}, sync ${sync}`;
}
