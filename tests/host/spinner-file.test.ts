import { describe, expect, test } from "bun:test";
import {
  chmodSync,
  existsSync,
  linkSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { basename, dirname, join } from "node:path";
import fc from "fast-check";
import { readSpinnerRecord } from "../../src/host/claude/spinner.ts";
import { showSpinner } from "../../src/host/claude/spinner-file.ts";
import type { ShownVerbs } from "../../src/host/host.ts";
import { MasqueError } from "../../src/kernel/errors.ts";
import { digestOf } from "../../src/kernel/text/digest.ts";
import type { Json } from "../../src/kernel/text/json.ts";
import { testWith } from "../support/requirement.ts";
import { mounting, smallDisk } from "../support/small-disk.ts";
import { temporaryFolder } from "../support/temp-folder.ts";
import { differences, treeOf } from "../support/tree.ts";

const saveNothing = () => Promise.resolve();
const FORGE: ShownVerbs = { mode: "append", verbs: ["Forging"] };
const MUSE: ShownVerbs = { mode: "replace", verbs: ["Musing", "Dreaming"] };

type Project = ReturnType<typeof project>;

/** A project whose session state remembers one record. */
function project() {
  const folder = temporaryFolder();
  const claude = join(folder.path, ".claude");
  mkdirSync(claude);
  let record: Json = null;
  return {
    root: folder.path,
    settings: join(claude, "settings.local.json"),
    record: () => record,
    /** A file of the user's, outside the project's `.claude`. */
    outside: join(folder.path, "users-own.json"),
    show: (verbs: ShownVerbs | null, meanwhile?: (next: Json) => void) =>
      showSpinner(folder.path, record, verbs, async (next) => {
        record = next;
        meanwhile?.(next);
      }),
    [Symbol.dispose]: () => folder[Symbol.dispose](),
  };
}

describe("the folder of the file", () => {
  const folderOf = (at: Project) => dirname(at.settings);

  test.each<[string, (at: Project) => void, boolean]>([
    ["that masque made goes when it is empty", (at) => rmSync(folderOf(at), { recursive: true }), true],
    ["that was there stays", () => undefined, false],
  ])("%s", async (_name, prepare, isGone) => {
    using at = project();
    prepare(at);
    await at.show(FORGE);
    await at.show(MUSE);
    await at.show(null);
    expect(existsSync(folderOf(at))).toBe(!isGone);
    expect(at.record()).toBeNull();
  });

  test("that masque made stays with what someone else put there", async () => {
    using at = project();
    rmSync(folderOf(at), { recursive: true });
    await at.show(FORGE);
    writeFileSync(join(folderOf(at), "notes.md"), "mine");
    await at.show(null);
    expect(readdirSync(folderOf(at))).toEqual(["notes.md"]);
  });

  test("that masque made goes too where someone removed the file", async () => {
    using at = project();
    rmSync(folderOf(at), { recursive: true });
    await at.show(FORGE);
    rmSync(at.settings);
    await at.show(null);
    expect(existsSync(folderOf(at))).toBe(false);
  });
});

describe("showSpinner()", () => {
  test("makes the file and deletes it again", async () => {
    using at = project();
    expect(await at.show(FORGE)).toEqual([]);
    expect(JSON.parse(readFileSync(at.settings, "utf8"))).toEqual({
      spinnerVerbs: { mode: "append", verbs: ["Forging"] },
    });
    expect(await at.show(null)).toEqual([]);
    expect(existsSync(at.settings)).toBe(false);
    expect(at.record()).toBeNull();
  });

  test("keeps mode and bytes of a file that was there, mark and all", async () => {
    using at = project();
    const bytes = Buffer.from('\ufeff{\r\n\t"a": "é", // mine\r\n}');
    writeFileSync(at.settings, bytes);
    chmodSync(at.settings, 0o640);
    await at.show(FORGE);
    expect(statSync(at.settings).mode & 0o777).toBe(0o640);
    await at.show(null);
    expect(readFileSync(at.settings)).toEqual(bytes);
    expect(statSync(at.settings).mode & 0o777).toBe(0o640);
  });

  test.each([
    ["no JSON", "{"],
    ["no UTF-8", Buffer.from([0x7b, 0xff, 0x7d])],
  ])("warns and touches nothing when the file is %s", async (_name, bytes) => {
    using at = project();
    writeFileSync(at.settings, bytes);
    expect(await at.show(FORGE)).toEqual([expect.stringMatching(/the spinner is left as it is$/)]);
    expect(readFileSync(at.settings)).toEqual(Buffer.from(bytes));
    expect(at.record()).toBeNull();
  });

  test("warns when a folder is in the place of the file", async () => {
    using at = project();
    mkdirSync(at.settings);
    expect(await at.show(FORGE)).toEqual([expect.stringMatching(/the spinner is left as it is$/)]);
  });

  test("keeps its record while the file is broken, and restores once it is mended", async () => {
    using at = project();
    writeFileSync(at.settings, '{"a":1}');
    await at.show(FORGE);
    const good = readFileSync(at.settings);
    writeFileSync(at.settings, "{ broken");
    expect(await at.show(null)).toHaveLength(1);
    writeFileSync(at.settings, good);
    expect(await at.show(null)).toEqual([]);
    expect(readFileSync(at.settings, "utf8")).toBe('{"a":1}');
  });

  test("writes nothing when what is asked is shown already", async () => {
    using at = project();
    await at.show(FORGE);
    const before = statSync(at.settings, { bigint: true });
    await at.show(FORGE);
    expect(statSync(at.settings, { bigint: true }).ino).toBe(before.ino);
  });

  test.each<[string, (at: Project) => void]>([
    ["the file is a link", linkOutside],
    ["the file is a link to a file of the project", linkInside],
    ["the file is a link to nothing", (at) => symlinkSync(join(at.root, "nothing"), at.settings)],
    ["the folder is a link", linkFolder],
  ])("follows no link where %s", async (_name, prepare) => {
    using at = project();
    prepare(at);
    const before = treeOf(at.root);
    expect(await at.show(FORGE)).toEqual([expect.stringContaining("is a link, and masque follows none in a project")]);
    expect(differences(before, treeOf(at.root))).toEqual([]);
    expect(at.record()).toBeNull();
  });

  test("restores nothing through a link that has taken the file's place", async () => {
    using at = project();
    writeFileSync(at.settings, "{}");
    await at.show(FORGE);
    renameSync(at.settings, at.outside);
    symlinkSync(at.outside, at.settings);
    const before = readFileSync(at.outside, "utf8");
    expect(await at.show(null)).toEqual([expect.stringContaining("is a link")]);
    expect(readFileSync(at.outside, "utf8")).toBe(before);
  });

  test("writes nothing through a folder that becomes a link meanwhile, not even for a moment", async () => {
    using at = project();
    const elsewhere = join(at.root, "elsewhere");
    mkdirSync(elsewhere);
    const before = statSync(elsewhere, { bigint: true }).mtimeNs;
    const warnings = await at.show(FORGE, () => {
      renameSync(join(at.root, ".claude"), join(at.root, "moved"));
      symlinkSync(elsewhere, join(at.root, ".claude"));
    });
    expect(warnings).toEqual([expect.stringContaining("is a link")]);
    expect(statSync(elsewhere, { bigint: true }).mtimeNs).toBe(before);
  });

  test("leaves the other name of a file that has two", async () => {
    using at = project();
    writeFileSync(at.outside, '{"a": 1}');
    linkSync(at.outside, at.settings);
    await at.show(FORGE);
    expect(readFileSync(at.outside, "utf8")).toBe('{"a": 1}');
    await at.show(null);
    expect(readFileSync(at.settings, "utf8")).toBe('{"a": 1}');
  });

  test("works in a project whose own path goes through a link", async () => {
    using at = project();
    const link = join(at.root, "..", `${basename(at.root)}-link`);
    symlinkSync(at.root, link);
    try {
      expect(await showSpinner(link, null, FORGE, saveNothing)).toEqual([]);
      expect(readFileSync(at.settings, "utf8")).toContain("Forging");
    } finally {
      rmSync(link);
    }
  });

  test("opens no pipe", async () => {
    using at = project();
    expect(Bun.spawnSync(["mkfifo", at.settings]).exitCode).toBe(0);
    expect(await at.show(FORGE)).toEqual([expect.stringContaining("it is not a regular file")]);
    expect(lstatSync(at.settings).isFIFO()).toBe(true);
  });

  test("keeps what another program writes meanwhile", async () => {
    using at = project();
    writeFileSync(at.settings, '{"a": 1}');
    let writes = 0;
    const warnings = await at.show(FORGE, () => {
      if (writes++ === 0) writeFileSync(at.settings, '{"a": 1, "theirs": true}');
    });
    expect(warnings).toEqual([]);
    expect(JSON.parse(readFileSync(at.settings, "utf8"))).toMatchObject({ theirs: true, spinnerVerbs: FORGE });
    await at.show(null);
    expect(readFileSync(at.settings, "utf8")).toBe('{"a": 1, "theirs": true}');
  });

  test.each<[string, (path: string, count: number) => void]>([
    ["is written over", (path, count) => writeFileSync(path, JSON.stringify({ count }))],
    ["is replaced", (path, count) => replace(path, JSON.stringify({ count }))],
    ["is touched", (path, count) => utimesSync(path, count, count)],
    ["is replaced by the same bytes", (path) => replace(path, readFileSync(path, "utf8"))],
  ])("gives up after three times on a file that %s again and again", async (_name, disturb) => {
    using at = project();
    writeFileSync(at.settings, "{}");
    let disturbed = 0;
    const warnings = await at.show(FORGE, (next) => {
      if (next !== null) disturb(at.settings, ++disturbed);
    });
    expect(warnings).toEqual([
      expect.stringContaining("another program keeps changing it; the spinner is left as it is"),
    ]);
    expect(disturbed).toBe(3);
    expect(readFileSync(at.settings, "utf8")).not.toContain("Forging");
    expect(at.record()).toBeNull();
    expect(readdirSync(join(at.root, ".claude"))).toEqual(["settings.local.json"]);
  });

  test("leaves a file that another program makes in the same moment", async () => {
    using at = project();
    let made = 0;
    await at.show(FORGE, () => {
      if (made++ === 0) writeFileSync(at.settings, '{"theirs": true}');
    });
    expect(JSON.parse(readFileSync(at.settings, "utf8"))).toMatchObject({ theirs: true, spinnerVerbs: FORGE });
  });

  test("deletes no file that has something in it by now", async () => {
    using at = project();
    await at.show(FORGE);
    const ours = readFileSync(at.settings, "utf8");
    writeFileSync(at.settings, `${ours.trimEnd().slice(0, -1).trimEnd()},\n  "theirs": true\n}\n`);
    await at.show(null);
    expect(JSON.parse(readFileSync(at.settings, "utf8"))).toEqual({ theirs: true });
  });

  test("undoes an edit only where the key still says what masque wrote", async () => {
    using here = project();
    using there = project();
    writeFileSync(there.settings, '{"spinnerVerbs": {"mode": "replace", "verbs": ["Theirs"]}}');
    await here.show(FORGE);
    const before = readFileSync(there.settings, "utf8");
    // Two containers that share a data folder call different projects by the same path.
    expect(await showSpinner(there.root, here.record(), null, saveNothing)).toEqual([]);
    expect(readFileSync(there.settings, "utf8")).toBe(before);
  });

  test("clears the temporary that a killed process left", async () => {
    using at = project();
    const left = join(at.root, ".claude", ".settings.local.json.4711.0123abcd.tmp");
    const theirs = join(at.root, ".claude", ".settings.local.json.backup.tmp");
    writeFileSync(left, "{");
    writeFileSync(theirs, "mine");
    await at.show(FORGE);
    expect(existsSync(left)).toBe(false);
    expect(existsSync(theirs)).toBe(true);
  });

  test("says what keeps it from writing, and leaves the file", async () => {
    using at = project();
    writeFileSync(at.settings, "{}");
    const full = await showSpinner(at.root, null, FORGE, async () => {
      throw new MasqueError("file.unwritable", "Cannot write the record: ENOSPC");
    });
    expect(full).toEqual(["Cannot write the record: ENOSPC; the spinner is left as it is"]);
    expect(readFileSync(at.settings, "utf8")).toBe("{}");
  });

  testWith(mounting())(
    "leaves the file as it was on a full disk, with a warning, and restores it there once there is room",
    async () => {
      using folder = temporaryFolder();
      using disk = smallDisk(join(folder.path, ".claude"), 64 * 1024);
      const settings = join(disk.path, "settings.local.json");
      writeFileSync(settings, '{"a": 1}');
      let record: Json = null;
      const save = async (next: Json) => {
        record = next;
      };
      expect(await showSpinner(folder.path, record, FORGE, save)).toEqual([]);
      const shown = readFileSync(settings, "utf8");
      const filler = join(disk.path, "filler");
      expect(() => writeFileSync(filler, Buffer.alloc(1 << 20))).toThrow("ENOSPC");
      for (const verbs of [MUSE, null]) {
        expect(await showSpinner(folder.path, record, verbs, save)).toEqual([expect.stringContaining("ENOSPC")]);
        expect(readFileSync(settings, "utf8")).toBe(shown);
      }
      rmSync(filler);
      expect(await showSpinner(folder.path, record, null, save)).toEqual([]);
      expect(readFileSync(settings, "utf8")).toBe('{"a": 1}');
      expect(readdirSync(disk.path)).toEqual(["settings.local.json"]);
    },
    10_000,
  );

  test("makes no project that is gone", async () => {
    using at = project();
    const gone = join(at.root, "gone");
    expect(await showSpinner(gone, at.record(), null, saveNothing)).toEqual([]);
    expect(existsSync(gone)).toBe(false);
  });
});

const FORGED_HOOKS = { SessionStart: [{ hooks: [{ type: "command", command: "evil" }] }] };
const OURS = { mode: "append", verbs: ["Forging"] };
const EDIT = { path: ["spinnerVerbs"], isElement: false, value: OURS, former: null, madeFrom: 0 };

describe("readSpinnerRecord()", () => {
  test("reads what the first version wrote", () => {
    const first = { edits: [{ ...EDIT, removed: "", inserted: "x", valueAt: 1 }], madeFile: true };
    expect(readSpinnerRecord(first)).toEqual({ sets: [{ edits: [EDIT], exact: null }], madeFile: true });
  });

  test.each<[string, Json]>([
    ["the whole file", { edits: [{ ...EDIT, path: [], value: {}, former: '{"hooks":{}}' }], madeFile: false }],
    ["another key", { edits: [{ ...EDIT, path: ["hooks"] }], madeFile: false }],
    ["a key below the key", { edits: [{ ...EDIT, path: ["spinnerVerbs", "verbs"] }], madeFile: false }],
    ["an element", { edits: [{ ...EDIT, isElement: true }], madeFile: false }],
    ["a value that is not verbs", { edits: [{ ...EDIT, value: FORGED_HOOKS }], madeFile: false }],
    [
      "a former value that is not verbs",
      { edits: [{ ...EDIT, former: JSON.stringify(FORGED_HOOKS) }], madeFile: false },
    ],
    [
      "a former value with a key behind it",
      { edits: [{ ...EDIT, former: `${JSON.stringify(OURS)},"hooks":{}` }], madeFile: false },
    ],
    [
      "a former value with a comment behind it",
      { edits: [{ ...EDIT, former: `${JSON.stringify(OURS)} //` }], madeFile: false },
    ],
    ["two edits at once", { sets: [{ edits: [EDIT, { ...EDIT, path: ["hooks"] }], exact: null }], madeFile: false }],
    ["no edit", { sets: [{ edits: [], exact: null }], madeFile: false }],
    ["more sets than were ever written", { sets: Array(50).fill({ edits: [EDIT], exact: null }), madeFile: false }],
    ["a negative place", { sets: [{ edits: [{ ...EDIT, madeFrom: -1 }], exact: null }], madeFile: false }],
    ["bytes without a digest", { sets: [{ edits: [EDIT], exact: { splices: [] } }], madeFile: false }],
    ["nothing", null],
    ["a list", []],
  ])("means nothing where a record speaks of %s", (_name, json) => {
    expect(readSpinnerRecord(json)).toBeNull();
  });

  test("never changes another key, whatever a record says", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.record({
          offset: fc.nat(60),
          length: fc.nat(60),
          instead: fc.constantFrom("", "{}", '{"hooks": 1}', ',"hooks":1'),
        }),
        fc.boolean(),
        async (splice, madeFile) => {
          using at = project();
          writeFileSync(at.settings, '{"a": 1, "b": 2}');
          await at.show(FORGE);
          const text = readFileSync(at.settings, "utf8");
          const exact = { digest: digestOf(text), splices: [splice] };
          await showSpinner(at.root, { sets: [{ edits: [EDIT], exact }], madeFile }, null, saveNothing);
          expect(JSON.parse(readFileSync(at.settings, "utf8"))).toEqual({ a: 1, b: 2 });
        },
      ),
      { numRuns: 200 },
    );
  });
});

function linkOutside(at: Project): void {
  writeFileSync(at.outside, '{"a": 1}');
  symlinkSync(at.outside, at.settings);
}

function linkInside(at: Project): void {
  writeFileSync(join(at.root, "shared.json"), "{}");
  symlinkSync("../shared.json", at.settings);
}

function linkFolder(at: Project): void {
  const folder = join(at.root, "elsewhere");
  mkdirSync(folder);
  writeFileSync(join(folder, "settings.local.json"), "{}");
  rmSync(join(at.root, ".claude"), { recursive: true });
  symlinkSync(folder, join(at.root, ".claude"));
}

function replace(path: string, text: string): void {
  writeFileSync(`${path}.new`, text);
  renameSync(`${path}.new`, path);
}
