import { describe, expect, test } from "bun:test";
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmdirSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { parseMasqueSessionId, parseSessionId } from "../../src/kernel/ids.ts";
import { digestOf } from "../../src/kernel/text/digest.ts";
import {
  changeState,
  type FollowState,
  isUnsettled,
  readState,
  type SessionPlace,
} from "../../src/session/session-file.ts";
import { sessionFilePath, sessionLockPath } from "../../src/session/session-path.ts";
import { emptyState, type SessionState } from "../../src/session/state.ts";
import { donTransition, type Moment } from "../../src/session/transition.ts";
import { withVerbsShown } from "../../src/session/verbs-due.ts";
import { serializeEvent } from "../../src/telemetry/otlp-transformer/serialize-event.ts";
import { temporaryFolder } from "../support/temp-folder.ts";

const A = parseSessionId("agent-a") ?? fail();
const B = parseSessionId("agent-b") ?? fail();
const PROJECT = "/work/parser";
const MASQUE = {
  name: "Ada",
  version: "1.0.0",
  digest: digestOf("x"),
  source: "shared",
  hasVerbs: false,
  intent: "a secret wish",
} as const;
const MOMENT: Moment = {
  unixNano: "1000",
  project: PROJECT,
  projectRealPath: PROJECT,
  newMasqueSession: parseMasqueSessionId("m1") ?? fail(),
};

function fail(): never {
  throw new Error("not an id");
}

function placeIn(folder: string): SessionPlace {
  const data = join(folder, "data");
  return {
    sessions: join(data, "sessions"),
    events: join(data, "otel", "masque.jsonl"),
    serializer: async () => serializeEvent,
  };
}

const nothingToFollow: FollowState = async (state) => ({ state, warnings: [] });

async function change(place: SessionPlace, decide: (state: SessionState) => SessionState, follow = nothingToFollow) {
  return await changeState(place, { session: A, waitMs: 1_000, follow }, (state) => ({
    next: decide(state),
    result: undefined,
  }));
}

async function donIn(place: SessionPlace): Promise<SessionState> {
  return (await change(place, (state) => donTransition(state, MASQUE, MOMENT))).state;
}

function eventLines(place: SessionPlace): string[] {
  return existsSync(place.events) ? readFileSync(place.events, "utf8").split("\n").filter(Boolean) : [];
}

const fileOf = (place: SessionPlace) => sessionFilePath(place.sessions, A);

describe("changeState()", () => {
  test("writes the state privately, appends its record once and clears the mark; the lock goes", async () => {
    using folder = temporaryFolder();
    const place = placeIn(folder.path);
    await donIn(place);
    const { state } = readState(place.sessions, A);
    expect(state.worn?.name).toBe("Ada");
    expect(state.pending).toEqual([]);
    expect(eventLines(place)).toHaveLength(1);
    expect(statSync(fileOf(place)).mode & 0o777).toBe(0o600);
    expect(readFileSync(place.events, "utf8")).not.toContain("secret wish");
    expect(readdirSync(place.sessions)).toEqual([expect.stringMatching(/^[0-9a-f]{32}\.json$/)]);
  });

  test("writes nothing when the decision changes nothing", async () => {
    using folder = temporaryFolder();
    const place = placeIn(folder.path);
    await donIn(place);
    const before = statSync(fileOf(place));
    await donIn(place);
    expect(statSync(fileOf(place)).ino).toBe(before.ino);
    expect(eventLines(place)).toHaveLength(1);
  });

  test("says in the file which settings are due before it follows, and that they are done after", async () => {
    using folder = temporaryFolder();
    const place = placeIn(folder.path);
    let seen: SessionState | null = null;
    await change(
      place,
      (state) => donTransition(state, { ...MASQUE, hasVerbs: true }, MOMENT),
      async (state) => {
        seen = readState(place.sessions, A).state;
        return { state: withVerbsShown(state, PROJECT), warnings: [] };
      },
    );
    expect(seen).toMatchObject({ verbs: [{ project: PROJECT, digest: null }], worn: { name: "Ada" } });
    expect(readState(place.sessions, A).state.verbs).toEqual([{ project: PROJECT, digest: MASQUE.digest }]);
  });

  test("leaves the settings due, and the lock as the sign of it, where they cannot be followed now", async () => {
    using folder = temporaryFolder();
    const place = placeIn(folder.path);
    const { state } = await change(place, (found) => donTransition(found, { ...MASQUE, hasVerbs: true }, MOMENT));
    expect(isUnsettled(state)).toBe(true);
    expect(existsSync(sessionLockPath(place.sessions, A))).toBe(true);
  });

  test.each([
    ["before the append", false],
    ["after the append", true],
  ])("completes what a process that died %s left, with each record once", async (_, wasAppended) => {
    using folder = temporaryFolder();
    const place = placeIn(folder.path);
    await donIn(place);
    const line = eventLines(place)[0] ?? fail();
    writeFileSync(fileOf(place), JSON.stringify(donTransition(emptyState(A), MASQUE, MOMENT)));
    writeFileSync(place.events, wasAppended ? `${line}\n` : "");
    writeFileSync(join(place.sessions, `.${fileOf(place).split("/").at(-1)}.tmp`), "half");
    await change(place, (state) => state);
    expect(eventLines(place)).toEqual([line]);
    expect(readState(place.sessions, A).state.pending).toEqual([]);
    expect(readdirSync(place.sessions).filter((name) => name.endsWith(".tmp"))).toEqual([]);
  });

  test("sets a corrupt file aside, says where, and begins a new one", async () => {
    using folder = temporaryFolder();
    const place = placeIn(folder.path);
    mkdirSync(place.sessions, { recursive: true });
    writeFileSync(fileOf(place), '{"version":2,');
    const changed = await change(place, (state) => donTransition(state, MASQUE, MOMENT));
    const aside = readdirSync(place.sessions).find((name) => name.includes("corrupt-")) ?? fail();
    expect(changed.warnings).toEqual([expect.stringContaining(aside)]);
    expect(readFileSync(join(place.sessions, aside), "utf8")).toBe('{"version":2,');
    expect(readState(place.sessions, A).state.worn?.name).toBe("Ada");
  });

  test("takes the file of another session, under this one's name, for corrupt", async () => {
    using folder = temporaryFolder();
    const place = placeIn(folder.path);
    await donIn(place);
    writeFileSync(sessionFilePath(place.sessions, B), readFileSync(fileOf(place)));
    expect(readState(place.sessions, B)).toEqual({ state: emptyState(B), isCorrupt: true });
  });

  test("wears the masque all the same when masque.jsonl cannot be written, says so, and appends later", async () => {
    using folder = temporaryFolder();
    const place = placeIn(folder.path);
    mkdirSync(place.events, { recursive: true });
    const changed = await change(place, (state) => donTransition(state, MASQUE, MOMENT));
    expect(changed.warnings).toEqual([expect.stringContaining("the next command appends it")]);
    expect(readState(place.sessions, A).state.pending).toHaveLength(1);
    rmdirSync(place.events);
    await change(place, (state) => state);
    expect(eventLines(place)).toHaveLength(1);
    expect(readState(place.sessions, A).state.pending).toEqual([]);
  });

  test.each([
    ["the folder of masque.jsonl is a file", (place: SessionPlace) => writeFileSync(dirname(place.events), "")],
    [
      "masque.jsonl is a link to itself",
      (place: SessionPlace) => {
        mkdirSync(dirname(place.events));
        symlinkSync("masque.jsonl", place.events);
      },
    ],
  ])("keeps the record pending when %s, also the second time", async (_, obstruct) => {
    using folder = temporaryFolder();
    const place = placeIn(folder.path);
    mkdirSync(place.sessions, { recursive: true });
    obstruct(place);
    const warned = { warnings: [expect.stringContaining("the next command appends it")] };
    expect(await change(place, (state) => donTransition(state, MASQUE, MOMENT))).toMatchObject(warned);
    expect(await change(place, (state) => state)).toMatchObject(warned);
    rmSync(dirname(place.events), { recursive: true });
    await change(place, (state) => state);
    expect(eventLines(place)).toHaveLength(1);
  });

  test("writes over what a process left that died before its state was there", async () => {
    using folder = temporaryFolder();
    const place = placeIn(folder.path);
    mkdirSync(place.sessions, { recursive: true });
    writeFileSync(join(place.sessions, `.${fileOf(place).split("/").at(-1)}.tmp`), "half".repeat(10_000));
    await donIn(place);
    expect(readState(place.sessions, A).state.worn?.name).toBe("Ada");
    expect(readdirSync(place.sessions).filter((name) => name.endsWith(".tmp"))).toEqual([]);
  });

  test("leaves the file of a later masque alone", async () => {
    using folder = temporaryFolder();
    const place = placeIn(folder.path);
    mkdirSync(place.sessions, { recursive: true });
    writeFileSync(fileOf(place), '{"version":9}');
    const failed = donIn(place);
    await expect(failed).rejects.toMatchObject({ code: "session.unreadable" });
    expect(readFileSync(fileOf(place), "utf8")).toBe('{"version":9}');
  });

  test("ends a torn last line of masque.jsonl before it appends", async () => {
    using folder = temporaryFolder();
    const place = placeIn(folder.path);
    mkdirSync(dirname(place.events), { recursive: true });
    writeFileSync(place.events, '{"resourceLogs":[');
    await donIn(place);
    const lines = eventLines(place);
    expect(lines[0]).toBe('{"resourceLogs":[');
    expect(JSON.parse(lines[1] ?? "null")).toHaveProperty("resourceLogs");
  });
});
