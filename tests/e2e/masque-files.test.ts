import { expect, test } from "bun:test";
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { MASQUE_BINARY } from "../support/binary.ts";
import { writePrivateMasque } from "../support/private-masque.ts";
import { testWith } from "../support/requirement.ts";
import { mounting, smallDisk } from "../support/small-disk.ts";
import { terminal } from "../support/terminal.ts";

/** A private folder as people, shells and full disks leave it. */

/** What a hung parser must not exceed; everything here takes a fraction of a second. */
const HANG_GUARD_MS = 20_000;

test.each([
  ["007", "a name begins with a letter"],
  ["", "it is empty"],
  ["a/b", "never by a path"],
])("masque new %j says what is wrong and how to choose another name", async (name, found) => {
  using me = terminal();
  const ran = await me.masque(["new", name]);
  expect(ran.exit).toBe(2);
  expect(ran.stderr).toContain(found);
  expect(ran.stderr).toContain("hint: choose another name: masque new Cartographer");
});

test("the example of inspect --raw makes a private masque, though the shell empties the file first", async () => {
  using me = terminal();
  const file = join(me.home, ".masques/codesmith.masque.yaml");
  mkdirSync(join(me.home, ".masques"));
  const line = '"$0" inspect codesmith --raw > "$HOME/.masques/codesmith.masque.yaml"';
  const shell = Bun.spawn(["/bin/sh", "-c", line, MASQUE_BINARY], { cwd: me.project, env: me.env, stderr: "pipe" });
  expect([await shell.stderr.text(), await shell.exited]).toEqual(["", 0]);
  expect(readFileSync(file, "utf8")).toContain("name: Codesmith");
  expect(await me.masque(["don", "codesmith"])).toMatchObject({ exit: 0 });
  expect((await me.masque(["list"])).stdout).toMatch(/^Codesmith \(worn\) +\S+ +private, hides shared/m);
});

test.each(["Constructor", "toString", "valueOf", "hasOwnProperty"])(
  "a masque called %s is donned, listed, judged and doffed",
  async (name) => {
    using me = terminal();
    writePrivateMasque(me.home, { name });
    expect(await me.masque(["don", name.toLowerCase()])).toMatchObject({ exit: 0, stderr: "" });
    expect((await me.masque(["id"])).stdout).toContain(name);
    expect((await me.masque(["list"])).stdout).toMatch(new RegExp(`^${name} \\(worn\\) +1\\.0\\.0 +private`, "m"));
    expect(await me.masque(["doff", "--no-score"])).toMatchObject({ exit: 0 });
  },
);

test("a YAML file that would take the parser minutes is refused by don, list, validate and the gate", async () => {
  using me = terminal();
  mkdirSync(join(me.home, ".masques"));
  mkdirSync(join(me.project, ".claude"));
  const manyKeys = Array.from({ length: 30_000 }, (_, at) => `k${at}:`).join("\n");
  writeFileSync(join(me.home, ".masques/colons.masque.yaml"), ": ".repeat(120_000));
  writeFileSync(join(me.home, ".masques/keys.masque.yaml"), manyKeys.slice(0, 190_000));
  writeFileSync(join(me.project, ".claude/masque.config.yaml"), ": ".repeat(8_192));
  for (const args of [["don", "colons"], ["don", "keys"], ["validate"], ["list"], ["judge", "--min-quality", "7"]]) {
    const ran = await me.masque(args, {}, { msMax: HANG_GUARD_MS });
    expect(ran.stdout + ran.stderr).toMatch(/1 error|Nesting is deeper than 32 levels/);
  }
}, 120_000);

test("MASQUE_DEBUG=1 shows why a hook or the status line did nothing, and where a failure arose", async () => {
  using me = terminal();
  const debug = { MASQUE_DEBUG: "1" };
  for (const args of [
    ["hook", "prompt"],
    ["hook", "session-start"],
    ["hook", "session-end"],
  ]) {
    const ran = await me.masque(args, debug, { stdin: "not JSON" });
    expect(ran).toMatchObject({ exit: 0, stdout: "" });
    expect(ran.stderr).toContain("masque hook: nothing was done");
    expect(await me.masque(args, {}, { stdin: "not JSON" })).toEqual({ exit: 0, stdout: "", stderr: "" });
  }
  const line = await me.masque(["statusline"], debug, { stdin: "{}" });
  expect(line).toMatchObject({ exit: 0, stdout: "", stderr: expect.stringContaining("this session wears nothing") });
  const failed = await me.masque(["don", "nosuchmasque"], debug);
  expect(failed).toMatchObject({ exit: 3, stderr: expect.stringContaining("masque debug: MasqueError") });
  expect((await me.masque(["don", "nosuchmasque"])).stderr).not.toContain("masque debug");
});

testWith(mounting())(
  "masque new on a full disk leaves no file in the way of the next try",
  async () => {
    using me = terminal();
    using disk = smallDisk(join(me.root, "small"), 8192);
    const masques = join(disk.path, "masques");
    const filler = join(disk.path, "filler");
    mkdirSync(masques, { mode: 0o700 });
    writeFileSync(filler, Buffer.alloc(8192 - 4096));
    const env = { MASQUES_HOME: masques };
    Bun.spawnSync(["sh", "-c", `cat /dev/zero > '${filler}' 2>/dev/null`]);
    const full = await me.masque(["new", "Cartographer"], env);
    expect(full).toMatchObject({ exit: 1, stderr: expect.stringContaining("ENOSPC") });
    expect(readdirSync(masques)).toEqual([]);
    writeFileSync(filler, "");
    expect(await me.masque(["new", "Cartographer"], env)).toMatchObject({ exit: 0 });
    expect(existsSync(join(masques, "cartographer.masque.yaml"))).toBe(true);
  },
  60_000,
);
