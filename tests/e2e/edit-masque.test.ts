import { describe, expect, test } from "bun:test";
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { MASQUE_BINARY } from "../support/binary.ts";
import { writePrivateMasque } from "../support/private-masque.ts";
import { openPty } from "../support/pty.ts";
import { testWith } from "../support/requirement.ts";
import { mounting, smallDisk } from "../support/small-disk.ts";
import { type Terminal, terminal } from "../support/terminal.ts";
import { openTmux, TMUX } from "../support/tmux.ts";

/** `masque edit`, with editors that are small shell scripts. */

const CEILING_MS = 60_000;
const SESSION = "bcd06328-9d01-4e42-bf7a-4c6a8ede615a";

/** Writes an editor, which gets the file as its last argument, and answers its path. */
function editor(me: Terminal, script: string): string {
  const path = join(me.root, "my editor");
  writeFileSync(path, `#!/bin/sh\nfor file do :; done\n${script}\n`);
  chmodSync(path, 0o755);
  return path;
}

/** A path as a person writes it into `EDITOR`. */
const quoted = (path: string) => `'${path}'`;

const fileOf = (me: Terminal, slug: string) => join(me.home, ".masques", `${slug}.masque.yaml`);

const mine = (me: Terminal): string => writePrivateMasque(me.home, { name: "Mine" });

describe("masque edit", () => {
  test("opens the file, keeps what was saved, and says that it is valid", async () => {
    using me = terminal();
    const path = mine(me);
    const EDITOR = quoted(editor(me, `sed -i 's/twice/once/' "$file"`));
    expect(await me.masque(["edit", "mine"], { EDITOR })).toEqual({
      exit: 0,
      stdout: `${path}\n`,
      stderr: "Saved. Wear it with: masque don mine\n",
    });
    expect(readFileSync(path, "utf8")).toContain("Look once.");
  });

  test("shows what is wrong with its place, and keeps the file", async () => {
    using me = terminal();
    const path = mine(me);
    const EDITOR = quoted(editor(me, `sed -i 's/^lens/lense/' "$file"`));
    const ended = await me.masque(["edit", "mine"], { EDITOR });
    expect(ended).toMatchObject({ exit: 2, stdout: `${path}\n` });
    expect(ended.stderr).toMatch(/error: "lens" is missing\n> 1 \| /);
    expect(ended.stderr).toEndWith("The file is kept as you saved it. Correct it with: masque edit mine\n");
    const again = await me.masque(["edit", "mine", "--json"], { EDITOR: "sed -i s/^lense/lens/" });
    expect(JSON.parse(again.stdout)).toEqual({
      name: "mine",
      path,
      forked_from: null,
      changed: true,
      valid: true,
      problems: [],
    });
  });

  test.each([
    ["VISUAL comes before EDITOR", { VISUAL: "visual", EDITOR: "false" }],
    ["a blank VISUAL does not count", { VISUAL: " ", EDITOR: "visual" }],
    [
      "VISUAL does not count on a terminal that cannot move its cursor",
      { VISUAL: "false", EDITOR: "visual", TERM: "dumb" },
    ],
  ])("%s", async (_what, env) => {
    using me = terminal();
    mine(me);
    const visual = quoted(editor(me, 'echo "# seen" >>"$file"'));
    const named = Object.fromEntries(
      Object.entries(env).map(([key, value]) => [key, value === "visual" ? visual : value]),
    );
    expect(await me.masque(["edit", "mine"], named)).toMatchObject({ exit: 0 });
    expect(readFileSync(fileOf(me, "mine"), "utf8")).toEndWith("# seen\n");
  });

  test("copies a shared masque first, and removes a copy that was not changed", async () => {
    using me = terminal();
    const unchanged = await me.masque(["edit", "codesmith"], { EDITOR: "true" });
    expect(unchanged).toMatchObject({ exit: 0, stdout: "" });
    expect(unchanged.stderr).toMatch(
      /^Copied from Codesmith [\s\S]*hides the shared masque[\s\S]*the copy is removed again\.\n$/,
    );
    expect(readdirSync(join(me.home, ".masques"))).toEqual([]);
    const changed = await me.masque(["edit", "codesmith"], { EDITOR: `sed -i '/^version:/c version: "99.0.0"'` });
    expect(changed).toMatchObject({ exit: 0, stdout: `${fileOf(me, "codesmith")}\n` });
    expect((await me.masque(["inspect", "codesmith"])).stdout).toStartWith("Codesmith 99.0.0");
  });

  test.each([
    ["ends with a status", "false", 'the editor "false" ended with status 1'],
    ["is not there", "no-such-editor", 'the editor "no-such-editor" ended with status 127'],
  ])("an editor that %s is a failure, and no copy is left", async (_what, EDITOR, message) => {
    using me = terminal();
    const ended = await me.masque(["edit", "codesmith"], { EDITOR });
    expect(ended).toMatchObject({ exit: 1, stdout: "" });
    expect(ended.stderr).toContain(message);
    expect(readdirSync(join(me.home, ".masques"))).toEqual([]);
  });

  test("a file that is gone afterwards is reported", async () => {
    using me = terminal();
    mine(me);
    const ended = await me.masque(["edit", "mine"], { EDITOR: "rm" });
    expect(ended).toMatchObject({ exit: 3, stdout: "" });
    expect(ended.stderr).toContain("the file does not exist any more");
  });

  test("without an editor says how to name one", async () => {
    using me = terminal();
    mine(me);
    const ended = await me.masque(["edit", "mine"]);
    expect(ended).toMatchObject({
      exit: 1,
      stdout: "",
      stderr: expect.stringContaining("try: EDITOR=vi masque edit mine"),
    });
  });

  test("inside an agent session starts no editor and copies nothing", async () => {
    using me = terminal();
    const EDITOR = quoted(editor(me, `touch "${join(me.root, "ran")}"`));
    const ended = await me.masque(["edit", "codesmith"], { EDITOR, CLAUDE_CODE_SESSION_ID: SESSION });
    expect(ended).toMatchObject({ exit: 1, stdout: "", stderr: expect.stringContaining("inside an agent session") });
    expect([existsSync(join(me.root, "ran")), existsSync(fileOf(me, "codesmith"))]).toEqual([false, false]);
  });

  test.each(["../mine", "mine;touch x", "$(touch x)", "-mine", "mine.masque.yaml"])(
    "refuses the name %j, and starts no editor",
    async (name) => {
      using me = terminal();
      mine(me);
      const EDITOR = quoted(editor(me, 'touch "$HOME/opened"'));
      expect(await me.masque(["edit", "--", name], { EDITOR })).toMatchObject({ exit: 2, stdout: "" });
      expect(existsSync(join(me.home, "opened"))).toBe(false);
      expect(readdirSync(me.project)).toEqual([".git"]);
    },
  );

  test("a folder's name is never shell", async () => {
    using me = terminal();
    const folder = join(me.root, "a $(touch x) `touch y`; 'b\" c");
    mkdirSync(folder, { mode: 0o700 });
    const path = join(folder, "mine.masque.yaml");
    writeFileSync(path, 'name: Mine\nversion: "1.0.0"\nlens: x\n');
    const EDITOR = quoted(editor(me, 'echo "# seen" >>"$file"'));
    expect(await me.masque(["edit", "mine"], { EDITOR, MASQUES_HOME: folder })).toMatchObject({ exit: 0 });
    expect(readFileSync(path, "utf8")).toEndWith("# seen\n");
    expect(readdirSync(me.project)).toEqual([".git"]);
  });

  test(
    "on a terminal offers to open the file again, until it is valid",
    async () => {
      using me = terminal();
      const path = mine(me);
      const EDITOR = quoted(
        editor(
          me,
          `grep -q '^lens:' "$file" && sed -i 's/^lens/lense/' "$file" || sed -i 's/^lense/lens/; s/twice/once/' "$file"`,
        ),
      );
      const at = { cwd: me.project, env: { ...me.env, EDITOR }, columns: 100, rows: 30 };
      await using person = openPty([MASQUE_BINARY, "edit", "mine"], at);
      await person.until("Open the file again?");
      expect(person.output()).toContain('"lens" is missing');
      person.type("y");
      await person.until("Saved.");
      expect(await person.exited).toBe(0);
      expect(readFileSync(path, "utf8")).toMatch(/^lens:/m);
    },
    CEILING_MS,
  );

  test.each([
    ["n", "n"],
    ["Esc", "\u001b"],
    ["Ctrl-C", "\u0003"],
  ])(
    "%s keeps the file as it was saved",
    async (_key, keys) => {
      using me = terminal();
      const path = mine(me);
      const env = { ...me.env, EDITOR: "sed -i s/^lens/lense/" };
      await using person = openPty([MASQUE_BINARY, "edit", "mine"], { cwd: me.project, env, columns: 100, rows: 30 });
      await person.until("Open the file again?");
      person.type(keys);
      expect(await person.exited).toBe(2);
      expect(readFileSync(path, "utf8")).toMatch(/^lense:/m);
    },
    CEILING_MS,
  );

  testWith(TMUX)(
    "Ctrl-C belongs to the editor while it runs",
    async () => {
      using me = terminal();
      mine(me);
      const script = `trap 'echo "# interrupted" >>"$file"; exit 0' INT; echo waiting; while :; do sleep 0.1; done`;
      const env = { ...me.env, EDITOR: quoted(editor(me, script)) };
      await using tmux = await openTmux({ folder: me.project, env, columns: 100, rows: 30 });
      await tmux.press(`clear; ${MASQUE_BINARY} edit mine`, "Enter");
      await tmux.until("waiting");
      await tmux.press("C-c");
      await tmux.until("Saved.");
      expect(readFileSync(fileOf(me, "mine"), "utf8")).toEndWith("# interrupted\n");
    },
    CEILING_MS,
  );

  testWith(mounting())(
    "a full disk leaves no copy of a shared masque",
    async () => {
      using me = terminal();
      using disk = smallDisk(join(me.root, "disk"), 16_384);
      writeFileSync(join(disk.path, "full"), "");
      Bun.spawnSync(["sh", "-c", `cat /dev/zero >"${join(disk.path, "full")}"`]);
      const ended = await me.masque(["edit", "codesmith"], { EDITOR: "true", MASQUES_HOME: disk.path });
      expect(ended).toMatchObject({ exit: 1, stdout: "", stderr: expect.stringContaining("ENOSPC") });
      expect(readdirSync(disk.path)).toEqual(["full"]);
    },
    CEILING_MS,
  );
});
