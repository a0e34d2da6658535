import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { planSetup, type SetupFacts } from "../../src/host/claude/setup/plan.ts";
import { type PluginReach, pluginReach } from "../../src/host/claude/setup/plugin-installed.ts";
import { telemetryEnv } from "../../src/host/claude/telemetry-env.ts";
import { journalText, readJournal, type Setup } from "../../src/host/setup/journal.ts";
import { planUndo, type SetupPlan } from "../../src/host/setup/plan.ts";
import { settingsTexts } from "../support/settings-texts.ts";

const SETTINGS = "/home/me/.claude/settings.json";

type Machine = { readonly texts: ReadonlyMap<string, string>; readonly setup: Setup | null };

function facts(texts: SetupFacts["texts"], port: number, plugin: PluginReach): SetupFacts {
  return {
    texts,
    links: new Set(),
    missingFolders: [],
    claude: "/home/me/.claude",
    runSh: "/home/me/data/run.sh",
    program: ["/opt/it's here/masque"],
    settings: SETTINGS,
    userSettings: SETTINGS,
    plugin,
    inheritedStatusline: null,
    telemetry: telemetryEnv({
      endpoint: `http://127.0.0.1:${port}`,
      protocol: "http/protobuf",
      withToolDetails: false,
      token: "",
    }),
    processEnv: {},
    places: {},
  };
}

/** What a setup leaves on disk when the process dies after `written` files, or does not die (`null`). */
function carriedOut(machine: Machine, plan: SetupPlan, written: number | null): Machine {
  const texts = new Map(machine.texts);
  for (const { path, after } of plan.changes.slice(0, written ?? plan.changes.length)) {
    if (after === null) texts.delete(path);
    else texts.set(path, after);
  }
  return { texts, setup: throughJson(written === null ? plan.result : plan.intent) };
}

function throughJson(setup: Setup | null): Setup | null {
  if (setup === null) return null;
  return readJournal(JSON.parse(journalText([setup])))?.[0] ?? null;
}

const steps = fc.array(
  fc.record({
    port: fc.constantFrom(4318, 5000),
    plugin: fc.constantFrom<PluginReach>("here", "nowhere"),
    written: fc.option(fc.integer({ min: 0, max: 12 }), { freq: 2 }),
  }),
  { minLength: 1, maxLength: 4 },
);

describe("planSetup() and planUndo()", () => {
  test("give back any settings file byte for byte, after any setups, wherever they died", () => {
    let undone = 0;
    fc.assert(
      fc.property(fc.option(settingsTexts()), steps, (text, taken) => {
        const original = new Map(text === null ? [] : [[SETTINGS, text]]);
        let machine: Machine = { texts: original, setup: null };
        for (const { port, plugin, written } of taken) {
          const plan = planOrRefusal(() => planSetup(facts(machine.texts, port, plugin), machine.setup));
          if (plan) machine = carriedOut(machine, plan, written);
        }
        if (machine.setup === null) return;
        undone += 1;
        machine = carriedOut(machine, planUndo({ texts: machine.texts, links: new Set() }, machine.setup), null);
        expect(machine).toEqual({ texts: original, setup: null });
      }),
      { numRuns: 300 },
    );
    expect(undone).toBeGreaterThan(100);
  });

  test("find nothing to do where all is done", () => {
    let planned = 0;
    fc.assert(
      fc.property(fc.option(settingsTexts()), (text) => {
        const original: Machine = { texts: new Map(text === null ? [] : [[SETTINGS, text]]), setup: null };
        const plan = planOrRefusal(() => planSetup(facts(original.texts, 4318, "nowhere"), null));
        if (!plan) return;
        planned += 1;
        const { texts, setup } = carriedOut(original, plan, null);
        expect(planSetup(facts(texts, 4318, "nowhere"), setup).changes).toEqual([]);
      }),
      { numRuns: 200 },
    );
    expect(planned).toBeGreaterThan(50);
  });
});

describe("planSetup() where no process can be asked what it was started with", () => {
  test("keeps the user's folders in env of the user's settings, and an undo takes them out", () => {
    const original = new Map([[SETTINGS, '{\n  "env": { "MASQUES_HOME": "/old", "MINE": "1" }\n}\n']]);
    const places = { MASQUES_HOME: "/m", MASQUE_DATA_DIR: "/d" };
    const plan = planSetup({ ...facts(original, 4318, "nowhere"), places }, null);
    const after = carriedOut({ texts: original, setup: null }, plan, null);
    expect(JSON.parse(after.texts.get(SETTINGS) ?? "")).toMatchObject({ env: { ...places, MINE: "1" } });
    if (after.setup === null) throw new Error("nothing was set up");
    const undone = carriedOut(after, planUndo({ texts: after.texts, links: new Set() }, after.setup), null);
    expect(undone.texts).toEqual(original);
  });
});

describe("pluginReach()", () => {
  const installed = (...entries: object[]) => ({ version: 2, plugins: { "masques@masque": entries } }) as never;
  const enabled = (value: boolean) => ({ enabledPlugins: { "other@x": true, "masques@masque": value } });

  test.each([
    ["is nowhere without a word of it", undefined, [undefined, {}], null, "nowhere"],
    ["is here where settings enable it", undefined, [enabled(true)], null, "here"],
    ["follows the strongest settings", undefined, [undefined, enabled(false), enabled(true)], "/p", "nowhere"],
    ["is here when installed for the user", installed({ scope: "user" }), [], "/p", "here"],
    ["is here when installed for this project", installed({ scope: "local", projectPath: "/p" }), [], "/p", "here"],
    ["is not here when installed for another", installed({ scope: "local", projectPath: "/q" }), [], "/p", "nowhere"],
    ["is in others for the user", installed({ scope: "local", projectPath: "/q" }), [], null, "in-other-projects"],
    ["survives any JSON", [7] as never, [7, [], { enabledPlugins: [] }], null, "nowhere"],
  ] as const)("%s", (_name, list, settings, project, reach) => {
    expect(pluginReach({ installed: list, settings: [...settings] as never, project })).toBe(reach);
  });
});

/** Some files hold something else than an object where one is needed: those are refused, and that is right. */
function planOrRefusal(plan: () => SetupPlan): SetupPlan | undefined {
  try {
    return plan();
  } catch (error) {
    expect(error).toEqual(expect.objectContaining({ code: "host.settings-invalid" }));
    return undefined;
  }
}
