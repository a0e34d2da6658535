import { MasqueError } from "./errors.ts";
import type { Io, Output } from "./world.ts";

const COLUMNS_WITHOUT_TERMINAL = 80;

/** The process's own streams as {@link Io}. Writes are synchronous, so nothing is lost when the process exits. */
export function processIo(process: NodeJS.Process): Io {
  return {
    stdout: outputOf(process.stdout, process.env),
    stderr: outputOf(process.stderr, process.env),
    canAsk: process.stdin.isTTY === true && process.stderr.isTTY === true,
    ask: (question) => askOnce(process, question),
    readStdin: (bytesMax) => readAll(Bun.stdin.stream(), bytesMax),
  };
}

async function askOnce(process: NodeJS.Process, question: string): Promise<boolean> {
  const { createInterface } = await import("node:readline/promises");
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  // At the end of input nobody answers, and the question would stay open for ever.
  const ended = new Promise<string>((resolve) => terminal.once("close", () => resolve("")));
  const answer = await Promise.race([terminal.question(question), ended]);
  terminal.close();
  return /^\s*y(?:es)?\s*$/i.test(answer);
}

function outputOf(stream: NodeJS.WriteStream, env: NodeJS.ProcessEnv): Output {
  const isTerminal = stream.isTTY === true;
  return {
    write: (text) => void stream.write(text),
    isTerminal,
    columns: isTerminal && stream.columns > 0 ? stream.columns : COLUMNS_WITHOUT_TERMINAL,
    color: wantsColor(isTerminal, env),
  };
}

/** https://no-color.org and https://force-color.org: set and not empty decides; `NO_COLOR` wins. */
function wantsColor(isTerminal: boolean, env: NodeJS.ProcessEnv): boolean {
  if (env["NO_COLOR"]) return false;
  if (env["FORCE_COLOR"]) return env["FORCE_COLOR"] !== "0";
  return isTerminal && env["TERM"] !== "dumb";
}

async function readAll(stream: ReadableStream<Uint8Array>, bytesMax: number): Promise<string> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of stream) {
    length += chunk.length;
    if (length > bytesMax) {
      throw new MasqueError("cli.usage", `Cannot read standard input: it is longer than ${bytesMax} bytes`, {
        hint: "send less text",
      });
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}
