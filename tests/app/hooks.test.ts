import { describe, expect, test } from "bun:test";
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { doff } from "../../src/app/wear/doff.ts";
import { don } from "../../src/app/wear/don.ts";
import { type HookCall, hookPrompt, hookSessionEnd, hookSessionStart } from "../../src/app/wear/hooks.ts";
import { parseSessionId, type SessionId } from "../../src/kernel/ids.ts";
import type { ProcessIdentity } from "../../src/kernel/process/process-identity.ts";
import { readHostNote } from "../../src/session/host-notes.ts";
import { readState } from "../../src/session/session-file.ts";
import { sessionFilePath } from "../../src/session/session-path.ts";
import { writePrivateMasque } from "../support/private-masque.ts";
import { type TestDeps, testDeps } from "../support/test-deps.ts";
import { treeOf } from "../support/tree.ts";

function sessionId(text: string): SessionId {
  const id = parseSessionId(text);
  if (!id) throw new Error(`not an id: ${text}`);
  return id;
}

const A = sessionId("agent-a");
const B = sessionId("agent-b");
const HOST = 4242;

function host(pid: number): ProcessIdentity {
  return { pid, startTime: "1234", bootId: "a-boot", pidNamespace: "4026531836" };
}

function call(session: SessionId, hostPid = HOST, transcriptPath: string | null = null): HookCall {
  return { session, host: host(hostPid), transcriptPath };
}

function stateOf(world: TestDeps, session: SessionId) {
  return readState(world.deps.paths.sessions, session).state;
}

function fileOf(world: TestDeps, session: SessionId) {
  return sessionFilePath(world.deps.paths.sessions, session);
}

function noteOf(world: TestDeps, hostPid: number) {
  return readHostNote(join(world.deps.paths.host, "processes"), host(hostPid));
}

function eventsOf(world: TestDeps): string[] {
  const path = world.deps.paths.events;
  if (!existsSync(path)) return [];
  const lines = readFileSync(path, "utf8").split("\n").filter(Boolean);
  return lines.map((line) => {
    const text = line;
    const body = /"body":\{"stringValue":"masque\.(\w+)"/.exec(text)?.[1];
    const session = /"session\.id","value":\{"stringValue":"([^"]+)"/.exec(text)?.[1];
    const reason = /"masque\.reason","value":\{"stringValue":"([^"]+)"/.exec(text)?.[1];
    return [body, session, reason].filter(Boolean).join(" ");
  });
}

async function donCodesmith(world: TestDeps, intent: string | null = "fix the parser") {
  const outcome = await don(world.deps, { name: "codesmith", intent, session: A });
  if (outcome.kind !== "donned") throw new Error("codesmith was worn already");
  return outcome.block;
}

describe("hooks where nothing is worn", () => {
  test("say nothing and make no file", async () => {
    await using world = testDeps();
    for (const source of ["startup", "resume", "clear", "compact", "fork", "other"] as const) {
      expect(await hookSessionStart(world.deps, call(A), source)).toBeNull();
    }
    await hookPrompt(world.deps, call(A));
    await hookSessionEnd(world.deps, call(A), false);
    expect(existsSync(join(world.project, ".claude"))).toBe(false);
    expect(existsSync(world.deps.paths.data)).toBe(false);
    expect(eventsOf(world)).toEqual([]);
  });

  test("leave an agent alone that wears nothing beside one that does", async () => {
    await using world = testDeps();
    await donCodesmith(world);
    const before = treeOf(world.root);
    expect(await hookSessionStart(world.deps, call(B, 7), "resume")).toBeNull();
    await hookPrompt(world.deps, call(B, 7));
    await hookSessionEnd(world.deps, call(B, 7), false);
    expect(treeOf(world.root)).toEqual(before);
  });
});

describe("a hook", () => {
  test("of a new conversation forgets what an earlier process of the same pid announced", async () => {
    await using world = testDeps();
    await donCodesmith(world);
    await hookSessionEnd(world.deps, call(A), false);
    await hookSessionStart(world.deps, call(A, 5), "resume");
    expect(await hookSessionStart(world.deps, call(B, 5), "startup")).toBeNull();
    await hookPrompt(world.deps, call(B, 5));
    expect(stateOf(world, B).worn).toBeNull();
    expect(eventsOf(world)).toEqual(["don agent-a", "doff agent-a exit"]);
  });

  test("leaves a corrupt session file to a command, which can say so", async () => {
    await using world = testDeps();
    await donCodesmith(world);
    writeFileSync(fileOf(world, A), "{");
    for (const source of ["startup", "resume", "clear", "compact", "fork"] as const) {
      expect(await hookSessionStart(world.deps, call(A), source)).toBeNull();
    }
    await hookPrompt(world.deps, call(A));
    await hookSessionEnd(world.deps, call(A), false);
    expect(readFileSync(fileOf(world, A), "utf8")).toBe("{");
    expect((await don(world.deps, { name: "codesmith", intent: null, session: A })).warnings).toEqual([
      expect.stringContaining("corrupt"),
    ]);
  });
});

describe("another agent's pinned masque that is gone from the store", () => {
  test("does not prevent a doff: the verbs go, with a warning", async () => {
    await using world = testDeps();
    writePrivateMasque(world.home, {
      name: "Chatter",
      lens: "x",
      more: 'spinnerVerbs: { mode: append, verbs: ["Chatting"] }',
    });
    await don(world.deps, { name: "chatter", intent: null, session: B });
    await don(world.deps, { name: "codesmith", intent: null, session: A });
    rmSync(world.deps.paths.store, { recursive: true });
    const outcome = await doff(world.deps, A);
    expect(outcome.doffed.name).toBe("Codesmith");
    expect(outcome.warnings).toEqual([expect.stringContaining("not there")]);
  });
});

describe("a conversation that is resumed", () => {
  test("goes on as the same masque session, says so in one line, and opens its span with the prompt", async () => {
    await using world = testDeps();
    await donCodesmith(world);
    await hookSessionEnd(world.deps, call(A), false);
    const line = await hookSessionStart(world.deps, call(A, 5), "resume");
    expect(line).toContain('masque "Codesmith"');
    expect(line).not.toContain("<masque-identity");
    expect(eventsOf(world)).toEqual(["don agent-a", "doff agent-a exit"]);
    await hookPrompt(world.deps, call(A, 5));
    await hookPrompt(world.deps, call(A, 5));
    expect(eventsOf(world)).toEqual(["don agent-a", "doff agent-a exit", "don agent-a"]);
    expect(stateOf(world, A).worn?.spans).toHaveLength(2);
  });

  test("and was doffed before its exit says nothing", async () => {
    await using world = testDeps();
    await donCodesmith(world);
    await doff(world.deps, A);
    await hookSessionEnd(world.deps, call(A), false);
    expect(await hookSessionStart(world.deps, call(A, 5), "resume")).toBeNull();
    expect(eventsOf(world)).toEqual(["don agent-a", "doff agent-a user"]);
  });
});

describe("a conversation that is compacted or cleared", () => {
  test("gets the block again, byte for byte as it was donned, though the session's masque file was not touched", async () => {
    await using world = testDeps();
    const block = await donCodesmith(world);
    expect(await hookSessionStart(world.deps, call(A), "compact")).toBe(block);
    expect(eventsOf(world)).toEqual(["don agent-a"]);
  });

  test("is a new masque session under the new id after a clear of the same process", async () => {
    await using world = testDeps();
    const block = await donCodesmith(world);
    await hookSessionEnd(world.deps, call(A), true);
    expect(await hookSessionStart(world.deps, call(B, 99), "clear")).toBeNull();
    expect(await hookSessionStart(world.deps, call(B), "clear")).toBe(block);
    expect(eventsOf(world)).toEqual(["don agent-a", "doff agent-a clear", "don agent-b"]);
  });
});

describe("a conversation that is forked", () => {
  const transcript = (block: string) =>
    `${JSON.stringify({ type: "user", isMeta: true, message: { role: "user", content: [{ type: "text", text: block }] } })}\n`;

  test("is decided at its start when its transcript is there", async () => {
    await using world = testDeps();
    const path = join(world.root, "transcript.jsonl");
    writeFileSync(path, transcript(await donCodesmith(world)));
    expect(await hookSessionStart(world.deps, call(B, 5, path), "fork")).toContain("Codesmith");
    expect(eventsOf(world)).toEqual(["don agent-a", "don agent-b"]);
    expect(stateOf(world, B).worn?.masqueSession).not.toBe(stateOf(world, A).worn?.masqueSession);
    expect(stateOf(world, B).worn?.intent).toBe("fix the parser");
  });

  test("is decided by a later hook when its transcript comes later, and began when it was announced", async () => {
    await using world = testDeps();
    const block = await donCodesmith(world);
    const path = join(world.root, "transcript.jsonl");
    expect(await hookSessionStart(world.deps, call(B, 5, path), "fork")).toBeNull();
    const announcedAt = noteOf(world, 5)?.unixNano;
    await hookPrompt(world.deps, call(B, 5, path));
    expect(eventsOf(world)).toEqual(["don agent-a"]);
    writeFileSync(path, transcript(block));
    await hookSessionEnd(world.deps, call(B, 5, path), false);
    expect(eventsOf(world)).toEqual(["don agent-a", "don agent-b", "doff agent-b exit"]);
    expect(stateOf(world, B).worn?.spans[0]?.start).toBe(announcedAt ?? "");
  });

  test("can be doffed with its first prompt, before its transcript is there", async () => {
    await using world = testDeps();
    await donCodesmith(world);
    await hookSessionStart(world.deps, call(B, 5, join(world.root, "later.jsonl")), "fork");
    expect((await doff(world.deps, B)).doffed.name).toBe("Codesmith");
    expect(eventsOf(world)).toEqual(["don agent-a", "don agent-b", "doff agent-b user"]);
    await hookSessionEnd(world.deps, call(B, 5), false);
    expect(eventsOf(world)).toHaveLength(3);
  });

  test("wears nothing when a doff came after the block", async () => {
    await using world = testDeps();
    const path = join(world.root, "transcript.jsonl");
    const block = await donCodesmith(world);
    const off = '<masque-off name="Codesmith" version="0.1.0"/>';
    writeFileSync(path, transcript(block) + transcript(off));
    expect(await hookSessionStart(world.deps, call(B, 5, path), "fork")).toBeNull();
    expect(eventsOf(world)).toEqual(["don agent-a"]);
    expect(noteOf(world, 5)).toBeNull();
    expect(readdirSync(join(world.deps.paths.host, "processes"))).toEqual([]);
  });

  test("on an older host, which says resume under the old id, is decided by the prompt's id", async () => {
    await using world = testDeps();
    await donCodesmith(world);
    await hookSessionStart(world.deps, call(A, 5), "resume");
    await hookPrompt(world.deps, call(B, 5));
    expect(eventsOf(world)).toEqual(["don agent-a", "don agent-b"]);
  });
});
