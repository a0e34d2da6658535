import { expect, test } from "bun:test";
import { mkdirSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { MASQUE_BINARY, requireFreshBinary, runMasque } from "../support/binary.ts";
import { openPty } from "../support/pty.ts";
import { temporaryFolder } from "../support/temp-folder.ts";

/** The catalog of the compiled program, on a terminal. */

const MS_MAX = 60_000;
const LEAVES_SCREEN = "\u001b[?1049l";
const SHOWS_CURSOR = "\u001b[?25h";

function person() {
  requireFreshBinary();
  const folder = temporaryFolder();
  mkdirSync(join(folder.path, ".git"));
  const env = { HOME: folder.path, PATH: "/usr/bin:/bin", TERM: "xterm-256color", LANG: "C.UTF-8" };
  return {
    folder: folder.path,
    env,
    tui: (more: Readonly<Record<string, string>> = {}) =>
      openPty([MASQUE_BINARY, "tui"], { cwd: folder.path, env: { ...env, ...more }, columns: 80, rows: 24 }),
    [Symbol.dispose]: () => folder[Symbol.dispose](),
  };
}

test.each([
  ["q", "q"],
  ["Esc", "\u001b"],
  ["Ctrl-C", "\u0003"],
])(
  "masque tui shows the catalog, and %s puts the terminal back",
  async (_name, key) => {
    using me = person();
    await using screen = me.tui();
    const modes = screen.modes();
    await screen.until("▸ ");
    await screen.until("Codesmith");
    expect(screen.modes()).not.toBe(modes);
    screen.type(key);
    expect(await screen.exited).toBe(0);
    expect(screen.modes()).toBe(modes);
    expect(screen.output()).toContain(LEAVES_SCREEN);
    expect(screen.output().lastIndexOf(SHOWS_CURSOR)).toBeGreaterThan(screen.output().indexOf("▸ "));
  },
  MS_MAX,
);

test(
  "masque tui puts the terminal back when it is asked to end",
  async () => {
    using me = person();
    await using screen = me.tui();
    const modes = screen.modes();
    await screen.until("▸ ");
    screen.signal("SIGTERM");
    expect(await screen.exited).toBe(0);
    expect(screen.modes()).toBe(modes);
    expect(screen.output()).toContain(LEAVES_SCREEN);
  },
  MS_MAX,
);

test(
  "masque tui sends no colour where NO_COLOR is set",
  async () => {
    using me = person();
    await using screen = me.tui({ NO_COLOR: "1" });
    await screen.until("Lens");
    screen.type("q");
    await screen.exited;
    // The tagline is what has a colour; blank cells name the library's own, which is invisible.
    expect(screen.output()).not.toContain("\u001b[38;5;6m");
  },
  MS_MAX,
);

test(
  "masque tui needs a terminal, and says what does without",
  async () => {
    using me = person();
    const { exit, stdout, stderr } = await runMasque(["tui"], { cwd: me.folder, env: me.env });
    expect({ exit, stdout, stderr }).toEqual({
      exit: 2,
      stdout: "",
      stderr: "masque: Cannot open the full screen: standard input and output must be a terminal\n  try: masque list\n",
    });
  },
  MS_MAX,
);

test.skipIf(process.platform !== "linux")(
  "only masque tui opens OpenTUI's library, and only from the cache",
  async () => {
    using me = person();
    // The dynamic loader's own account of what it opens; on musl there is none, and the positive half fails.
    const log = (name: string) => ({ LD_DEBUG: "files", LD_DEBUG_OUTPUT: join(me.folder, name) });
    for (const args of [["id"], ["don", "codesmith"], ["list"]]) {
      await runMasque(args, { cwd: me.folder, env: { ...me.env, ...log("other") } });
    }
    await using screen = me.tui(log("tui"));
    await screen.until("▸ ");
    screen.type("q");
    await screen.exited;
    const opened = (name: string) =>
      readdirSync(me.folder)
        .filter((file) => file.startsWith(`${name}.`))
        .flatMap((file) => readFileSync(join(me.folder, file), "utf8").match(/\S*lib(opentui|duckdb)\.so/g) ?? []);
    expect(opened("other")).toEqual([]);
    expect(opened("tui")).not.toEqual([]);
    const elsewhere = opened("tui").filter((path) => !path.includes(join(me.folder, ".cache/masque/lib")));
    expect(elsewhere).toEqual([]);
  },
  MS_MAX,
);
