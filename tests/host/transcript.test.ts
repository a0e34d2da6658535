import { describe, expect, test } from "bun:test";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { textsFromTranscriptEnd } from "../../src/host/claude/transcript.ts";
import { temporaryFolder } from "../support/temp-folder.ts";

/** Entries as Claude Code 2.1.330 writes them, without the members that do not matter here. */
const expansion = (text: string) => ({
  type: "user",
  isSidechain: false,
  isMeta: true,
  message: { role: "user", content: [{ type: "text", text }] },
});
const hookContext = (text: string) => ({
  type: "attachment",
  isSidechain: false,
  attachment: { type: "hook_additional_context", content: [text], hookName: "SessionStart", hookEvent: "SessionStart" },
});
const toolResult = (stdout: string) => ({
  type: "user",
  isSidechain: false,
  message: { role: "user", content: [{ type: "tool_result", tool_use_id: "toolu_1", content: stdout }] },
  toolUseResult: { stdout, stderr: "", interrupted: false },
});
const prompt = (content: string) => ({ type: "user", isSidechain: false, message: { role: "user", content } });

function textsIn(lines: readonly unknown[], bytesMax?: number): string[] {
  using folder = temporaryFolder();
  const path = join(folder.path, "session.jsonl");
  writeFileSync(path, lines.map((line) => `${typeof line === "string" ? line : JSON.stringify(line)}\n`).join(""));
  return [...textsFromTranscriptEnd(path, bytesMax)];
}

describe("textsFromTranscriptEnd()", () => {
  test("gives what masque may have said, newest first", () => {
    const lines = [
      expansion('one\n"é"'),
      hookContext("two"),
      toolResult("three"),
      prompt("<bash-stdout>four</bash-stdout>"),
    ];
    expect(textsIn(lines)).toEqual(["<bash-stdout>four</bash-stdout>", "three", "two", 'one\n"é"']);
  });

  test("passes by what people, models and subagents wrote", () => {
    const lines = [
      prompt("typed"),
      { ...expansion("subagent"), isSidechain: true },
      { type: "assistant", message: { role: "assistant", content: [{ type: "text", text: '"type":"user"' }] } },
      { type: "attachment", attachment: { type: "skill_listing", content: '"hook_additional_context"' } },
      { ...toolResult("read"), toolUseResult: { type: "text", file: { content: "read" } } },
    ];
    expect(textsIn(lines)).toEqual([]);
  });

  test("skips lines that are not entries", () => {
    expect(textsIn(["{ torn", "", expansion("kept"), '"type":"user"', '["\\"type\\":\\"user\\""]', "\u0000"])).toEqual([
      "kept",
    ]);
  });

  test("answers nothing for a file that is not there, is empty, or is a folder", () => {
    using folder = temporaryFolder();
    expect([...textsFromTranscriptEnd(join(folder.path, "none.jsonl"))]).toEqual([]);
    expect([...textsFromTranscriptEnd(folder.path)]).toEqual([]);
    expect(textsIn([])).toEqual([]);
  });

  test("joins lines that are longer than a chunk and cut within a character", () => {
    const long = "é".repeat(700_001);
    expect(textsIn([expansion("first"), expansion(long), expansion("last")])).toEqual(["last", long, "first"]);
  });

  test("reads no more of the end than it may, and drops the line that is cut", () => {
    const lines = [expansion("a".repeat(1000)), expansion("b".repeat(1000)), expansion("c")];
    expect(textsIn(lines, 1300).map((text) => text[0])).toEqual(["c", "b"]);
    expect(textsIn(lines, 1000).map((text) => text[0])).toEqual(["c"]);
  });
});
