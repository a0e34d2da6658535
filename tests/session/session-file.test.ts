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
import { digestOf } from "../../src/kernel/digest.ts";
import { parseMasqueSessionId, parseSessionId } from "../../src/kernel/ids.ts";
import { changeState, readState, type SessionPlace, sessionFilePath } from "../../src/session/session-file.ts";
import { type SessionState, wornIn } from "../../src/session/state.ts";
import { donTransition, type Moment } from "../../src/session/transition.ts";
import { serializeEvent } from "../../src/telemetry/otlp-transformer/serialize-event.ts";
import { temporaryFolder } from "../support/temp-folder.ts";

const A = parseSessionId("agent-a") ?? fail();
const MASQUE = {
  name: "Ada",
  version: "1.0.0",
  digest: digestOf("x"),
  source: "shared",
  hasVerbs: false,
  intent: "a secret wish",
} as const;

function fail(): never {
  throw new Error("not an id");
}

function placeIn(folder: string): SessionPlace {
  const project = join(folder, "project");
  mkdirSync(project, { recursive: true });
  return { project, events: join(folder, "data", "masque.jsonl"), serializer: async () => serializeEvent };
}

function momentIn(place: SessionPlace): Moment {
  return { unixNano: "1000", project: place.project, newMasqueSession: parseMasqueSessionId("m1") ?? fail() };
}

async function donIn(place: SessionPlace): Promise<SessionState> {
  const changed = await changeState(place, 1_000, (state, save) =>
    save(donTransition(state, A, MASQUE, momentIn(place))),
  );
  return changed.result;
}

function eventLines(place: SessionPlace): string[] {
  return existsSync(place.events) ? readFileSync(place.events, "utf8").split("\n").filter(Boolean) : [];
}

describe("changeState()", () => {
  test("writes the state privately, appends its record once and clears the mark", async () => {
    using folder = temporaryFolder();
    const place = placeIn(folder.path);
    await donIn(place);
    const { state } = readState(place.project);
    expect(wornIn(state, A)?.name).toBe("Ada");
    expect(state.pending).toEqual([]);
    expect(eventLines(place)).toHaveLength(1);
    expect(statSync(sessionFilePath(place.project)).mode & 0o777).toBe(0o600);
    expect(readFileSync(place.events, "utf8")).not.toContain("secret wish");
  });

  test("writes nothing when the decision changes nothing", async () => {
    using folder = temporaryFolder();
    const place = placeIn(folder.path);
    await donIn(place);
    const before = statSync(sessionFilePath(place.project));
    await donIn(place);
    expect(statSync(sessionFilePath(place.project)).ino).toBe(before.ino);
    expect(eventLines(place)).toHaveLength(1);
  });

  test.each([
    ["before the append", false],
    ["after the append", true],
  ])("completes what a process that died %s left, with each record once", async (_, wasAppended) => {
    using folder = temporaryFolder();
    const place = placeIn(folder.path);
    await donIn(place);
    const line = eventLines(place)[0] ?? fail();
    const left = donTransition({ ...readState(place.project).state, sessions: {} }, A, MASQUE, momentIn(place));
    writeFileSync(sessionFilePath(place.project), JSON.stringify(left));
    writeFileSync(place.events, wasAppended ? `${line}\n` : "");
    writeFileSync(`${join(place.project, ".claude")}/.masque.session.json.1.ab.tmp`, "half");
    await changeState(place, 1_000, async () => undefined);
    expect(eventLines(place)).toEqual([line]);
    expect(readState(place.project).state.pending).toEqual([]);
    expect(readdirSync(join(place.project, ".claude")).filter((name) => name.endsWith(".tmp"))).toEqual([]);
  });

  test("sets a corrupt file aside, says where, and begins a new one", async () => {
    using folder = temporaryFolder();
    const place = placeIn(folder.path);
    mkdirSync(join(place.project, ".claude"));
    writeFileSync(sessionFilePath(place.project), '{"version":1,');
    const changed = await changeState(place, 1_000, (state, save) =>
      save(donTransition(state, A, MASQUE, momentIn(place))),
    );
    const aside = readdirSync(join(place.project, ".claude")).find((name) => name.includes("corrupt-")) ?? fail();
    expect(changed.warnings).toEqual([expect.stringContaining(aside)]);
    expect(readFileSync(join(place.project, ".claude", aside), "utf8")).toBe('{"version":1,');
    expect(wornIn(readState(place.project).state, A)?.name).toBe("Ada");
  });

  test("wears the masque all the same when masque.jsonl cannot be written, says so, and appends later", async () => {
    using folder = temporaryFolder();
    const place = placeIn(folder.path);
    mkdirSync(place.events, { recursive: true });
    const changed = await changeState(place, 1_000, (state, save) =>
      save(donTransition(state, A, MASQUE, momentIn(place))),
    );
    expect(changed.warnings).toEqual([expect.stringContaining("the next command appends it")]);
    expect(readState(place.project).state.pending).toHaveLength(1);
    rmdirSync(place.events);
    await changeState(place, 1_000, async () => undefined);
    expect(eventLines(place)).toHaveLength(1);
    expect(readState(place.project).state.pending).toEqual([]);
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
    obstruct(place);
    const warned = { warnings: [expect.stringContaining("the next command appends it")] };
    const first = await changeState(place, 1_000, (state, save) =>
      save(donTransition(state, A, MASQUE, momentIn(place))),
    );
    expect(first).toMatchObject(warned);
    expect(await changeState(place, 1_000, async () => undefined)).toMatchObject(warned);
    rmSync(dirname(place.events), { recursive: true });
    await changeState(place, 1_000, async () => undefined);
    expect(eventLines(place)).toHaveLength(1);
  });

  test("removes what a process left that died before its state was there", async () => {
    using folder = temporaryFolder();
    const place = placeIn(folder.path);
    mkdirSync(join(place.project, ".claude"));
    writeFileSync(join(place.project, ".claude", ".masque.session.json.1.ab.tmp"), "half");
    await donIn(place);
    expect(readdirSync(join(place.project, ".claude")).filter((name) => name.endsWith(".tmp"))).toEqual([]);
  });

  test.each([
    [
      "a worktree whose repository is not here",
      (git: string) => writeFileSync(git, `gitdir: ${git}-away/worktrees/w\n`),
    ],
    ["a .git that is a link to itself", (git: string) => symlinkSync(".git", git)],
    [
      "a repository whose info/exclude is a folder",
      (git: string) => void mkdirSync(join(git, "info", "exclude"), { recursive: true }),
    ],
  ])("dons in %s, and makes nothing there", async (_, prepare) => {
    using folder = temporaryFolder();
    const place = placeIn(folder.path);
    prepare(join(place.project, ".git"));
    await donIn(place);
    expect(eventLines(place)).toHaveLength(1);
    expect(readdirSync(place.project).sort()).toEqual([".claude", ".git"]);
  });

  test("leaves the file of a later masque alone", async () => {
    using folder = temporaryFolder();
    const place = placeIn(folder.path);
    mkdirSync(join(place.project, ".claude"));
    writeFileSync(sessionFilePath(place.project), '{"version":9}');
    const failed = donIn(place);
    await expect(failed).rejects.toMatchObject({ code: "session.unreadable" });
    expect(readFileSync(sessionFilePath(place.project), "utf8")).toBe('{"version":9}');
  });

  test("ends a torn last line of masque.jsonl before it appends", async () => {
    using folder = temporaryFolder();
    const place = placeIn(folder.path);
    mkdirSync(join(folder.path, "data"));
    writeFileSync(place.events, '{"resourceLogs":[');
    await donIn(place);
    const lines = eventLines(place);
    expect(lines[0]).toBe('{"resourceLogs":[');
    expect(JSON.parse(lines[1] ?? "null")).toHaveProperty("resourceLogs");
  });

  test.each([
    ["a repository", (project: string) => mkdirSync(join(project, ".git")), ".git"],
    [
      "a worktree",
      (project: string) => {
        mkdirSync(join(project, "main.git", "worktrees", "w"), { recursive: true });
        writeFileSync(join(project, "main.git", "worktrees", "w", "commondir"), "../..\n");
        writeFileSync(join(project, ".git"), `gitdir: ${join(project, "main.git", "worktrees", "w")}\n`);
      },
      "main.git",
    ],
  ])("excludes the session file in %s, once", async (_, prepare, gitFolder) => {
    using folder = temporaryFolder();
    const place = placeIn(folder.path);
    prepare(place.project);
    await donIn(place);
    expect(readFileSync(join(place.project, gitFolder, "info", "exclude"), "utf8")).toBe(
      "**/.claude/masque.session.*\n",
    );
  });
});
