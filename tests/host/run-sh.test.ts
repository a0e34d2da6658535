import { describe, expect, test } from "bun:test";
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { commandFiles } from "../../src/host/claude/setup/command-files.ts";
import { temporaryFolder } from "../support/temp-folder.ts";

const RUN = join(import.meta.dir, "../../commands/run.sh");
const SHELLS = ["sh", "dash", "bash", "busybox"].flatMap((name) => Bun.which(name) ?? []);

/** A stand-in that shows what it was called with, and fails when asked to. */
const SHOWS = `#!/bin/sh
for word in "$@"; do printf '[%s]' "$word"; done
printf '\\n'
cat
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
    call(shell: string, args: readonly string[], env: Record<string, string> = {}, script = RUN): Called {
      const applet = shell.endsWith("busybox") ? [shell, "sh"] : [shell];
      const done = Bun.spawnSync([...applet, script, ...args], {
        cwd: folder.path,
        env: { HOME: join(folder.path, "home"), PATH: `${bin}:/usr/bin:/bin`, ...env },
        stdin: Buffer.from("words on standard input"),
      });
      return { status: done.exitCode, stdout: done.stdout.toString(), stderr: done.stderr.toString() };
    },
    bin,
    [Symbol.dispose]: () => folder[Symbol.dispose](),
  };
}

describe.each(SHELLS)("run.sh in %s", (shell) => {
  test("calls the slash command, and hands no standard input on", () => {
    using at = place();
    at.install(join(at.bin, "masque"));
    expect(at.call(shell, ["don"], { IFS: "o" })).toEqual({ status: 0, stdout: "[slash][don]\n", stderr: "" });
  });

  test("reports a failure on standard output, after what was printed before", () => {
    using at = place();
    at.install(join(at.bin, "masque"));
    expect(at.call(shell, ["fail"])).toEqual({
      status: 0,
      stdout: "[slash][fail]\na remark\nmasque: Cannot do that\n",
      stderr: "",
    });
  });

  test("adds nothing to a failure that says all on standard output", () => {
    using at = place();
    at.install(join(at.bin, "masque"), "#!/bin/sh\necho Nothing is worn\nexit 3\n");
    expect(at.call(shell, ["id"])).toEqual({ status: 0, stdout: "Nothing is worn\n", stderr: "" });
  });

  test("starts the program that setup recorded, else one on the PATH, and what neither HOME nor MASQUE_BIN name", () => {
    using at = place();
    const recorded = join(at.root, "a 'folder' $(touch x) $& $1/masque");
    const evil = join(at.root, "evil");
    at.install(evil, "#!/bin/sh\necho evil");
    const files = commandFiles({ claude: at.root, runSh: join(at.root, "run.sh"), program: [recorded] });
    const script = files.find(({ path }) => path.endsWith("run.sh"));
    writeFileSync(join(at.root, "run.sh"), script?.text ?? "");
    const started = (with_ = script?.path) => at.call(shell, ["id"], { MASQUE_BIN: evil }, with_).stdout;
    expect(started()).toContain("was not found");
    at.install(join(at.root, "home/.local/bin/masque"), "#!/bin/sh\necho home");
    expect(started()).toContain("was not found");
    at.install(join(at.bin, "masque"), "#!/bin/sh\necho path");
    expect(started()).toBe("path\n");
    at.install(recorded, "#!/bin/sh\necho recorded");
    expect(started()).toBe("recorded\n");
    expect(started(RUN)).toBe("path\n");
    expect(existsSync(join(at.root, "x"))).toBe(false);
  });

  test("hides from the program what would run code inside it", () => {
    using at = place();
    at.install(join(at.bin, "masque"), "#!/bin/sh\nenv | grep ^BUN_\n");
    const env = {
      BUN_OPTIONS: "--preload /evil.js",
      BUN_BE_BUN: "1",
      BUN_INSPECT: "0.0.0.0:1",
      BUN_INSPECT_PRELOAD: "/e",
    };
    expect(at.call(shell, ["id"], env).stdout).toBe("");
  });

  test("says how to install a binary that is missing", () => {
    using at = place();
    const { status, stdout, stderr } = at.call(shell, ["don"]);
    expect([status, stderr]).toEqual([0, ""]);
    expect(stdout).toContain("~/.local/bin/masque");
  });
});

test("run.sh calls the real program, and says why it did not run", () => {
  using at = place();
  const main = join(import.meta.dir, "../../src/main.ts");
  at.install(join(at.bin, "masque"), `#!/bin/sh\nexec '${process.execPath}' '${main}' "$@"\n`);
  expect(at.call("sh", ["id"], { CLAUDE_CODE_SESSION_ID: "a-session" })).toEqual({
    status: 0,
    stderr: "",
    stdout: expect.stringMatching(/^masque: Cannot run "\/id": its hook UserPromptExpansion did not run/),
  });
});

test("run.sh that the plugin has records no program", () => {
  expect(readFileSync(RUN, "utf8")).toContain("\nrecorded=\n");
});
