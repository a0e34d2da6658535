import { existsSync, readFileSync } from "node:fs";
import { connect } from "node:net";
import { join } from "node:path";
import type { Health } from "../../src/audience/process/health.ts";
import type { Signal } from "../../src/telemetry/signal.ts";
import type { TestReceiver } from "./receiver.ts";

/** Ways to look at a running receiver, and to talk to it byte for byte. */

/** The lines of a signal's file as they are. */
export function textsOf(receiver: Pick<TestReceiver, "otel">, signal: Signal): readonly string[] {
  const path = join(receiver.otel, `${signal}.jsonl`);
  return existsSync(path) ? readFileSync(path, "utf8").split("\n").slice(0, -1) : [];
}

/** What the health page says now. */
export async function healthNow({ health }: Pick<TestReceiver, "health">): Promise<Health> {
  const page = await fetch(`http://127.0.0.1:${health.ports.health}/`);
  if (!page.ok) throw new Error(`The health page answers ${page.status}`);
  return (await page.json()) as Health;
}

/**
 * Resident memory of a process now and at its highest, in MiB; `undefined` on systems without `/proc`.
 *
 * @throws Error where there is `/proc` and the process is not in it: a test that measures nothing must not pass.
 */
export function memoryOf(pid: number): { readonly nowMiB: number; readonly peakMiB: number } | undefined {
  if (process.platform !== "linux") return undefined;
  const status = readFileSync(`/proc/${pid}/status`, "utf8");
  const mib = (name: string) => Number(new RegExp(`^${name}:\\s*(\\d+) kB`, "m").exec(status)?.[1]) / 1024;
  return { nowMiB: mib("VmRSS"), peakMiB: mib("VmHWM") };
}

/** Sends bytes over one connection, each once the one before is answered; answers all that came back. */
export function exchange(port: number, requests: readonly (string | Uint8Array)[]): Promise<string> {
  return new Promise((resolve, reject) => {
    let received = "";
    const socket = connect(port, "127.0.0.1", () => socket.write(requests[0] ?? ""));
    socket.on("error", reject);
    socket.on("data", (chunk) => {
      received += chunk.toString("latin1");
      const next = requests[received.match(/HTTP\/1\.1 \d/g)?.length ?? 0];
      if (next === undefined) socket.end();
      else socket.write(next);
    });
    socket.on("close", () => resolve(received));
  });
}
