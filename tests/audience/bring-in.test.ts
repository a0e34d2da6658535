import { describe, expect, test } from "bun:test";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { judgeBeforeDropBy } from "../../src/audience/files/judge-before-drop.ts";
import { until } from "../support/receiver.ts";
import { temporaryFolder } from "../support/temp-folder.ts";
import { testDeps } from "../support/test-deps.ts";

/** The process that reads for the judge: what its end means, whichever way it ends. */

/** A program that is given the arguments of the real one. */
async function run(script: string, stopping = new AbortController().signal) {
  await using world = testDeps();
  return await judgeBeforeDropBy({ ...world.deps, program: [process.execPath, "-e", script] })(stopping);
}

describe("bringInBy()", () => {
  test("runs masque judge --update over the receiver's own data", async () => {
    using folder = temporaryFolder();
    const told = join(folder.path, "told");
    const script = `require("fs").writeFileSync(${JSON.stringify(told)}, JSON.stringify([process.argv.slice(-3), process.env.MASQUE_DATA_DIR]))`;
    await using world = testDeps();
    const bringIn = judgeBeforeDropBy({ ...world.deps, program: [process.execPath, "-e", script, "--"] });
    expect(await bringIn(new AbortController().signal)).toBeUndefined();
    expect(JSON.parse(readFileSync(told, "utf8"))).toEqual([["judge", "--update", "--quiet"], world.deps.paths.data]);
  });

  test.each([
    [
      "what it says first",
      'console.error("masque: the disk is full\\n  try: space"); process.exit(1)',
      "the disk is full",
    ],
    ["its exit status where it says nothing", "process.exit(7)", "it ended with 7"],
  ])("answers %s when it fails", async (_what, script, expected) => {
    expect(await run(script)).toBe(expected);
  });

  test("answers that the program is gone, as after an upgrade", async () => {
    await using world = testDeps();
    const bringIn = judgeBeforeDropBy({ ...world.deps, program: [join(world.root, "masque")] });
    expect(await bringIn(new AbortController().signal)).toContain("is not there any more");
  });

  test("ends it with the receiver, and does not begin one for a receiver that is stopping", async () => {
    using folder = temporaryFolder();
    const begun = join(folder.path, "begun");
    const stopping = new AbortController();
    const script = `require("fs").writeFileSync(${JSON.stringify(begun)}, String(process.pid)); setInterval(() => {}, 1000)`;
    const running = run(script, stopping.signal);
    await until(() => existsSync(begun) && readFileSync(begun, "utf8") !== "");
    stopping.abort();
    expect(await running).toBeString();
    expect(() => process.kill(Number(readFileSync(begun, "utf8")), 0)).toThrow("ESRCH");
    expect(await run("process.exit(0)", stopping.signal)).toBe("the receiver is stopping");
  });
});
