import { connect } from "node:net";
import { parseArgs } from "node:util";
import { LIMITS } from "../../src/kernel/limits.ts";
import { binaryReceiver } from "../support/binary-receiver.ts";
import { healthNow, memoryOf } from "../support/receiver-probe.ts";
import { type Exported, exportingSteadily } from "../support/steady-exporter.ts";

/**
 * Clients that take their time, all at once, at the compiled receiver while a well-behaved exporter goes on: bodies and
 * headers of one byte a second, connections that say nothing, and with `--drip` bodies that keep just the pace which
 * Bun asks for. Each is cut off; no good batch is lost; memory stays flat.
 *
 *     bun tests/long/slow-clients.ts --clients 1000 --drip
 */

const HEAD = "POST /v1/logs HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n";

/** How a client is slow: what it sends at once, and what it sends each second. */
const KINDS = {
  body: { first: `${HEAD}Content-Length: 100000\r\n\r\n`, each: "x" },
  chunks: { first: `${HEAD}Transfer-Encoding: chunked\r\n\r\n`, each: "1\r\nx\r\n" },
  headers: { first: HEAD, each: "x" },
  silent: { first: "", each: "" },
  drip: { first: `${HEAD}Content-Length: 60000000\r\n\r\n`, each: "x".repeat(20 * 1024) },
} as const;

type Kind = keyof typeof KINDS;

/** What became of the slow. */
export type SlowClientsResult = {
  /** Seconds after which the last of each kind was cut off. */
  readonly cutAfter: Readonly<Partial<Record<Kind, number>>>;
  readonly refused: Readonly<Record<string, number>>;
  readonly exported: Exported;
  readonly memory: { readonly before: number; readonly peak: number } | undefined;
};

/** What is asked of {@link sendSlowly}. */
export type SlowClients = {
  /** In all, shared out among the kinds. */
  readonly clients: number;
  /** Whether some keep the pace, so that only the deadline of the whole body ends them. */
  readonly withDrip: boolean;
};

/** Connects so many slow clients and waits until all are cut off. @throws when one is not, or a good batch is lost. */
export async function sendSlowly({ clients, withDrip }: SlowClients): Promise<SlowClientsResult> {
  await using receiver = await binaryReceiver();
  const { ports, pid } = receiver.health;
  const before = memoryOf(pid);
  const kinds: readonly Kind[] = ["body", "chunks", "headers", "silent", ...(withDrip ? (["drip"] as const) : [])];
  const cutAfter: Partial<Record<Kind, number>> = {};
  const exported = await exportingSteadily(receiver, async () => {
    const all = Array.from({ length: clients }, async (_, index) => {
      const kind = kinds[index % kinds.length] ?? "body";
      const seconds = await secondsUntilCut(ports.http, kind);
      cutAfter[kind] = Math.max(cutAfter[kind] ?? 0, seconds);
    });
    await Promise.all(all);
  });
  const after = memoryOf(pid);
  const { refused_by_cause } = await healthNow(receiver);
  const refused = Object.fromEntries(Object.entries(refused_by_cause).filter(([, count]) => count > 0));
  return { cutAfter, refused, exported, memory: before && after && { before: before.nowMiB, peak: after.peakMiB } };
}

/** The longest that a slow client may stay, and some seconds for a machine that is busy. */
function secondsMax(kind: Kind): number {
  const idle = kind === "drip" ? LIMITS.requestBodyWaitMs / 1000 : LIMITS.requestIdleSeconds;
  return idle + 10;
}

function secondsUntilCut(port: number, kind: Kind): Promise<number> {
  const startedMs = performance.now();
  const seconds = () => (performance.now() - startedMs) / 1000;
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  const { first, each } = KINDS[kind];
  const socket = connect(port, "127.0.0.1", () => socket.write(first));
  const sending = setInterval(() => {
    if (each !== "") socket.write(each);
    if (seconds() > secondsMax(kind)) reject(new Error(`A slow client (${kind}) is there after ${secondsMax(kind)} s`));
  }, 1_000);
  // Cut off in the middle of its writing, a client sees a reset as often as an end.
  socket.on("error", () => undefined);
  socket.resume();
  socket.on("close", () => {
    clearInterval(sending);
    resolve(seconds());
  });
  return promise.finally(() => {
    clearInterval(sending);
    socket.destroy();
  });
}

if (import.meta.main) {
  const { values } = parseArgs({
    options: { clients: { type: "string", default: "1000" }, drip: { type: "boolean", default: false } },
  });
  const asked = { clients: Number(values.clients), withDrip: values.drip };
  const { cutAfter, refused, exported, memory } = await sendSlowly(asked);
  const cut = Object.entries(cutAfter).map(([kind, seconds]) => `${kind} ${seconds.toFixed(1)} s`);
  process.stdout.write(
    `cut off at the latest: ${cut.join(", ")}; refused ${JSON.stringify(refused)}; ` +
      `${exported.batches} good batches taken, ${exported.again} of them asked again, the slowest after ` +
      `${exported.slowestMs.toFixed(0)} ms; memory ${memory?.before.toFixed(0)} MiB before, ${memory?.peak.toFixed(0)} at the highest\n`,
  );
}
