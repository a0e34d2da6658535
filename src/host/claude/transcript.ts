import { closeSync, constants, fstatSync, openSync, readSync, statSync } from "node:fs";
import { errnoOf } from "../../kernel/errors.ts";
import { LIMITS } from "../../kernel/limits.ts";
import { isObject, type Json, type JsonObject, parseJson, stringAt } from "../../kernel/text/json.ts";

/**
 * A conversation's transcript, read from its end. Only the transcript says what a fork wears.
 *
 * Each line is one JSON entry. Only text that may come from masque itself counts, never what a person or the model wrote:
 * the expansion of a slash command (a `user` entry marked `isMeta`), a hook's added context, a shell command's output
 * (a tool's, or of `!` at the prompt). Everything else, subagents' side chains and lines that are not JSON are ignored.
 *
 * Seen on 2.1.330: a fork's transcript begins with the entries of the conversation it was forked from. Headless, the
 * file is not there when SessionStart `fork` and the first UserPromptSubmit run; it is at SessionEnd.
 */

const CHUNK_BYTES = 256 * 1024;
const NEWLINE = 0x0a;
/** All other entries are most of a transcript, and are not parsed. */
const MARKS = ['"type":"user"', '"hook_additional_context"'];

/**
 * The texts that masque may have added to a conversation, newest first; none when the file does not exist.
 *
 * @param bytesMax How much of the end is read.
 */
export function* textsFromTranscriptEnd(path: string, bytesMax = LIMITS.transcriptTailBytesMax): Generator<string> {
  for (const line of linesFromEnd(path, bytesMax)) {
    if (!MARKS.some((mark) => line.includes(mark))) continue;
    const entry = parseJson(line.toString("utf8"));
    if (isObject(entry)) yield* textsOf(entry).reverse();
  }
}

/** The lines of the end of a file, newest first; none where there is no such file. */
export function* linesFromEnd(path: string, bytesMax: number): Generator<Buffer> {
  const fd = openFile(path);
  if (fd === undefined) return;
  try {
    const { size } = fstatSync(fd);
    const stop = Math.max(0, size - bytesMax);
    // The line that a chunk's start cuts through, in reading order.
    let torn: Buffer[] = [];
    for (let end = size; end > stop; ) {
      const start = Math.max(stop, end - CHUNK_BYTES);
      let chunk = readAt(fd, start, end - start);
      for (let cut = chunk.lastIndexOf(NEWLINE); cut !== -1; cut = chunk.lastIndexOf(NEWLINE)) {
        yield Buffer.concat([chunk.subarray(cut + 1), ...torn]);
        torn = [];
        chunk = chunk.subarray(0, cut);
      }
      torn.unshift(chunk);
      end = start;
    }
    if (stop === 0) yield Buffer.concat(torn);
  } finally {
    closeSync(fd);
  }
}

function readAt(fd: number, offset: number, length: number): Buffer {
  const bytes = Buffer.alloc(length);
  let filled = 0;
  while (filled < length) {
    const read = readSync(fd, bytes, filled, length - filled, offset + filled);
    if (read === 0) break;
    filled += read;
  }
  return bytes.subarray(0, filled);
}

function openFile(path: string): number | undefined {
  try {
    return statSync(path).isFile() ? openSync(path, constants.O_RDONLY) : undefined;
  } catch (error) {
    if (errnoOf(error) === undefined) throw error;
    return undefined;
  }
}

function textsOf(entry: JsonObject): string[] {
  if (entry["isSidechain"] === true) return [];
  if (stringAt(entry, "type") === "attachment") return contextOf(entry["attachment"]);
  const message = entry["message"];
  if (stringAt(entry, "type") !== "user" || !isObject(message)) return [];
  const content = message["content"];
  if (entry["isMeta"] === true) return plainTexts(content);
  const fromShell = entry["toolUseResult"];
  if (isObject(fromShell) && typeof fromShell["stdout"] === "string") return [fromShell["stdout"]];
  return typeof content === "string" && content.startsWith("<bash-stdout>") ? [content] : [];
}

function contextOf(attachment: Json | undefined): string[] {
  if (!isObject(attachment) || stringAt(attachment, "type") !== "hook_additional_context") return [];
  return plainTexts(attachment["content"]);
}

/** A text, or a list of texts and text blocks. */
function plainTexts(content: Json | undefined): string[] {
  if (typeof content === "string") return [content];
  if (!Array.isArray(content)) return [];
  return content.flatMap((part) => {
    if (typeof part === "string") return [part];
    return isObject(part) ? (stringAt(part, "text") ?? []) : [];
  });
}
