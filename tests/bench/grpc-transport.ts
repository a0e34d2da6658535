import { type ClientHttp2Session, connect } from "node:http2";
import { join } from "node:path";
import { EXPORT_PATHS } from "../support/grpc.ts";
import type { Usage } from "./grpc-transport/server.ts";
import { spreadOf } from "./statistics.ts";

/**
 * What OTLP/gRPC costs on `node:http2` alone and with `@grpc/grpc-js` on top of it, nothing being decoded or written:
 *
 *   bun tests/bench/grpc-transport.ts
 *
 * Processor time of the server a call, for messages of 1 KB and of 100 KB (a batch of about a hundred records), and its
 * peak memory while a sender holds 16 messages of 32 MiB open. The two take turns, each round in a fresh process.
 */

const ROUNDS = 3;
const CONNECTIONS = 8;
const CALLS = 4_000;
const WARMING_CALLS = 500;
const OPEN_CALLS = 16;
const OPEN_MIB = 32;
const MIB = 1024 * 1024;

type Kind = "own" | "library";
type Started = { readonly port: number; usage(): Promise<Usage>; [Symbol.dispose](): void };
type Row = { readonly smallMicros: number; readonly batchMicros: number; readonly peakMib: number };

async function start(kind: Kind): Promise<Started> {
  let heard: (message: unknown) => void = () => undefined;
  const next = () => new Promise<unknown>((resolve) => (heard = resolve));
  const started = next();
  const child = Bun.spawn([process.execPath, join(import.meta.dir, "grpc-transport/server.ts"), kind], {
    ipc: (message) => heard(message),
    stdout: "inherit",
    stderr: "inherit",
  });
  const { port } = (await started) as { port: number };
  return {
    port,
    usage: () => {
      const told = next();
      child.send("usage");
      return told as Promise<Usage>;
    },
    [Symbol.dispose]: () => child.kill(),
  };
}

/** Processor time of the server a call, in microseconds. */
async function costOf(server: Started, messageBytes: number): Promise<number> {
  const sessions = Array.from({ length: CONNECTIONS }, () => connect(`http://127.0.0.1:${server.port}`));
  const message = framed(messageBytes, Buffer.alloc(messageBytes));
  const calls = async (count: number) => {
    const each = async (session: ClientHttp2Session) => {
      for (let nth = 0; nth < count / CONNECTIONS; nth++) await call(session, message);
    };
    await Promise.all(sessions.map(each));
  };
  await calls(WARMING_CALLS);
  const before = await server.usage();
  await calls(CALLS);
  const after = await server.usage();
  for (const session of sessions) session.destroy();
  return (after.cpuMicros - before.cpuMicros) / CALLS;
}

function call(session: ClientHttp2Session, message: Buffer): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const stream = open(session);
  stream.on("trailers", (trailers) => {
    if (trailers["grpc-status"] !== "0") reject(new Error(`grpc-status ${trailers["grpc-status"]}`));
  });
  stream.on("error", reject);
  stream.on("close", resolve);
  stream.resume();
  stream.end(message);
  return promise;
}

/** The peak of the server's memory while a sender sends many long messages but for their last piece. */
async function peakOf(server: Started): Promise<number> {
  const session = connect(`http://127.0.0.1:${server.port}`);
  session.on("error", () => undefined);
  const piece = Buffer.alloc(MIB);
  const send = async () => {
    const stream = open(session);
    const refused = new Promise<void>((resolve) => stream.on("close", () => resolve()));
    stream.on("error", () => undefined);
    stream.resume();
    const sent = async () => {
      for (let nth = 0; nth < OPEN_MIB - 1; nth++) {
        const chunk = nth === 0 ? framed(OPEN_MIB * MIB, piece) : piece;
        await new Promise<void>((resolve) => stream.write(chunk, () => resolve()));
      }
    };
    await Promise.race([refused, sent()]);
  };
  await Promise.all(Array.from({ length: OPEN_CALLS }, send));
  const { peakBytes } = await server.usage();
  session.destroy();
  return peakBytes / MIB;
}

function open(session: ClientHttp2Session) {
  return session.request({
    ":method": "POST",
    ":path": EXPORT_PATHS.logs,
    "content-type": "application/grpc",
    te: "trailers",
  });
}

/** The beginning of a message of so many bytes, with its prefix. */
function framed(messageBytes: number, bytes: Buffer): Buffer {
  const prefix = Buffer.alloc(5);
  prefix.writeUInt32BE(messageBytes, 1);
  return Buffer.concat([prefix, bytes]);
}

async function measure(kind: Kind): Promise<Row> {
  using server = await start(kind);
  const smallMicros = await costOf(server, 1_000);
  const batchMicros = await costOf(server, 100_000);
  return { smallMicros, batchMicros, peakMib: await peakOf(server) };
}

function shown(name: string, rows: readonly Row[]): string {
  const middle = (pick: (row: Row) => number) => Math.round(spreadOf(rows.map(pick)).median);
  const [small, batch] = [middle((row) => row.smallMicros), middle((row) => row.batchMicros)];
  return `| ${name} | ${small} µs | ${batch} µs | ${middle((row) => row.peakMib)} MiB |`;
}

const rows: Record<Kind, Row[]> = { own: [], library: [] };
for (let round = 0; round < ROUNDS; round++) {
  for (const kind of ["own", "library"] as const) rows[kind].push(await measure(kind));
}
const table = [
  `| server | a call of 1 KB | a call of 100 KB | peak, ${OPEN_CALLS} × ${OPEN_MIB} MiB open |`,
  "| --- | --- | --- | --- |",
  shown("`src/audience/grpc`", rows.own),
  shown("`@grpc/grpc-js`", rows.library),
];
process.stdout.write(`${table.join("\n")}\n`);
