import { describe, expect, test } from "bun:test";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { readTranscript } from "../../src/host/claude/read-transcript.ts";
import { LIMITS } from "../../src/kernel/limits.ts";
import { temporaryFolder } from "../support/temp-folder.ts";

/** Entries as Claude Code 2.1.330 writes them, without the members that do not matter here. */
const said = (id: string, ...content: unknown[]) => ({
  type: "assistant",
  message: { id, role: "assistant", content },
});
const text = (words: string) => ({ type: "text", text: words });
const call = (name: string) => ({ type: "tool_use", id: "toolu_1", name, input: {} });
const prompt = (content: string) => ({ type: "user", message: { role: "user", content } });

function reading(lines: readonly unknown[], { sinceMs = null, name = "session.jsonl" }: Given = {}) {
  using folder = temporaryFolder();
  const path = join(folder.path, name);
  writeFileSync(path, lines.map((line) => `${typeof line === "string" ? line : JSON.stringify(line)}\n`).join(""));
  const { session, answer, toolsUsed } = readTranscript(path, sinceMs);
  return { session, answer, tools: toolsUsed && [...toolsUsed].sort() };
}

type Given = { readonly sinceMs?: number | null; readonly name?: string };

describe("readTranscript()", () => {
  test("takes all blocks of the last message with text for the answer, and every tool that was called", () => {
    const lines = [
      prompt("Look"),
      said("m1", text("First")),
      said("m1", call("Read")),
      said("m2", call("Bash")),
      said("m3", { type: "thinking", thinking: "hm" }),
      said("m3", text("It is this.")),
      said("m3", text("And that.")),
      said("m4", call("Edit")),
      said("m5", text(" \n")),
    ];
    const expected = { session: null, answer: "It is this.\n\nAnd that.", tools: ["Bash", "Edit", "Read"] };
    expect(reading(lines)).toEqual(expected);
  });

  test("counts a subagent's tools, and takes no answer from a subagent, an error or a person", () => {
    const lines = [
      said("m1", text("Mine")),
      { ...said("m2", text("Subagent's"), call("Grep")), isSidechain: true },
      { ...said("m3", text("Streamed subagent's"), call("Glob")), parent_tool_use_id: "toolu_9" },
      { ...said("m4", text("API Error")), isApiErrorMessage: true },
      { type: "assistant", message: { id: "m5", model: "<synthetic>", content: [text("No response requested.")] } },
      prompt("Thanks"),
    ];
    expect(reading(lines)).toEqual({ session: null, answer: "Mine", tools: ["Glob", "Grep"] });
  });

  test("leaves out what is older than the session, and keeps what has no time", () => {
    const at = (timestamp: string, entry: object) => ({ ...entry, timestamp });
    const lines = [
      at("2026-11-22T11:59:59.999Z", said("m1", text("Before"), call("Edit"))),
      at("2026-11-22T12:00:00.000Z", said("m2", call("Read"))),
      said("m3", call("Bash")),
    ];
    const sinceMs = Date.parse("2026-11-22T12:00:00Z");
    expect(reading(lines, { sinceMs })).toEqual({ session: null, answer: null, tools: ["Bash", "Read"] });
  });

  test("names the session of the last entry, in a transcript and in stream-json", () => {
    expect(
      reading([
        { ...prompt("a"), sessionId: "old" },
        { ...prompt("b"), sessionId: "new" },
      ]).session,
    ).toBe("new");
    expect(reading([{ type: "result", session_id: "streamed" }]).session).toBe("streamed");
  });

  test("does not know the tools where a line is torn, or where there are too many", () => {
    expect(reading([said("m1", text("It is"), call("Read")), '{"type":"assis'])).toMatchObject({
      answer: "It is",
      tools: null,
    });
    const many = Array.from({ length: LIMITS.toolNamesMax + 1 }, (_, n) => said("m", call(`tool-${n}`)));
    expect(reading(many.slice(1)).tools).toHaveLength(LIMITS.toolNamesMax);
    expect(reading(many).tools).toBeNull();
  });

  test("takes any other file for the answer as text", () => {
    const lines = ["One é", "", JSON.stringify(said("m1", text("no")))];
    const { answer, tools } = reading(lines, { name: "answer.txt" });
    expect([answer, tools]).toEqual([`${lines.join("\n")}\n`, null]);
  });

  test("reads an empty transcript, in which no tool was called", () => {
    expect(reading([])).toEqual({ session: null, answer: null, tools: [] });
  });

  test("refuses what is not a file", () => {
    using folder = temporaryFolder();
    mkdirSync(join(folder.path, "a.jsonl"));
    for (const name of ["a.jsonl", "none.jsonl"]) {
      expect(() => readTranscript(join(folder.path, name), null)).toThrow(
        expect.objectContaining({ code: "judge.transcript", exit: 2 }),
      );
    }
  });

  test("reads any JSON without a failure", () => {
    const part = fc.oneof(fc.jsonValue(), fc.constantFrom(said("m", text("a")), { type: "assistant", message: [] }));
    fc.assert(
      fc.property(fc.array(fc.oneof(part, fc.string())), (lines) => {
        const { answer } = reading(lines);
        expect(answer === null || answer.length > 0).toBe(true);
      }),
      { numRuns: 50 },
    );
  });
});
