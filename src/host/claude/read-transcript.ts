import { statSync } from "node:fs";
import { errnoOf, MasqueError } from "../../kernel/errors.ts";
import { LIMITS } from "../../kernel/limits.ts";
import { isObject, type Json, type JsonObject, parseJson, stringAt } from "../../kernel/text/json.ts";
import type { TranscriptReader, TranscriptReading } from "../host.ts";
import { linesFromEnd } from "./transcript.ts";

/**
 * What a transcript shows of a session: the final answer and the tools that were called. A file whose name ends in `.jsonl`
 * is a transcript of Claude Code's, or what `claude -p --output-format stream-json` prints; every other file is the answer.
 *
 * Seen on 2.1.330: each block of a message is an entry of its own, and the entries of one message share `message.id`. A
 * subagent's entries, where they are in the file, are marked `isSidechain`: its tools count, its texts do not. An error of
 * the API is an `assistant` entry marked `isApiErrorMessage`, of the model `<synthetic>`.
 */
export const readTranscript: TranscriptReader = (path, sinceMs) => {
  requireFile(path);
  const lines = linesFromEnd(path, LIMITS.transcriptBytesMax);
  if (path.endsWith(".jsonl")) return readEntries(lines, sinceMs);
  const text = [...lines].reverse().map((line) => line.toString("utf8"));
  return { session: null, answer: text.join("\n"), toolsUsed: null };
};

function requireFile(path: string): void {
  const size = sizeOf(path);
  if (size === undefined) throw refused(path, "there is no such file");
  if (size > LIMITS.transcriptBytesMax) {
    throw refused(path, `the file has ${size} bytes, and a transcript has at most ${LIMITS.transcriptBytesMax}`);
  }
}

function sizeOf(path: string): number | undefined {
  try {
    const found = statSync(path);
    return found.isFile() ? found.size : undefined;
  } catch (error) {
    if (errnoOf(error) === undefined) throw error;
    return undefined;
  }
}

function refused(path: string, found: string): MasqueError {
  return new MasqueError("judge.transcript", `Cannot read the transcript "${path}": ${found}`, {
    hint: "give the session's .jsonl file, or a file with the answer as text",
  });
}

/** @param newestFirst The lines of the file. */
function readEntries(newestFirst: Iterable<Buffer>, sinceMs: number | null): TranscriptReading {
  const tools = new Set<string>();
  const answer = { message: "", texts: [] as string[] };
  let session: string | null = null;
  let isWhole = true;
  for (const line of newestFirst) {
    if (line.length === 0) continue;
    const entry = parseJson(line.toString("utf8"));
    // A line that is torn may have held the call of a tool.
    if (!isObject(entry)) isWhole = false;
    else {
      session ??= stringAt(entry, "sessionId") ?? stringAt(entry, "session_id") ?? null;
      if (!isOlder(entry, sinceMs)) takeEntry(entry, tools, answer);
    }
  }
  const text = answer.texts.reverse().join("\n\n");
  const isKnown = isWhole && tools.size <= LIMITS.toolNamesMax;
  return { session, answer: text === "" ? null : text, toolsUsed: isKnown ? tools : null };
}

/** An entry without a time is of an unknown age, and counts. */
function isOlder(entry: JsonObject, sinceMs: number | null): boolean {
  return sinceMs !== null && Date.parse(stringAt(entry, "timestamp") ?? "") < sinceMs;
}

function takeEntry(entry: JsonObject, tools: Set<string>, answer: { message: string; texts: string[] }): void {
  const message = entry["message"];
  if (stringAt(entry, "type") !== "assistant" || !isObject(message)) return;
  const blocks = blocksOf(message["content"]);
  for (const block of blocks) {
    const name = stringAt(block, "type") === "tool_use" ? stringAt(block, "name") : undefined;
    // One name over the bound is kept, to tell that there were more.
    if (name !== undefined && tools.size <= LIMITS.toolNamesMax) tools.add(name);
  }
  const isOwn = !isSubagents(entry) && entry["isApiErrorMessage"] !== true && message["model"] !== "<synthetic>";
  const text = blocks.flatMap((block) => (stringAt(block, "type") === "text" ? (stringAt(block, "text") ?? []) : []));
  if (!isOwn || text.every((one) => one.trim() === "")) return;
  const id = stringAt(message, "id") ?? "";
  // Entries come newest first: the answer is the last message with text, and all of its entries.
  if (answer.texts.length === 0) answer.message = id;
  else if (id === "" || id !== answer.message) return;
  answer.texts.push(text.join("\n\n"));
}

/** In `stream-json` a subagent's entries name the call that started it. */
function isSubagents(entry: JsonObject): boolean {
  return entry["isSidechain"] === true || typeof entry["parent_tool_use_id"] === "string";
}

function blocksOf(content: Json | undefined): readonly JsonObject[] {
  if (typeof content === "string") return [{ type: "text", text: content }];
  return Array.isArray(content) ? content.filter(isObject) : [];
}
