import { fstatSync, writeSync } from "node:fs";
import { errnoOf, MasqueError } from "../errors.ts";
import { disarmed, isReadByRunner } from "../text/runner-commands.ts";
import type { Io, Output } from "../world.ts";

/**
 * The process's own streams as {@link Io}, without its stream objects: making `process.stdout` alone takes 10 ms, more
 * than everything else that a hot command does. Bytes are written to the descriptor at once, so nothing is lost when the process
 * exits. Facts that only a terminal has are read when they are needed, and never for a pipe or a file.
 */

const COLUMNS_WITHOUT_TERMINAL = 80;
const STDIN = 0;
const STDOUT = 1;
const STDERR = 2;
/** Milliseconds between two tries at a non-blocking terminal or pipe that is full: its reader takes longer. */
const FULL_PAUSE_MS = 1;

/**
 * @param readerGone Ends the process when the reader of its output is gone.
 */
export function processIo(process: NodeJS.Process, readerGone: () => never): Io {
  const output = (fd: number, stream: () => NodeJS.WriteStream) =>
    outputOf({ fd, stream, env: process.env, write: (text) => writeWhole(fd, text, readerGone) });
  return {
    stdout: output(STDOUT, () => process.stdout),
    stderr: output(STDERR, () => process.stderr),
    get canAsk() {
      return isTerminal(STDIN, () => process.stdin) && isTerminal(STDERR, () => process.stderr);
    },
    readStdin: (bytesMax) => readAll(Bun.stdin.stream(), bytesMax),
    stdinChunks: () => Bun.stdin.stream(),
  };
}

/** @throws {MasqueError} `file.unwritable`, such as for a full disk behind a redirection. */
function writeWhole(fd: number, text: string, readerGone: () => never): void {
  const bytes = Buffer.from(text);
  for (let written = 0; written < bytes.length; ) {
    try {
      written += writeSync(fd, bytes, written);
    } catch (error) {
      const code = errnoOf(error);
      // A socket answers ECONNRESET when its reader went away and left bytes unread.
      if (code === "EPIPE" || code === "ECONNRESET") readerGone();
      if (code !== "EAGAIN") throw unwritable(fd, error);
      Bun.sleepSync(FULL_PAUSE_MS);
    }
  }
}

function unwritable(fd: number, cause: unknown): MasqueError {
  const name = fd === STDOUT ? "standard output" : "standard error";
  return new MasqueError("file.unwritable", `Cannot write to ${name}: ${errnoOf(cause) ?? String(cause)}`, {
    hint: "check where the output is redirected to",
    cause,
  });
}

function isFile(fd: number): boolean {
  try {
    return fstatSync(fd).isFile();
  } catch (error) {
    if (errnoOf(error) === "EBADF") return false;
    throw error;
  }
}

/** Every terminal is a character device. The check is cheap; opening the stream is not. */
function isTerminal(fd: number, stream: () => { readonly isTTY?: boolean }): boolean {
  try {
    return fstatSync(fd).isCharacterDevice() && stream().isTTY === true;
  } catch (error) {
    // The descriptor was closed before the process started.
    if (errnoOf(error) === "EBADF") return false;
    throw error;
  }
}

function outputOf(of: {
  fd: number;
  stream: () => NodeJS.WriteStream;
  env: NodeJS.ProcessEnv;
  write(text: string): void;
}): Output {
  const writeSafely = isReadByRunner(of.env) ? (text: string) => of.write(disarmed(text)) : of.write;
  return {
    write: writeSafely,
    writeDocument: (text) => (isFile(of.fd) ? of.write(text) : writeSafely(text)),
    writeCommands: of.write,
    get isTerminal() {
      return isTerminal(of.fd, of.stream);
    },
    get columns() {
      const columns = this.isTerminal ? of.stream().columns : 0;
      return columns > 0 ? columns : COLUMNS_WITHOUT_TERMINAL;
    },
    get color() {
      return wantsColor(() => this.isTerminal, of.env);
    },
  };
}

/** https://no-color.org and https://force-color.org: a variable counts when it is set and not empty; `NO_COLOR` goes first. */
function wantsColor(isTerminal: () => boolean, env: NodeJS.ProcessEnv): boolean {
  if (env["NO_COLOR"]) return false;
  if (env["FORCE_COLOR"]) return env["FORCE_COLOR"] !== "0";
  return env["TERM"] !== "dumb" && isTerminal();
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
