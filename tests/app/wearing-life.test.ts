import { expect, test } from "bun:test";
import { hookPrompt, hookSessionEnd, hookSessionStart } from "../../src/app/wear/hooks.ts";
import { runCli } from "../../src/cli/run.ts";
import { depsFor } from "../../src/deps.ts";
import { parseSessionId } from "../../src/kernel/ids.ts";
import type { ProcessIdentity } from "../../src/kernel/process/process-identity.ts";
import { masqueEvents } from "../support/masque-events.ts";
import { testDeps } from "../support/test-deps.ts";

const SESSION = parseSessionId("agent-a") ?? fail();
const OTHER = parseSessionId("agent-b") ?? fail();
const HOST: ProcessIdentity = { pid: 7, startTime: "100", bootId: "boot", pidNamespace: "1" };

function fail(): never {
  throw new Error("not an id");
}

test("don of what is worn, with another intent, says so, and hooks bring the new intent back", async () => {
  await using world = testDeps({ env: { CLAUDE_CODE_SESSION_ID: SESSION } });
  await world.run("don", "codesmith", "fix the parser");
  const again = await world.run("don", "codesmith", "explain the lexer");
  expect(again.stdout).toContain("its intent is replaced");
  expect(again.stdout).toContain("The intent is now: explain the lexer");
  const block = await hookSessionStart(world.deps, { session: SESSION, host: HOST, transcriptPath: null }, "compact");
  expect(block).toContain("explain the lexer");
  expect(block).not.toContain("fix the parser");
  expect(masqueEvents(world.home)).toHaveLength(1);
});

test.each([
  ["another start time", { startTime: "200" }],
  ["another boot", { bootId: "later" }],
  ["another pid namespace", { pidNamespace: "2" }],
])("a process with the same pid and %s is another one: nothing it announced counts", async (_name, change) => {
  await using world = testDeps({ env: { CLAUDE_CODE_SESSION_ID: SESSION } });
  await world.run("don", "codesmith");
  const call = (session: typeof SESSION, host: ProcessIdentity) => ({ session, host, transcriptPath: null });
  await hookSessionEnd(world.deps, call(SESSION, HOST), true);
  expect(await hookSessionStart(world.deps, call(OTHER, { ...HOST, ...change }), "clear")).toBeNull();
  await hookPrompt(world.deps, call(OTHER, { ...HOST, ...change }));
  expect(masqueEvents(world.home).map(({ kind }) => kind)).toEqual(["don", "doff"]);
  expect(await hookSessionStart(world.deps, call(OTHER, HOST), "clear")).toContain("Codesmith");
});

test("doff prints the notice before it scores, so an agent whose doff is ended while scoring has heard it", async () => {
  await using world = testDeps({ env: { CLAUDE_CODE_SESSION_ID: SESSION } });
  await world.run("don", "codesmith");
  await Bun.write(`${world.deps.paths.otel}/logs.jsonl`, "{}\n");
  const deps = {
    ...depsFor(world.deps),
    judge: () => Promise.reject(new RangeError("killed while scoring")),
  };
  await expect(runCli(["doff"], deps)).rejects.toThrow("killed while scoring");
  expect(world.stdout()).toContain("<masque-off");
});
