import { expect, test } from "bun:test";
import { runCli } from "../../src/cli/run.ts";
import { realDeps } from "../../src/deps.ts";
import { testDeps } from "../support/test-deps.ts";

test("the real world finds its agent session out once", async () => {
  await using world = testDeps();
  const deps = realDeps(process, { io: world.deps.io, stopSignal: world.deps.stopSignal });
  expect(deps.agentSession()).toBe(deps.agentSession());
});

test.each([
  [["version"], 0],
  [["schema"], 0],
  [["inspect", "codesmith"], 0],
  [["audience", "status"], 0],
  [["id"], 1],
] as const)("masque %j asks for the agent session %d times", async (argv, times) => {
  await using world = testDeps();
  let asked = 0;
  const agentSession = () => {
    asked++;
    return world.deps.agentSession();
  };
  await runCli(argv, { ...world.deps, agentSession });
  expect(asked).toBe(times);
});
