import { expect, test } from "bun:test";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { MasqueSessionId, SessionId } from "../../src/kernel/ids.ts";
import { readState } from "../../src/session/session-file.ts";
import { sessionFilePath, sessionLockPath } from "../../src/session/session-path.ts";
import { doffTransition } from "../../src/session/transition.ts";
import { hostLine } from "../support/telemetry-lines.ts";
import { testDeps } from "../support/test-deps.ts";

/** What a dead process left half done, completed by a judgement of any session. */

const MOMENT = {
  project: "/work/parser",
  projectRealPath: "/work/parser",
  newMasqueSession: "m-2" as MasqueSessionId,
};
const SESSION = "agent-1" as SessionId;

test("a judgement appends the doff that a dead process left pending, so that the score ends where the masque came off", async () => {
  await using world = testDeps({ env: { CLAUDE_CODE_SESSION_ID: SESSION } });
  const { paths } = world.deps;
  expect((await world.run("don", "codesmith")).exit).toBe(0);
  const donned = readFileSync(paths.events, "utf8");
  const { state } = readState(paths.sessions, SESSION);
  const at = { unixNano: `${BigInt(state.worn?.spans[0]?.start ?? 0) + 1_000_000_000n}`, ...MOMENT };
  // The process decided the doff, and died before it appended the record: its lock file is still there.
  const undone = doffTransition(state, "user", at);
  expect(undone.pending).toHaveLength(1);
  writeFileSync(sessionFilePath(paths.sessions, SESSION), JSON.stringify(undone));
  writeFileSync(sessionLockPath(paths.sessions, SESSION), "");
  mkdirSync(paths.otel, { recursive: true });
  writeFileSync(join(paths.otel, "logs.jsonl"), `${hostLine([])}\n`);
  await world.run("judge", "--all");
  const lines = readFileSync(paths.events, "utf8").trimEnd().split("\n");
  expect(lines[0]).toBe(donned.trimEnd());
  expect(lines[1]).toContain("masque.doff");
  expect(lines).toHaveLength(2);
  expect(readState(paths.sessions, SESSION).state.pending).toEqual([]);
  expect(existsSync(sessionLockPath(paths.sessions, SESSION))).toBe(false);
});
