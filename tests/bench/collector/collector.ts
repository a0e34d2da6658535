import { createReadStream, existsSync, readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { CHECKOUT } from "../../support/binary.ts";
import { temporaryFolder } from "../../support/temp-folder.ts";
import { Lines, onServerCore, type Receiver } from "../ingest/pinned.ts";

/** The OpenTelemetry Collector with an OTLP receiver and a file exporter: the Go module beside this file. */

const SOURCES = ["main.go", "go.mod", "go.sum"] as const;
/** The Collector says this once its ports are open. */
const READY = "Everything is ready";
const NEWLINE = 10;

/** The program `go`, or `undefined` where Go is not installed. */
export function findGo(): string | undefined {
  return Bun.which("go", { PATH: `${process.env["PATH"] ?? ""}:/usr/local/go/bin` }) ?? undefined;
}

/** Builds the Collector where its sources changed. Go fetches its modules the first time. */
export async function buildCollector(go: string): Promise<{ readonly program: string; readonly versions: string }> {
  const digest = new Bun.CryptoHasher("sha256");
  for (const name of SOURCES) digest.update(readFileSync(join(import.meta.dir, name)));
  const program = join(CHECKOUT, ".cache/collector", `otelcol-${digest.digest("hex").slice(0, 12)}`);
  if (!existsSync(program)) {
    process.stderr.write("Building the Collector: two minutes the first time\n");
    const built = Bun.spawn([go, "build", "-o", program, "."], { cwd: import.meta.dir, stdio: ["ignore", 2, 2] });
    if ((await built.exited) !== 0) throw new Error("The Collector could not be built: see the messages of go above");
  }
  const version = /otelcol (v[\d.]+)/.exec(readFileSync(join(import.meta.dir, "go.mod"), "utf8"))?.[1];
  const goVersion = (await Bun.$`${go} env GOVERSION`.text()).trim();
  return { program, versions: `Collector ${version}, ${goVersion}, Bun ${Bun.version}` };
}

/**
 * Starts the Collector on free ports. Its answer comes when the line is handed to the exporter, not when it is on disk.
 *
 * @param recordsABatch Records of each request: the exporter writes a line a request, and lines are counted.
 */
export async function startCollector(program: string, recordsABatch: number): Promise<Receiver> {
  const folder = temporaryFolder();
  const [httpPort, grpcPort] = await freePorts();
  const [config, out] = [join(folder.path, "config.yaml"), join(folder.path, "logs.jsonl")];
  writeFileSync(config, configText(httpPort, grpcPort, out));
  // `taskset` and then the Collector take the shell's place, so that the process is the Collector's.
  const command = ["sh", "-c", 'exec "$0" --config "$1" 2>&1', program, config];
  const child = onServerCore(command, { HOME: folder.path, PATH: process.env["PATH"] });
  await new Lines(child.stdout).until((line) => line.includes(READY));
  const stop = async () => {
    child.kill("SIGTERM");
    await child.exited;
  };
  return {
    pid: child.pid,
    httpPort,
    grpcPort,
    async recordsCounted() {
      await stop();
      return (await countLines(out)) * recordsABatch;
    },
    async [Symbol.asyncDispose]() {
      await stop();
      folder[Symbol.dispose]();
    },
  };
}

function configText(httpPort: number, grpcPort: number, out: string): string {
  return `receivers:
  otlp:
    protocols:
      http: { endpoint: "127.0.0.1:${httpPort}" }
      grpc: { endpoint: "127.0.0.1:${grpcPort}" }
exporters:
  file: { path: ${JSON.stringify(out)} }
service:
  telemetry:
    metrics: { level: none }
  pipelines:
    logs: { receivers: [otlp], exporters: [file] }
`;
}

async function countLines(path: string): Promise<number> {
  let lines = 0;
  for await (const chunk of createReadStream(path)) {
    for (let at = chunk.indexOf(NEWLINE); at >= 0; at = chunk.indexOf(NEWLINE, at + 1)) lines += 1;
  }
  return lines;
}

/** Two ports that were free a moment ago: the Collector cannot say which ports it took. */
async function freePorts(): Promise<[number, number]> {
  const servers = [createServer(), createServer()] as const;
  const ports = await Promise.all(
    servers.map(
      (server) =>
        new Promise<number>((resolve) =>
          server.listen(0, "127.0.0.1", () => {
            const address = server.address();
            resolve(address !== null && typeof address === "object" ? address.port : 0);
          }),
        ),
    ),
  );
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return [ports[0] ?? 0, ports[1] ?? 0];
}
