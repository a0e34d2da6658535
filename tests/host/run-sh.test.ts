import { describe, expect, test } from "bun:test";
import { chmodSync, existsSync, mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { temporaryFolder } from "../support/temp-folder.ts";

const RUN = join(import.meta.dir, "../../commands/run.sh");
const SHELLS = ["sh", "dash", "bash", "busybox"].flatMap((name) => Bun.which(name) ?? []);

/** A stand-in that shows what it was called with, and fails when told to. */
const SHOWS = `#!/bin/sh
for word in "$@"; do printf '[%s]' "$word"; done
printf '\\n'
for last in "$@"; do :; done
[ "$last" = - ] && cat
echo "a remark" >&2
case " $* " in *" fail "*) echo "masque: Cannot do that" >&2; exit 3;; esac
`;

type Called = { status: number; stdout: string; stderr: string };

/** A folder with a home and a `bin` on the PATH, and a way to call `run.sh` in it. */
function place() {
  const folder = temporaryFolder();
  const bin = join(folder.path, "bin");
  mkdirSync(bin);
  return {
    root: folder.path,
    install(path: string, text = SHOWS) {
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, text);
      chmodSync(path, 0o755);
    },
    call(shell: string, args: readonly string[], stdin = "", env: Record<string, string> = {}): Called {
      const applet = shell.endsWith("busybox") ? [shell, "sh"] : [shell];
      const done = Bun.spawnSync([...applet, RUN, ...args], {
        cwd: folder.path,
        env: { HOME: join(folder.path, "home"), PATH: `${bin}:/usr/bin:/bin`, ...env },
        stdin: Buffer.from(stdin),
      });
      return { status: done.exitCode, stdout: done.stdout.toString(), stderr: done.stderr.toString() };
    },
    bin,
    [Symbol.dispose]: () => folder[Symbol.dispose](),
  };
}

describe.each(SHELLS)("run.sh in %s", (shell) => {
  test("hands standard input on as it stands behind a dash", () => {
    using at = place();
    at.install(join(at.bin, "masque"));
    const words = 'smith it\'s "a" $(touch x) `touch x` * & ; \\n\n  lines\n';
    expect(at.call(shell, ["don", "-"], words)).toEqual({ status: 0, stdout: `[don][-]\n${words}`, stderr: "" });
    expect(existsSync(join(at.root, "x"))).toBe(false);
  });

  test("makes arguments of words, none of them expanded", () => {
    using at = place();
    at.install(join(at.bin, "masque"));
    const words = "--json *  $(touch x)\t`touch\nx` $HOME ~ a;b 'c d'\n";
    expect(at.call(shell, ["list"], words, { IFS: "o" }).stdout).toBe(
      "[list][--json][*][$(touch][x)][`touch][x`][$HOME][~][a;b]['c][d']\n",
    );
    expect(at.call(shell, ["id"], "\n").stdout).toBe("[id]\n");
    expect(existsSync(join(at.root, "x"))).toBe(false);
  });

  test("takes the host's project from the first line, and only what is a folder", () => {
    using at = place();
    at.install(join(at.bin, "masque"), '#!/bin/sh\necho "$CLAUDE_PROJECT_DIR|$*"; cat\n');
    const folder = join(at.root, "a 'b' $(touch x)");
    mkdirSync(folder);
    expect(at.call(shell, ["don", "-"], `project: ${folder}\nsmith\n`).stdout).toBe(`${folder}|don -\nsmith\n`);
    expect(at.call(shell, ["list"], `project: ${folder}\n\n`).stdout).toBe(`${folder}|list\n`);
    expect(at.call(shell, ["list"], "project: $" + "{CLAUDE_PROJECT_DIR}\n--json").stdout).toBe("|list --json\n");
    expect(existsSync(join(at.root, "x"))).toBe(false);
  });

  test("tells of a failure on standard output, with what was printed before it", () => {
    using at = place();
    at.install(join(at.bin, "masque"));
    expect(at.call(shell, ["doff"], "fail")).toEqual({
      status: 0,
      stdout: "[doff][fail]\na remark\nmasque: Cannot do that\n",
      stderr: "",
    });
  });

  test("adds nothing to a failure that says all on standard output", () => {
    using at = place();
    at.install(join(at.bin, "masque"), "#!/bin/sh\necho Nothing is worn\nexit 3\n");
    expect(at.call(shell, ["id"])).toEqual({ status: 0, stdout: "Nothing is worn\n", stderr: "" });
  });

  test("finds the binary on the PATH, by MASQUE_BIN, then in ~/.local/bin", () => {
    using at = place();
    const home = join(at.root, "home/.local/bin/masque");
    const named = join(at.root, "a folder/masque");
    at.install(home, "#!/bin/sh\necho home");
    expect(at.call(shell, ["id"]).stdout).toBe("home\n");
    at.install(named, "#!/bin/sh\necho named");
    expect(at.call(shell, ["id"], "", { MASQUE_BIN: named }).stdout).toBe("named\n");
    at.install(join(at.bin, "masque"), "#!/bin/sh\necho path");
    expect(at.call(shell, ["id"], "", { MASQUE_BIN: named }).stdout).toBe("path\n");
  });

  test("says how to install a binary that is missing", () => {
    using at = place();
    const { status, stdout, stderr } = at.call(shell, ["don", "-"], "smith");
    expect([status, stderr]).toEqual([0, ""]);
    expect(stdout).toContain("~/.local/bin/masque");
  });
});

test("run.sh calls the real program", () => {
  using at = place();
  const main = join(import.meta.dir, "../../src/main.ts");
  at.install(join(at.bin, "masque"), `#!/bin/sh\nexec '${process.execPath}' '${main}' "$@"\n`);
  expect(at.call("sh", ["--version"])).toMatchObject({
    status: 0,
    stderr: "",
    stdout: expect.stringMatching(/^\d+\.\d+/),
  });
  const failed = at.call("sh", ["id"], "--unknown");
  expect(failed).toMatchObject({ status: 0, stderr: "", stdout: expect.stringContaining("unknown flag") });
});
