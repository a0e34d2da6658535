import { expect, test } from "bun:test";
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Env } from "../../src/kernel/paths.ts";
import { testDeps } from "../support/test-deps.ts";

/** By whose word a session of the host starts the receiver; that it then does is shown in tests/e2e/. */

const PORTS = "  httpPort: 0\n  grpcPort: 0\n  healthPort: 0\n";
const SESSION = "6d159fe1-070a-4921-a218-8ca2075bc5f8";

function sessionStart(source: string): string {
  return JSON.stringify({ session_id: SESSION, transcript_path: "/none", cwd: "/", source });
}

type Given = { source?: string; env?: Env; user?: string; project?: string };

/** Whether a session that starts leaves any trace of a receiver. */
async function touchesAudience({ source = "startup", env = {}, user, project }: Given): Promise<boolean> {
  await using world = testDeps({ env, stdin: sessionStart(source) });
  if (user !== undefined) write(join(world.home, ".config/masque/config.yaml"), user);
  if (project !== undefined) write(join(world.project, ".claude/masque.config.yaml"), project);
  expect(await world.run("hook", "session-start")).toEqual({ exit: 0, stdout: "", stderr: "" });
  // The log that a receiver is given is made before it is spawned.
  return existsSync(world.deps.paths.audience);
}

function write(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}

test.each<[string, Given]>([
  ["nothing is set", {}],
  ["the config says nothing of it", { user: `audience:\n${PORTS}` }],
  ["only a project sets it, and a project is not trusted", { project: "audience:\n  autoStart: true\n" }],
  [
    "the environment says no",
    { user: `audience:\n  autoStart: true\n${PORTS}`, env: { MASQUE_AUDIENCE_AUTO_START: "0" } },
  ],
  ["the conversation only goes on", { source: "compact", user: `audience:\n  autoStart: true\n${PORTS}` }],
  ["it is cleared", { source: "clear", user: `audience:\n  autoStart: true\n${PORTS}` }],
])("a session starts nothing when %s", async (_when, given) => {
  expect(await touchesAudience(given)).toBe(false);
});

test("start --if-configured starts nothing and says nothing without the setting, and refuses --at-login beside it", async () => {
  await using world = testDeps();
  expect(await world.run("audience", "start", "--if-configured")).toEqual({ exit: 0, stdout: "", stderr: "" });
  expect((await world.run("audience", "start", "--if-configured", "--at-login")).exit).toBe(2);
  expect(existsSync(world.deps.paths.data)).toBe(false);
});
