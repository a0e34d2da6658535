import { describe, expect, test } from "bun:test";
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { MASQUE_BINARY } from "../support/binary.ts";
import { writePrivateMasque } from "../support/private-masque.ts";
import { finish, succeeded } from "../support/process.ts";
import { openPty } from "../support/pty.ts";
import { testWith } from "../support/requirement.ts";
import { mounting, smallDisk } from "../support/small-disk.ts";
import { strace } from "../support/strace.ts";
import { type Terminal, terminal } from "../support/terminal.ts";
import { differences, treeOf } from "../support/tree.ts";

/** Setup that dies, meets a full disk or is overtaken by another program: `--undo` takes out exactly what was put in. */

const CEILING_MS = 300_000;
const AGENT = { CLAUDE_CODE_SESSION_ID: "5e771465-0000-4000-8000-000000000003" };
const OWN = '{\n  "model": "opus", // mine\n  "env": { "A": "1" }\n}\n';
const SETUP = ["setup", "claude", "--yes"] as const;
const UNDO = ["setup", "claude", "--undo", "--yes"] as const;
/** Every call that changes what a folder holds; a process that dies in one has not made it. */
const CHANGES = "link,linkat,rename,renameat,renameat2,unlink,unlinkat,rmdir,mkdir,mkdirat";

describe("a setup that is killed", () => {
  testWith(strace())(
    "before any of its changes is taken out by --undo, or completed by another setup",
    async () => {
      for (let at = 1; ; at++) {
        using me = settled();
        const before = treeOf(join(me.home, ".claude"));
        if (!(await diesAt(me, SETUP, at))) {
          expect(at).toBeGreaterThan(20);
          return;
        }
        if (at % 2 === 0) succeeded(await me.masque(SETUP));
        succeeded(await me.masque(UNDO));
        const left = differences(before, treeOf(join(me.home, ".claude")));
        expect({ at, left, files: filesIn(join(me.home, ".local")) }).toEqual({ at, left: [], files: [] });
      }
    },
    CEILING_MS,
  );

  testWith(strace())(
    "while it is undone, before any change, is undone by the next --undo",
    async () => {
      for (let at = 1; ; at++) {
        using me = settled();
        const before = treeOf(join(me.home, ".claude"));
        succeeded(await me.masque(SETUP));
        const isOver = !(await diesAt(me, UNDO, at));
        succeeded(await me.masque(UNDO));
        const left = differences(before, treeOf(join(me.home, ".claude")));
        expect({ at, left, files: filesIn(join(me.home, ".local")) }).toEqual({ at, left: [], files: [] });
        if (isOver) return expect(at).toBeGreaterThan(10);
      }
    },
    CEILING_MS,
  );
});

describe("a don that is killed", () => {
  testWith(strace())(
    "before any of its changes leaves settings that the next doff gives back",
    async () => {
      for (let at = 1; ; at++) {
        using me = settled();
        writePrivateMasque(me.home, {
          name: "Lamplighter",
          more: 'spinnerVerbs:\n  mode: append\n  verbs: ["Lighting"]\n',
        });
        const local = join(me.project, ".claude/settings.local.json");
        write(local, OWN);
        const isOver = !(await diesAt(me, ["don", "lamplighter"], at));
        succeeded(await me.masque(["don", "codesmith"], AGENT));
        succeeded(await me.masque(["doff"], AGENT));
        expect({ at, text: readFileSync(local, "utf8") }).toEqual({ at, text: OWN });
        expect(readdirSync(dirname(local)).filter((name) => name.endsWith(".tmp"))).toEqual([]);
        if (isOver) return expect(at).toBeGreaterThan(3);
      }
    },
    CEILING_MS,
  );
});

describe("a full disk", () => {
  testWith(mounting())(
    "under Claude Code's files changes nothing, and setup works once there is room",
    async () => {
      using me = terminal();
      using disk = smallDisk(join(me.home, ".claude"), 64 * 1024);
      write(join(disk.path, "settings.json"), OWN);
      fill(join(disk.path, "filler"));
      const before = treeOf(disk.path);
      expect(await me.masque(SETUP)).toMatchObject({ exit: 1, stderr: expect.stringContaining("ENOSPC") });
      expect(differences(before, treeOf(disk.path))).toEqual([]);
      rmSync(join(disk.path, "filler"));
      succeeded(await me.masque(SETUP));
      succeeded(await me.masque(UNDO));
      expect(readFileSync(join(disk.path, "settings.json"), "utf8")).toBe(OWN);
    },
    CEILING_MS,
  );

  testWith(mounting())(
    "under the journal changes none of Claude Code's files",
    async () => {
      using me = settled();
      using disk = smallDisk(join(me.home, ".local/share/masque"), 64 * 1024);
      const before = treeOf(join(me.home, ".claude"));
      fill(join(disk.path, "filler"));
      expect(await me.masque(SETUP)).toMatchObject({ exit: 1, stderr: expect.stringMatching(/disk is full|ENOSPC/) });
      expect(differences(before, treeOf(join(me.home, ".claude")))).toEqual([]);
    },
    CEILING_MS,
  );
});

describe("a file that changes between showing and writing", () => {
  test.each([
    ["the settings", ".claude/settings.json"],
    ["a command", ".claude/commands/doff.md"],
  ])(
    "is refused by name where it is %s, and nothing of the others stays",
    async (_title, path) => {
      using me = settled();
      await using shown = openPty([MASQUE_BINARY, "setup", "claude"], {
        cwd: me.project,
        env: me.env,
        columns: 200,
        rows: 50,
      });
      await shown.until("Apply these changes?");
      write(join(me.home, path), '{"theirs": true}');
      const before = treeOf(join(me.home, ".claude"));
      shown.type("y\r");
      await shown.until(`${path}": it has changed since the changes were shown`);
      expect(await shown.exited).toBe(1);
      expect(differences(before, treeOf(join(me.home, ".claude")))).toEqual([]);
      succeeded(await me.masque(UNDO));
      expect(differences(before, treeOf(join(me.home, ".claude")))).toEqual([]);
    },
    CEILING_MS,
  );
});

test(
  "--undo leaves a command alone that has become a link, and what the link leads to",
  async () => {
    using me = settled();
    succeeded(await me.masque(SETUP));
    const command = join(me.home, ".claude/commands/don.md");
    const target = join(me.home, "dotfiles/don.md");
    mkdirSync(dirname(target));
    renameSync(command, target);
    symlinkSync(target, command);
    const text = readFileSync(target, "utf8");
    expect(succeeded(await me.masque(UNDO)).stdout).toContain(`"${command}"`);
    expect(readFileSync(target, "utf8")).toBe(text);
    expect(existsSync(command)).toBe(true);
  },
  CEILING_MS,
);

test(
  "--undo leaves nothing in the data folder either",
  async () => {
    using me = terminal();
    const before = treeOf(me.home);
    succeeded(await me.masque(SETUP));
    succeeded(await me.masque(UNDO));
    expect(differences(before, treeOf(me.home)).filter((path) => !path.startsWith(".bun"))).toEqual([]);
  },
  CEILING_MS,
);

/** Runs a command that is killed as it begins its change number `at`; `false` when it made fewer. */
async function diesAt(me: Terminal, args: readonly string[], at: number): Promise<boolean> {
  const fault = ["-e", `trace=${CHANGES}`, "-e", `inject=${CHANGES}:signal=SIGKILL:when=${at}`];
  const command = ["strace", "-f", "-o", "/dev/null", ...fault, MASQUE_BINARY, ...args];
  const { exit } = await finish(command, { cwd: me.project, env: { ...me.env, ...AGENT } });
  return exit !== 0;
}

/** What is left in masque's own data: a process that died may leave empty folders and a lock, and nothing more. */
function filesIn(folder: string): string[] {
  const entries = existsSync(folder) ? [...treeOf(folder)] : [];
  const files = entries.filter(([path, kind]) => !kind.startsWith("folder") && !/setup\.lock(-journal)?$/.test(path));
  return files.map(([path]) => path);
}

function settled(): Terminal {
  const me = terminal();
  write(join(me.home, ".claude/settings.json"), OWN);
  return me;
}

function fill(path: string): void {
  try {
    writeFileSync(path, Buffer.alloc(1 << 20));
  } catch (error) {
    expect(error).toMatchObject({ code: "ENOSPC" });
  }
}

function write(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}
