import { closeSync, mkdtempSync, openSync, readdirSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { unixMs } from "../../kernel/clock.ts";
import { MasqueError } from "../../kernel/errors.ts";
import { FILE_MODE, makePrivateFolder, statOrUndefined, writeWhole } from "../../kernel/files/files.ts";
import { LIMITS } from "../../kernel/limits.ts";
import type { World } from "../../kernel/world.ts";

/** Telemetry from standard input, copied into a file, because its readers read it more than once. */
export type SpooledInput = { readonly path: string; [Symbol.dispose](): void };

const PREFIX = "stdin-";
const NEWLINE = 0x0a;
const BRACE = 0x7b;
const SPACE = 0x20;
const QUOTE = 0x22;
const VARINT_GOES_ON = 0x80;

/**
 * Copies standard input into a temporary file, to its end.
 *
 * @throws {MasqueError} `cli.usage` when there is more than the bound, `file.unwritable`.
 */
export async function spoolStdin({ io, paths, clock }: Pick<World, "io" | "paths" | "clock">): Promise<SpooledInput> {
  makePrivateFolder(paths.judge);
  removeLeftovers(paths.judge, unixMs(clock.nowUnixNano()));
  const folder = mkdtempSync(join(paths.judge, PREFIX));
  const remove = () => rmSync(folder, { recursive: true, force: true });
  try {
    const taken = join(folder, "logs");
    const start = await writeChunks(taken, io.stdinChunks());
    const path = `${taken}${isProtobuf(start) ? ".pb" : ".json"}`;
    renameSync(taken, path);
    return { path, [Symbol.dispose]: remove };
  } catch (error) {
    remove();
    throw error;
  }
}

/** Removes what a process left that ended while it judged. Files of this age belong to no process that still runs. */
function removeLeftovers(judge: string, nowMs: number): void {
  for (const name of readdirSync(judge).filter((one) => one.startsWith(PREFIX))) {
    const path = join(judge, name);
    const writtenMs = statOrUndefined(path)?.mtimeMs ?? nowMs;
    if (nowMs - writtenMs > LIMITS.stdinLeftoverMs) rmSync(path, { recursive: true, force: true });
  }
}

/** Writes the chunks; returns the first bytes. */
async function writeChunks(path: string, chunks: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const fd = openSync(path, "wx", FILE_MODE);
  let start: Uint8Array = new Uint8Array();
  let bytes = 0;
  try {
    for await (const chunk of chunks) {
      if (bytes < START_BYTES) start = Buffer.concat([start, chunk.subarray(0, START_BYTES)]);
      bytes += chunk.length;
      if (bytes > LIMITS.judgeStdinBytesMax) {
        throw new MasqueError(
          "cli.usage",
          `Cannot judge standard input: it is longer than ${LIMITS.judgeStdinBytesMax} bytes`,
          { hint: "write it to a file, and name the file: masque judge --logs <file>" },
        );
      }
      writeWhole(fd, chunk);
    }
    return start;
  } finally {
    closeSync(fd);
  }
}

const START_BYTES = 3;

/** A protobuf request begins with the tag of field 1, a newline character, and a length. Text after an empty line looks different. */
function isProtobuf([tag, length = 0, inner]: Uint8Array): boolean {
  if (tag !== NEWLINE) return false;
  if (length >= VARINT_GOES_ON) return true;
  return length > SPACE && !(length === BRACE && (inner === QUOTE || inner === SPACE));
}
