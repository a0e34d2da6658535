import { describe, expect, test } from "bun:test";
import { answerOutput, hookOutput } from "../../src/host/claude/hooks/output.ts";
import { readExpansion, readPrompt, readSessionEnd, readSessionStart } from "../../src/host/claude/hooks/payload.ts";
import { agentSessionOf } from "../../src/host/claude/session.ts";
import { parseSessionId, terminalSessionId } from "../../src/kernel/ids.ts";

const SESSION = parseSessionId("b25b0b63-b980-490e-acc7-0d9db4d0acdb");
if (!SESSION) throw new Error("the test's own id is not an id");
const COMMON = { session_id: SESSION, transcript_path: "/p/t.jsonl", cwd: "/p" };

describe("readSessionStart()", () => {
  test.each([
    ["startup", "startup"],
    ["resume", "resume"],
    ["clear", "clear"],
    ["compact", "compact"],
    ["fork", "fork"],
    ["teleport", "other"],
    [undefined, "other"],
    [7, "other"],
  ] as const)("reads the source %p as %s", (source, read) => {
    const stdin = JSON.stringify({ ...COMMON, hook_event_name: "SessionStart", source, context_tokens: 15 });
    expect(readSessionStart(stdin)).toEqual({ session: SESSION, transcriptPath: "/p/t.jsonl", source: read });
  });

  test("takes a missing transcript for none", () => {
    expect(readSessionStart(JSON.stringify({ session_id: SESSION, source: "fork" }))?.transcriptPath).toBeNull();
  });
});

describe("readPrompt() and readSessionEnd()", () => {
  test("read the session and whether /clear ended it", () => {
    const payload = { session: SESSION, transcriptPath: "/p/t.jsonl" };
    expect(readPrompt(JSON.stringify({ ...COMMON, prompt: "hi" }))).toEqual({
      ...payload,
      promptId: null,
      isCommand: false,
    });
    expect(readSessionEnd(JSON.stringify({ ...COMMON, reason: "clear" }))).toEqual({ ...payload, isClear: true });
    expect(readSessionEnd(JSON.stringify({ ...COMMON, reason: "other" }))).toEqual({ ...payload, isClear: false });
  });

  test("read a prompt's id, where it can be one, and whether it is a slash command", () => {
    const read = (more: object) => readPrompt(JSON.stringify({ ...COMMON, ...more }));
    const promptId = "5f0bd3a2-2b0e-4d0f-9c86-6e1f2c1f9a55";
    expect(read({ prompt: "/masques:id", prompt_id: promptId })).toMatchObject({ promptId, isCommand: true });
    for (const odd of ["", "../x", "a b", "x".repeat(65), 7, null]) {
      expect(read({ prompt: "say /id", prompt_id: odd })).toMatchObject({ promptId: null, isCommand: false });
    }
  });

  test.each(["", "null", "[]", "{", "{}", '"x"', '{"session_id": 7}', '{"session_id": "../x"}', '{"session_id": ""}'])(
    "answer null for %p",
    (stdin) => {
      expect([readPrompt(stdin), readSessionEnd(stdin), readSessionStart(stdin)]).toEqual([null, null, null]);
    },
  );
});

describe("hookOutput()", () => {
  test("is one JSON line that carries any text", () => {
    const text = hookOutput("SessionStart", 'a "lens"\nwith lines');
    expect(text.indexOf("\n")).toBe(text.length - 1);
    expect(JSON.parse(text)).toEqual({
      hookSpecificOutput: { hookEventName: "SessionStart", additionalContext: 'a "lens"\nwith lines' },
    });
  });
});

describe("agentSessionOf()", () => {
  test("is the session that Claude Code names, and the terminal's outside Claude Code", () => {
    const project = "/p";
    const ofTerminal = { id: terminalSessionId(project), isHosted: false };
    expect(agentSessionOf({ env: { CLAUDE_CODE_SESSION_ID: SESSION }, project })).toEqual({
      id: SESSION,
      isHosted: true,
    });
    expect(agentSessionOf({ env: {}, project })).toEqual(ofTerminal);
    expect(agentSessionOf({ env: { CLAUDE_CODE_SESSION_ID: "no/id" }, project })).toEqual(ofTerminal);
  });
});

describe("readExpansion()", () => {
  test.each([
    ["masques:id", "plugin", "plugin"],
    ["id", "userSettings", "user"],
    ["id", "projectSettings", "project"],
    // A user's own folder `masques/` of commands.
    ["masques:id", "userSettings", "other"],
    ["id", "plugin", "other"],
    ["id", "policySettings", "other"],
    ["id", undefined, "other"],
    ["id", 7, "other"],
  ] as const)("reads /%s of the source %j as one of origin %s", (name, source, origin) => {
    const stdin = JSON.stringify({ ...COMMON, command_name: name, command_args: "a b", command_source: source });
    expect(readExpansion(stdin)).toEqual({
      session: SESSION,
      transcriptPath: "/p/t.jsonl",
      command: "id",
      words: "a b",
      origin,
    });
  });
});

test("answerOutput() is one line of JSON that stops the expansion and leaves out what was typed", () => {
  const line = answerOutput("one\ntwo");
  expect(line).toEndWith("}\n");
  expect(line.trimEnd()).not.toContain("\n");
  expect(JSON.parse(line)).toEqual({
    decision: "block",
    reason: "one\ntwo",
    hookSpecificOutput: { hookEventName: "UserPromptExpansion", suppressOriginalPrompt: true },
  });
});
