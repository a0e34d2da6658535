import { describe, expect, test } from "bun:test";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { statusText } from "../../src/app/wear/statusline.ts";
import { isStatusCommand, readStatusPayload, shellWord, statusCommand } from "../../src/host/claude/statusline.ts";
import { formerStatusline } from "../../src/host/former-statusline.ts";
import { parseSessionId } from "../../src/kernel/ids.ts";
import { sessionFilePath } from "../../src/session/session-path.ts";
import { temporaryFolder } from "../support/temp-folder.ts";
import { testDeps } from "../support/test-deps.ts";

const SESSION = "b25b0b63-b980-490e-acc7-0d9db4d0acdb";
const BOUNDS = { waitMs: 5_000, bytesMax: 1_000 };

describe("readStatusPayload()", () => {
  test.each([
    [{ session_id: SESSION, cwd: "/x", workspace: { current_dir: "/x/y", project_dir: "/x" } }, SESSION, "/x"],
    [{ session_id: SESSION }, SESSION, null],
    [{ session_id: 7, workspace: "x" }, null, null],
    [[], null, null],
  ])("of %j", (payload, session, project) => {
    expect(readStatusPayload(JSON.stringify(payload))).toEqual({ session, project } as never);
  });
});

describe("statusText()", () => {
  test.each([
    [59_999, "Codesmith 0.2.0 · 0 min"],
    [7_199_999, "Codesmith 0.2.0 · 119 min"],
    [7_200_000, "Codesmith 0.2.0 · 2 h"],
    [-1, "Codesmith 0.2.0 · 0 min"],
  ])("after %d ms", (sinceMs, text) => {
    expect(statusText({ name: "Codesmith", version: "0.2.0", sinceMs })).toBe(text);
  });

  test("never drives the terminal", () => {
    expect(statusText({ name: "a\u001b[2J\nb", version: "1", sinceMs: 0 })).toBe("a\\u{1b}[2J b 1 · 0 min");
  });
});

describe("statusCommand()", () => {
  test.each(["echo hi", "it's", 'a "b" $(c) `d` \\ !', "x\ny", "-n", ""])(
    "chains %j as a shell reads it back",
    (former) => {
      const command = statusCommand(["/opt/my masque"], former);
      const words = Bun.spawnSync(["sh", "-c", `printf '%s\\0' ${command}`])
        .stdout.toString()
        .split("\0");
      expect(words).toEqual(["/opt/my masque", "statusline", `--after=${former}`, ""]);
    },
  );

  test.each([
    ["masque statusline", true],
    ["/home/me/.local/bin/masque statusline --after='date'", true],
    ["'/opt/my folder/masque' statusline", true],
    ["date", false],
    ["masquerade statusline", false],
    ["my-statusline masque", false],
  ])("%j is ours: %p", (command, isOurs) => {
    expect(isStatusCommand(command)).toBe(isOurs);
  });

  test("leaves plain words plain", () => {
    expect(shellWord("/usr/bin/masque")).toBe("/usr/bin/masque");
  });
});

describe("formerStatusline()", () => {
  test("gives the command the host's input, and what it prints back", async () => {
    using folder = temporaryFolder();
    const shown = await formerStatusline('cat; printf "|$PWD|$A"; echo err >&2; exit 3', '{"x":1}', {
      env: { PATH: "/usr/bin:/bin", A: "b" },
      cwd: folder.path,
      ...BOUNDS,
    });
    expect(shown).toBe(`{"x":1}|${folder.path}|b`);
  });

  test("ends one that hangs, and shows what it had said", async () => {
    const at = { env: { PATH: "/usr/bin:/bin" }, cwd: "/", waitMs: 1_500, bytesMax: 1_000 };
    const started = performance.now();
    expect(await formerStatusline("echo early; sleep 60 | cat", "", at)).toBe("early\n");
    expect(performance.now() - started).toBeLessThan(30_000);
  });

  test("reads no more than it may", async () => {
    const shown = await formerStatusline("yes", "", { env: { PATH: "/usr/bin:/bin" }, cwd: "/", ...BOUNDS });
    expect(shown.length).toBeLessThan(1_000_000);
  });
});

describe("masque statusline", () => {
  const stdin = JSON.stringify({ session_id: SESSION });

  test("names what the host's session wears, whatever the environment says", async () => {
    await using me = testDeps({ env: { CLAUDE_CODE_SESSION_ID: SESSION }, stdin });
    await me.run("don", "codesmith");
    expect(await me.run("statusline")).toMatchObject({ exit: 0, stderr: "", stdout: "Codesmith 0.3.0 · 0 min\n" });
    expect((await me.run("statusline", "--after=echo mine")).stdout).toBe("mine\nCodesmith 0.3.0 · 0 min\n");
  });

  test("says nothing when nothing is worn, but for the user's own line", async () => {
    await using me = testDeps({ stdin });
    expect(await me.run("statusline")).toEqual({ exit: 0, stdout: "", stderr: "" });
    expect((await me.run("statusline", "--after=echo mine; echo two")).stdout).toBe("mine\ntwo\n");
  });

  test.each(["", "no JSON", "[]", "\u0000"])("answers %j like a terminal without a host", async (garbage) => {
    await using me = testDeps({ stdin: garbage });
    await me.run("don", "codesmith");
    expect(await me.run("statusline")).toMatchObject({ exit: 0, stderr: "", stdout: "Codesmith 0.3.0 · 0 min\n" });
  });

  test("never breaks the host, and keeps the user's own line, over a state that it cannot read", async () => {
    await using me = testDeps({ stdin });
    await me.run("don", "codesmith");
    const session = parseSessionId(SESSION);
    if (!session) throw new Error("not an id");
    writeFileSync(sessionFilePath(me.deps.paths.sessions, session), '{"version": 99}');
    expect(await me.run("statusline", "--after=echo mine")).toEqual({ exit: 0, stdout: "mine\n", stderr: "" });
  });

  test("finds the session by its id alone, whatever project the host names", async () => {
    using elsewhere = temporaryFolder();
    const named = JSON.stringify({ session_id: SESSION, workspace: { project_dir: join(elsewhere.path, "none") } });
    await using me = testDeps({ env: { CLAUDE_CODE_SESSION_ID: SESSION }, stdin: named });
    await me.run("don", "codesmith");
    expect((await me.run("statusline")).stdout).toBe("Codesmith 0.3.0 · 0 min\n");
  });

  test("without a session takes the terminal's of the project that the host names", async () => {
    using elsewhere = temporaryFolder();
    await using me = testDeps({ stdin: JSON.stringify({ workspace: { project_dir: elsewhere.path } }) });
    await me.run("don", "codesmith");
    expect((await me.run("statusline")).stdout).toBe("");
  });
});
