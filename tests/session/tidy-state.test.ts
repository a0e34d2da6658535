import { describe, expect, test } from "bun:test";
import { existsSync, mkdirSync, readdirSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { tryLock } from "../../src/kernel/files/lock.ts";
import { parseMasqueSessionId, parseSessionId } from "../../src/kernel/ids.ts";
import { LIMITS } from "../../src/kernel/limits.ts";
import { digestOf } from "../../src/kernel/text/digest.ts";
import { goneProjects } from "../../src/session/gone-projects.ts";
import { appendVerbsChange, noVerbs, projectVerbsPath } from "../../src/session/project-verbs.ts";
import { sessionFilePath, sessionLockPath } from "../../src/session/session-path.ts";
import { emptyState, type SessionState } from "../../src/session/state.ts";
import { tidyState } from "../../src/session/tidy-state.ts";
import { clearPending, doffTransition, donTransition } from "../../src/session/transition.ts";
import { temporaryFolder } from "../support/temp-folder.ts";

const DAY_MS = 86_400_000;
const NOW_MS = Date.UTC(2026, 10, 24);
const DIGEST = digestOf("Ada");
const id = (text: string) => parseSessionId(text) ?? fail();

function fail(): never {
  throw new Error("not there");
}

/** Folders of state, and what writes a session's file into them that was last used some days ago. */
function machine() {
  const folder = temporaryFolder();
  const [sessions, projects, project] = ["sessions", "projects", "project"].map((name) => join(folder.path, name));
  if (!sessions || !projects || !project) throw new Error("not there");
  for (const path of [sessions, projects, project]) mkdirSync(path);
  const aged = (path: string, daysAgo: number) =>
    utimesSync(path, (NOW_MS - daysAgo * DAY_MS) / 1000, (NOW_MS - daysAgo * DAY_MS) / 1000);
  const keep = (name: string, { daysAgo = 1, isOpen = false, of = project }) => {
    const at = {
      unixNano: String(BigInt(NOW_MS - daysAgo * DAY_MS) * 1_000_000n),
      project: of,
      projectRealPath: of,
      newMasqueSession: parseMasqueSessionId(`m-${name}`) ?? fail(),
    };
    const masque = {
      name: "Ada",
      version: "1.0.0",
      digest: DIGEST,
      source: "shared",
      hasVerbs: false,
      intent: null,
    } as const;
    const donned = donTransition(emptyState(id(name)), masque, at);
    const state: SessionState = clearPending(isOpen ? donned : doffTransition(donned, "user", at));
    const path = sessionFilePath(sessions, id(name));
    writeFileSync(path, JSON.stringify(state));
    aged(path, daysAgo);
    return path;
  };
  return { folders: { sessions, projects }, project, keep, aged, [Symbol.dispose]: () => folder[Symbol.dispose]() };
}

describe("tidyState()", () => {
  test("drops closed sessions beyond the bound, oldest first, and none that is open", () => {
    using at = machine();
    const open = Array.from({ length: 5 }, (_, n) => at.keep(`open-${n}`, { daysAgo: 60, isOpen: true }));
    const closed = Array.from({ length: LIMITS.closedSessionsMax + 3 }, (_, n) =>
      at.keep(`closed-${n}`, { daysAgo: 50 - n / 100 }),
    );
    tidyState(at.folders, NOW_MS);
    expect(open.every((path) => existsSync(path))).toBe(true);
    expect(closed.map((path) => existsSync(path))).toEqual(closed.map((_, n) => n >= 3));
    expect(readdirSync(at.folders.sessions).filter((name) => !name.endsWith(".json"))).toEqual([]);
  });

  test("drops nothing at the bound", () => {
    using at = machine();
    for (let n = 0; n < LIMITS.closedSessionsMax; n++) at.keep(`closed-${n}`, { daysAgo: 400 });
    tidyState(at.folders, NOW_MS);
    expect(readdirSync(at.folders.sessions)).toHaveLength(LIMITS.closedSessionsMax);
  });

  test("counts a session that has been open for 90 days as closed", () => {
    using at = machine();
    const killed = at.keep("killed", { daysAgo: 91, isOpen: true });
    for (let n = 0; n < LIMITS.closedSessionsMax; n++) at.keep(`closed-${n}`, { daysAgo: 10 });
    tidyState(at.folders, NOW_MS);
    expect(existsSync(killed)).toBe(false);
  });

  test("drops what names a project that is gone, 90 days after its last change", () => {
    using at = machine();
    const gone = join(at.project, "moved");
    const [young, old] = [
      at.keep("young", { daysAgo: 89, isOpen: true, of: gone }),
      at.keep("old", { daysAgo: 91, isOpen: true, of: gone }),
    ];
    const here = at.keep("here", { daysAgo: 300, isOpen: true });
    const verbs = projectVerbsPath(at.folders.projects, gone);
    const change = { kind: "on", session: id("old"), digest: DIGEST } as const;
    appendVerbsChange(verbs, { verbs: noVerbs(gone), change }, false);
    at.aged(verbs, 91);
    expect(goneProjects(at.folders).map(({ project }) => project)).toEqual([gone, gone, gone]);
    tidyState(at.folders, NOW_MS);
    expect([young, old, here, verbs].map((path) => existsSync(path))).toEqual([true, false, true, false]);
    expect(goneProjects(at.folders).map(({ path }) => path)).toEqual([young]);
  });

  test("leaves a session whose lock is held, and one that is another's under its name", () => {
    using at = machine();
    const held = at.keep("held", { daysAgo: 400 });
    const lock = tryLock(sessionLockPath(at.folders.sessions, id("held")));
    for (let n = 0; n < LIMITS.closedSessionsMax; n++) at.keep(`closed-${n}`, { daysAgo: 10 });
    tidyState(at.folders, NOW_MS);
    expect(existsSync(held)).toBe(true);
    lock?.release();
  });

  test("drops what killed processes left a day ago, and what was set aside 90 days ago", () => {
    using at = machine();
    const { sessions } = at.folders;
    const kept = at.keep("worn", { isOpen: true });
    const names: readonly (readonly [string, number, boolean])[] = [
      [`.${"a".repeat(32)}.json.tmp`, 2, false],
      [`.${"b".repeat(32)}.json.tmp`, 0.5, true],
      [`${"c".repeat(32)}.lock`, 2, false],
      [`${"d".repeat(32)}.lock`, 0.5, true],
      [`${"e".repeat(32)}.json.corrupt-2026`, 91, false],
      [`${"f".repeat(32)}.json.corrupt-2026`, 89, true],
      ["notes.txt", 400, true],
    ];
    for (const [name, daysAgo] of names) {
      writeFileSync(join(sessions, name), "");
      at.aged(join(sessions, name), daysAgo);
    }
    tidyState(at.folders, NOW_MS);
    expect(names.map(([name]) => existsSync(join(sessions, name)))).toEqual(names.map(([, , stays]) => stays));
    expect(existsSync(kept)).toBe(true);
  });
});
