import { expect, test } from "bun:test";
import { existsSync } from "node:fs";
import { runDemo } from "../../src/app/install/demo/run-demo.ts";
import { audienceStatus } from "../../src/audience/process/status.ts";
import { depsFor } from "../../src/deps.ts";
import type { Paths } from "../../src/kernel/paths.ts";
import { testDeps } from "../support/test-deps.ts";

const CEILING_MS = 30_000;

test.each(["Starting", "Donning", "Replaying", "Scoring"])(
  "runDemo() that is asked to stop while %s leaves neither its receiver nor its home",
  async (at) => {
    const stop = new AbortController();
    await using world = testDeps({ stopSignal: stop.signal });
    let paths: Paths | undefined;
    const played = runDemo(
      world.deps,
      (inHome) => {
        paths = inHome.paths;
        return depsFor(inHome);
      },
      {
        step: (text) => {
          if (text.startsWith(at)) stop.abort();
        },
        done: () => undefined,
      },
    );
    await expect(played).rejects.toMatchObject({ code: "demo.stopped", exit: 1 });
    if (!paths) throw new Error("the demo made no home");
    expect(existsSync(paths.home)).toBe(false);
    expect((await audienceStatus(paths)).kind).toBe("not-running");
  },
  CEILING_MS,
);
