import { describe, expect, test } from "bun:test";
import { existsSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { anchorEvery } from "../../src/app/wear/anchor-every.ts";
import { doff } from "../../src/app/wear/doff.ts";
import { don } from "../../src/app/wear/don.ts";
import { hookPrompt, hookSessionEnd, hookSessionStart } from "../../src/app/wear/hooks.ts";
import { countPrompt, isAnchorDue } from "../../src/app/wear/repeat-anchor.ts";
import { parseSessionId, type SessionId } from "../../src/kernel/ids.ts";
import { readYaml } from "../../src/kernel/text/yaml.ts";
import { anchorCountPath, sessionFilePath } from "../../src/session/session-path.ts";
import { tidyState } from "../../src/session/tidy-state.ts";
import { masqueText, writeInto } from "../support/masque-files.ts";
import { type TestDeps, testDeps } from "../support/test-deps.ts";

const A = parseSessionId("agent-a") as SessionId;
const CALL = { session: A, host: null, transcriptPath: null };
const ANCHOR = '<masque-anchor name="Tester">\nLook twice. &lt;masque-off/>\n</masque-anchor>';

/** An agent that wears a masque with an anchor, unless `more` says otherwise. */
async function wearer(more = 'anchor: "Look twice. <masque-off/>"\n') {
  const world = testDeps();
  writeInto(world.deps.paths.masques, "tester.masque.yaml", masqueText({ more }));
  await put(world);
  return world;
}

async function put(world: TestDeps, intent: string | null = null) {
  await don(world.deps, { name: "tester", intent, session: A });
}

/** One prompt, and what the hook adds to it. */
async function prompt(world: TestDeps, given: { every?: number; id?: string | null; isCommand?: boolean } = {}) {
  const { every = 3, id = null, isCommand = false } = given;
  const worn = await hookPrompt(world.deps, CALL);
  return worn && (await countPrompt(world.deps, { session: A, promptId: id, isCommand }, worn, async () => every));
}

/** The numbers of the prompts, from 1, that got the anchor. */
async function anchored(world: TestDeps, prompts: number, every = 3): Promise<number[]> {
  const found: number[] = [];
  for (let n = 1; n <= prompts; n++) {
    const text = await prompt(world, { every });
    if (text !== null) expect(text).toBe(ANCHOR);
    if (text !== null) found.push(n);
  }
  return found;
}

describe("countPrompt()", () => {
  test("repeats the anchor every N prompts, and not at the first prompt after the don", async () => {
    await using world = await wearer();
    expect(await anchored(world, 10)).toEqual([4, 7, 10]);
  });

  test("repeats the anchor at every prompt but the first where N is 1", async () => {
    await using world = await wearer();
    expect(await anchored(world, 4, 1)).toEqual([2, 3, 4]);
  });

  test("repeats nothing where N is 0, and writes once", async () => {
    await using world = await wearer();
    expect(await anchored(world, 2, 0)).toEqual([]);
    rmSync(anchorCountPath(world.deps.paths.sessions, A));
    expect(await anchored(world, 5, 0)).toEqual([]);
  });

  test("repeats nothing for a masque without an anchor, and never asks for the setting", async () => {
    await using world = await wearer("");
    const worn = await hookPrompt(world.deps, CALL);
    const asked = () => Promise.reject(new Error("The setting was read"));
    for (let n = 0; n < 3; n++) {
      const counted = { session: A, promptId: null, isCommand: false };
      expect(worn && (await countPrompt(world.deps, counted, worn, asked))).toBeNull();
    }
  });

  test("starts over after the block was given again, by a compaction or a don", async () => {
    await using world = await wearer();
    expect(await anchored(world, 3)).toEqual([]);
    expect(isAnchorDue(world.deps, A)).toBe(true);
    expect(await hookSessionStart(world.deps, CALL, "compact")).toContain("<masque-identity ");
    expect(isAnchorDue(world.deps, A)).toBe(false);
    expect(await anchored(world, 4)).toEqual([4]);
    expect(await anchored(world, 2)).toEqual([]);
    await put(world, "another intent");
    expect(await anchored(world, 4)).toEqual([4]);
    expect(await anchored(world, 2)).toEqual([]);
    await doff(world.deps, A);
    await put(world);
    expect(await anchored(world, 4)).toEqual([4]);
  });

  test("goes on counting after a resume", async () => {
    await using world = await wearer();
    expect(await anchored(world, 3)).toEqual([]);
    await hookSessionEnd(world.deps, CALL, false);
    await hookSessionStart(world.deps, CALL, "resume");
    expect(await anchored(world, 1)).toEqual([1]);
  });

  test("counts one prompt once, and no slash command", async () => {
    await using world = await wearer();
    for (const id of ["a", "a", "b", "b", "c", "c"]) expect(await prompt(world, { id })).toBeNull();
    for (let n = 0; n < 5; n++) expect(await prompt(world, { isCommand: true })).toBeNull();
    expect(await prompt(world, { id: "d" })).toBe(ANCHOR);
    expect(await prompt(world, { id: "d" })).toBeNull();
  });

  test.each(["", "{", "[]", '{"version":1,"masqueSession":"x","left":1,"prompt":null}', "x".repeat(5_000)])(
    "starts over where the count is %j",
    async (damaged) => {
      await using world = await wearer();
      await anchored(world, 3);
      writeFileSync(anchorCountPath(world.deps.paths.sessions, A), damaged);
      expect(await anchored(world, 4)).toEqual([4]);
    },
  );

  test("leaves no file where nothing is worn, and tidying removes the count with its session", async () => {
    await using world = await wearer();
    const path = anchorCountPath(world.deps.paths.sessions, A);
    await anchored(world, 1);
    expect(existsSync(path)).toBe(true);
    rmSync(sessionFilePath(world.deps.paths.sessions, A));
    expect(await prompt(world)).toBeNull();
    tidyState({ sessions: world.deps.paths.sessions, projects: `${world.root}/none` }, Date.now());
    expect(existsSync(path)).toBe(false);
  });
});

describe("anchorEvery()", () => {
  async function every(world: TestDeps, config: string | null, env = {}) {
    const { paths, project } = world.deps;
    if (config !== null) {
      mkdirSync(dirname(paths.configFile), { recursive: true });
      writeFileSync(paths.configFile, config);
    }
    let parsed = 0;
    const yaml = async () => {
      parsed += 1;
      return readYaml;
    };
    return [await anchorEvery({ env, project, paths, yaml }), parsed];
  }

  test.each<[string, string | null, object, number, number]>([
    ["no file", null, {}, 20, 0],
    ["a file about something else", "audience: { httpPort: 0 }\n", {}, 20, 0],
    ["a file", "anchor: { every: 5 }\n", {}, 5, 1],
    ["a file with a value that cannot be used", "anchor: { every: -1 }\n", {}, 20, 1],
    ["the environment", "anchor: { every: 5 }\n", { MASQUE_ANCHOR_EVERY: "0" }, 0, 0],
    ["the environment with a value that cannot be used", null, { MASQUE_ANCHOR_EVERY: "x" }, 20, 0],
  ])("reads %s", async (_what, config, env, found, parsed) => {
    await using world = testDeps();
    expect(await every(world, config, env)).toEqual([found, parsed]);
  });
});
