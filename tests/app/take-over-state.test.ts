import { describe, expect, test } from "bun:test";
import {
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  unlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { hookSessionEnd } from "../../src/app/wear/hooks.ts";
import { parseSessionId } from "../../src/kernel/ids.ts";
import { LIMITS } from "../../src/kernel/limits.ts";
import { projectVerbsPath } from "../../src/session/project-verbs.ts";
import { readState } from "../../src/session/session-file.ts";
import { sessionFilePath } from "../../src/session/session-path.ts";
import type { SessionState } from "../../src/session/state.ts";
import { masqueEvents } from "../support/masque-events.ts";
import { writePrivateMasque } from "../support/private-masque.ts";
import { type TestDeps, testDeps } from "../support/test-deps.ts";
import { differences, treeOf } from "../support/tree.ts";

const SESSION = parseSessionId("5e771465-0000-4000-8000-000000000001") ?? fail();
const OWN = '{ "spinnerVerbs": { "mode": "append", "verbs": ["Mine"] } }\n';
const PATTERN = "**/.claude/masque.session.*";

function fail(): never {
  throw new Error("not there");
}

const paths = (world: TestDeps) => ({
  old: join(world.project, ".claude/masque.session.json"),
  lock: join(world.project, ".claude/masque.session.lock"),
  settings: join(world.project, ".claude/settings.local.json"),
  exclude: join(world.project, ".git/info/exclude"),
  state: sessionFilePath(world.deps.paths.sessions, SESSION),
  verbs: projectVerbsPath(join(world.deps.paths.host, "projects"), world.project),
});

const stateOf = (world: TestDeps) => readState(world.deps.paths.sessions, SESSION).state;

/**
 * A project as masque 0.1 left it, with Lamplighter worn: the records and the edited settings are those of a don of today,
 * whose state is then written as it was kept once.
 */
async function formerProject(change: (old: Record<string, unknown>, state: SessionState) => unknown = (old) => old) {
  const world = testDeps({ env: { CLAUDE_CODE_SESSION_ID: SESSION } });
  writePrivateMasque(world.home, { name: "Lamplighter", more: 'spinnerVerbs: { mode: append, verbs: ["Lighting"] }' });
  const at = paths(world);
  mkdirSync(join(world.project, ".claude"));
  mkdirSync(join(world.project, ".git/info"));
  writeFileSync(at.settings, OWN);
  expect((await world.run("don", "lamplighter", "light them")).exit).toBe(0);
  const state = stateOf(world);
  const record = lastRecord(at.verbs);
  const { project: _, ...worn } = state.worn ?? fail();
  const old = {
    version: 1,
    sessions: { [SESSION]: { worn, before: state.before } },
    notes: {},
    pending: [],
    spinner: { edits: record.sets.map((set: { edits: unknown[] }) => set.edits[0]), madeFile: record.madeFile },
  };
  rmSync(world.deps.paths.sessions, { recursive: true });
  rmSync(at.verbs);
  writeFileSync(at.old, JSON.stringify(change(old, state)));
  writeFileSync(at.lock, "");
  writeFileSync(at.exclude, `# mine\n${PATTERN}\n# more\n`);
  return { world, at, worn: state.worn ?? fail() };
}

function lastRecord(path: string) {
  const lines = readFileSync(path, "utf8").trimEnd().split("\n");
  return JSON.parse(lines.findLast((line) => line.includes('"shown"')) ?? "null").record;
}

describe("state that masque 0.1 kept in the project", () => {
  test("is taken over when the user's records hold its don, and everything of it is removed", async () => {
    const { world, at, worn } = await formerProject();
    await using _ = world;
    const id = await world.run("id");
    expect(id).toMatchObject({ exit: 0, stderr: "", stdout: expect.stringContaining("light them") });
    expect(stateOf(world).worn).toEqual(worn);
    expect([at.old, at.lock].filter((path) => existsSync(path))).toEqual([]);
    expect(readFileSync(at.exclude, "utf8")).toBe("# mine\n# more\n");
    expect((await world.run("doff", "--no-score")).exit).toBe(0);
    expect(readFileSync(at.settings, "utf8")).toBe(OWN);
    expect(masqueEvents(world.home).map(({ kind }) => kind)).toEqual(["don", "doff"]);
  });

  test("is taken over by the hook that ends the session", async () => {
    const { world, at } = await formerProject();
    await using _ = world;
    await hookSessionEnd(world.deps, { session: SESSION, host: null, transcriptPath: null }, false);
    expect(masqueEvents(world.home).map(({ kind }) => kind)).toEqual(["don", "doff"]);
    expect(existsSync(at.old)).toBe(false);
    expect(readFileSync(at.settings, "utf8")).toBe(OWN);
  });

  test("brings records that wait into masque.jsonl, once", async () => {
    const { world, worn } = await formerProject((old, state) => {
      const { masqueSession, name, version, digest, source } = state.worn ?? fail();
      const doff = { unixNano: "2000000000000000000", session: SESSION, masqueSession, name, version, digest, source };
      return { ...old, pending: [{ ...doff, project: "/p", kind: "doff", reason: "exit" }] };
    });
    await using _ = world;
    await world.run("id");
    await world.run("id");
    expect(masqueEvents(world.home)).toMatchObject([
      { kind: "don" },
      { kind: "doff", masqueSession: worn.masqueSession },
    ]);
  });

  test("leaves what a session of today wears alone", async () => {
    const { world } = await formerProject();
    await using _ = world;
    const { old } = paths(world);
    renameSync(old, `${old}.away`);
    await world.run("don", "codesmith");
    renameSync(`${old}.away`, old);
    await world.run("id");
    expect(stateOf(world).worn?.name).toBe("Codesmith");
  });
});

type Old = {
  sessions: Record<string, { worn: Record<string, unknown>; before: unknown[] }>;
  spinner: { edits: object[] };
};

const UNPROVEN: Readonly<Record<string, (old: Old) => unknown>> = {
  "another agent session": (old) => ({ ...old, sessions: { "agent-x": old.sessions[SESSION] } }),
  "another masque session": (old) => withWorn(old, { masqueSession: "another" }),
  "another digest": (old) => withWorn(old, { digest: `sha256:${"0".repeat(64)}` }),
  "no spans": (old) => withWorn(old, { spans: [] }),
  "a session id that no host would send": (old) => ({ ...old, sessions: { "../x": old.sessions[SESSION] } }),
  "a later format": (old) => ({ ...old, version: 2 }),
  "no sessions": (old) => ({ ...old, sessions: {} }),
  "sessions that are a list": (old) => ({ ...old, sessions: [old.sessions[SESSION]] }),
  "a list": (old) => [old],
};

function withWorn(old: Old, change: Record<string, unknown>): Old {
  const entry = old.sessions[SESSION] ?? fail();
  return { ...old, sessions: { [SESSION]: { ...entry, worn: { ...entry.worn, ...change } } } };
}

describe("a project's file that claims what the user's records do not hold", () => {
  test.each(Object.entries(UNPROVEN))("%s: nothing is taken over, and nothing is changed", async (_name, change) => {
    const { world } = await formerProject((old) => change(old as unknown as Old));
    await using _ = world;
    const before = treeOf(world.root);
    expect((await world.run("id")).exit).toBe(3);
    await hookSessionEnd(world.deps, { session: SESSION, host: null, transcriptPath: null }, false);
    expect(differences(before, treeOf(world.root))).toEqual([]);
  });

  test("beside a proven entry: the proven one is taken over, and the file stays", async () => {
    const { world, at } = await formerProject((given) => {
      const old = given as unknown as Old;
      const entry = old.sessions[SESSION] ?? fail();
      return { ...old, sessions: { ...old.sessions, "agent-x": entry } };
    });
    await using _ = world;
    expect((await world.run("id")).exit).toBe(0);
    expect(existsSync(at.old)).toBe(true);
    expect(readFileSync(at.exclude, "utf8")).toContain(PATTERN);
    const x = parseSessionId("agent-x") ?? fail();
    expect(readState(world.deps.paths.sessions, x).state.worn).toBeNull();
  });

  test.each([
    ["of the whole file", { path: [] }],
    ["of another key", { path: ["hooks"] }],
    ["with hooks in the place of verbs", { former: '{"mode":"append","verbs":["A"],"hooks":{}}, "hooks": {}' }],
    ["with text that is not verbs", { former: '"none"' }],
  ])("an undo %s is not taken over", async (_name, change) => {
    const { world, at } = await formerProject((given) => {
      const old = given as unknown as Old;
      return { ...old, spinner: { ...old.spinner, edits: old.spinner.edits.map((edit) => ({ ...edit, ...change })) } };
    });
    await using _ = world;
    const before = readFileSync(at.settings, "utf8");
    await world.run("id");
    expect(existsSync(at.old)).toBe(true);
    await world.run("doff", "--no-score");
    // What is there counts as the user's own.
    expect(readFileSync(at.settings, "utf8")).toBe(before);
  });
});

describe("a project's file that is not a regular file of a bounded shape", () => {
  const big = (world: TestDeps) => {
    const path = paths(world).old;
    writeFileSync(path, readFileSync(path, "utf8") + " ".repeat(LIMITS.formerStateBytesMax));
  };
  test.each([
    ["is larger than the bound", big],
    ["is nested too deep", (world: TestDeps) => writeFileSync(paths(world).old, "[".repeat(300_000))],
    ["holds too many values", (world: TestDeps) => writeFileSync(paths(world).old, `{"a":[${"0,".repeat(200_000)}0]}`)],
    [
      "is a link",
      (world: TestDeps) => {
        renameSync(paths(world).old, join(world.root, "outside.json"));
        symlinkSync(join(world.root, "outside.json"), paths(world).old);
      },
    ],
    [
      "lies behind a folder that is a link",
      (world: TestDeps) => {
        renameSync(join(world.project, ".claude"), join(world.root, "outside"));
        symlinkSync(join(world.root, "outside"), join(world.project, ".claude"));
      },
    ],
  ])("%s: is left alone", async (_name, prepare) => {
    const { world } = await formerProject();
    await using _ = world;
    prepare(world);
    const before = treeOf(world.root);
    expect((await world.run("id")).exit).toBe(3);
    expect(differences(before, treeOf(world.root))).toEqual([]);
  });
});

describe("the line in .git/info/exclude", () => {
  test.each([
    [
      "exclude is a link",
      (world: TestDeps) => {
        renameSync(paths(world).exclude, join(world.root, "outside"));
        symlinkSync(join(world.root, "outside"), paths(world).exclude);
      },
    ],
    [
      "info is a link",
      (world: TestDeps) => {
        renameSync(join(world.project, ".git/info"), join(world.root, "info"));
        symlinkSync(join(world.root, "info"), join(world.project, ".git/info"));
      },
    ],
    [
      ".git is a file",
      (world: TestDeps) => {
        renameSync(join(world.project, ".git"), join(world.root, "git"));
        writeFileSync(join(world.project, ".git"), `gitdir: ${join(world.root, "git")}\n`);
      },
    ],
    [
      "exclude is a pipe",
      (world: TestDeps) => {
        unlinkSync(paths(world).exclude);
        Bun.spawnSync(["mkfifo", paths(world).exclude]);
      },
    ],
    [
      "it is longer than the bound",
      (world: TestDeps) => writeFileSync(paths(world).exclude, `${PATTERN}\n${"#".repeat(70_000)}\n`),
    ],
    ["another file needs it", (world: TestDeps) => writeFileSync(`${paths(world).old}.corrupt-x`, "")],
  ])("stays where %s; the state is taken over all the same", async (_name, prepare) => {
    const { world, at } = await formerProject();
    await using _ = world;
    prepare(world);
    const before = treeOf(world.root);
    expect((await world.run("id")).exit).toBe(0);
    expect(existsSync(at.old)).toBe(false);
    const changed = differences(before, treeOf(world.root)).filter((path) =>
      /(?:^|\/)(?:\.?git|info|outside|exclude)/.test(path),
    );
    expect(changed).toEqual([]);
  });

  test("keeps bytes that are not text, and line ends", async () => {
    const { world, at } = await formerProject();
    await using _ = world;
    const others = Buffer.from([0xff, 0xfe, 0x0d, 0x0a, 0x23, 0x0a]);
    writeFileSync(at.exclude, Buffer.concat([others, Buffer.from(`${PATTERN}\r\n`), others]));
    await world.run("id");
    expect(readFileSync(at.exclude)).toEqual(Buffer.concat([others, others]));
  });
});
