import { describe, expect, test } from "bun:test";
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import type { ShownVerbs } from "../../src/host/claude/spinner.ts";
import { showSpinner } from "../../src/host/claude/spinner-file.ts";
import type { Json } from "../../src/kernel/json.ts";
import { temporaryFolder } from "../support/temp-folder.ts";

const FORGE: ShownVerbs = { mode: "append", verbs: ["Forging"] };

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
    show: (verbs: ShownVerbs | null) =>
      showSpinner(folder.path, record, verbs, async (next) => {
        record = next;
      }),
    [Symbol.dispose]: () => folder[Symbol.dispose](),
  };
}

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

  test("follows a link and leaves it a link", async () => {
    using at = project();
    const target = join(at.root, "dotfiles.json");
    writeFileSync(target, "{}");
    symlinkSync(target, at.settings);
    await at.show(FORGE);
    expect(readFileSync(target, "utf8")).toContain("Forging");
    await at.show(null);
    expect(lstatSync(at.settings).isSymbolicLink()).toBe(true);
    expect(readFileSync(target, "utf8")).toBe("{}");
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

  test("warns when a folder stands in the place of the file", async () => {
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
});
