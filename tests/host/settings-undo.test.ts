import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { readSettingsRecord, type SettingsRecord } from "../../src/host/settings/edit.ts";
import { valueAt, withEdit } from "../../src/host/settings/text.ts";
import { planFile, type WantedEntry, withoutRecord } from "../../src/host/settings/undo.ts";
import { settingsTexts } from "../support/settings-texts.ts";

const FILE = "settings.json";

type Disk = { readonly text: string | null; readonly record: SettingsRecord | null };

/** A writing, and where it may die: before the record is saved, before the file is written, or after. */
type Step = { readonly wishes: readonly WantedEntry[]; readonly dies: "not" | "before-file" | "before-last-record" };

function take({ text, record }: Disk, { wishes, dies }: Step): Disk {
  const plan = planFile({ text, record, file: FILE }, () => wishes);
  if (dies === "before-file") return { text, record: throughJson(plan.intent ?? record) };
  if (dies === "before-last-record") return { text: plan.text, record: throughJson(plan.intent ?? record) };
  return { text: plan.text, record: throughJson(plan.result) };
}

function throughJson(record: SettingsRecord | null): SettingsRecord | null {
  if (record === null) return null;
  const read = readSettingsRecord(JSON.parse(JSON.stringify(record)));
  if (!read) throw new Error("masque does not read what it wrote");
  return read;
}

const wish = fc.record({
  path: fc.constantFrom(["spinnerVerbs"], ["env", "X"], ["env", "Y"], ["hooks", "Start"], ["statusLine"]),
  isElement: fc.boolean(),
  value: fc.constantFrom("ours", 1, null, { mode: "append", verbs: ["ü \\u0000"] }, [{ deep: [1, {}] }]),
});
const wishes = fc.uniqueArray(wish, { maxLength: 5, selector: ({ path }) => path.join() });
const steps = fc.array(
  fc.record({ wishes, dies: fc.constantFrom<Step["dies"]>("not", "not", "before-file", "before-last-record") }),
  { minLength: 1, maxLength: 5 },
);

describe("planFile()", () => {
  test("gives every byte back after any writings, wherever they died", () => {
    let compared = 0;
    fc.assert(
      fc.property(fc.option(settingsTexts()), steps, (text, taken) => {
        let disk: Disk = { text, record: null };
        for (const step of taken) disk = orRefused(() => take(disk, step)) ?? disk;
        if (disk.text !== text) compared++;
        expect(take(disk, { wishes: [], dies: "not" })).toEqual({ text, record: null });
      }),
      { numRuns: 600 },
    );
    expect(compared).toBeGreaterThan(100);
  });

  test("changes the meaning of its own keys alone", () => {
    let written = 0;
    fc.assert(
      fc.property(fc.option(settingsTexts()), wishes, (text, wanted) => {
        const after = orRefused(() => take({ text, record: null }, { wishes: wanted, dies: "not" }));
        if (!after) return;
        written += 1;
        const paths = wanted.map(({ path }) => path);
        expect(without(after.text, paths)).toEqual(without(text, paths));
      }),
      { numRuns: 400 },
    );
    expect(written).toBeGreaterThan(100);
  });

  test("writes nothing where the file says it all, in whatever layout the host has written it", () => {
    const wanted: WantedEntry[] = [
      { path: ["spinnerVerbs"], isElement: false, value: { mode: "append", verbs: ["A"] } },
    ];
    const first = take({ text: '{"a": 1}', record: null }, { wishes: wanted, dies: "not" });
    const rewritten = JSON.stringify({ z: 2, ...JSON.parse(first.text ?? "") }, null, 4);
    const plan = planFile({ text: rewritten, record: first.record, file: FILE }, () => wanted);
    expect(plan).toMatchObject({ text: rewritten, intent: first.record });
    expect(JSON.parse(withoutRecord(rewritten, plan.result, FILE).text ?? "")).toEqual({ z: 2, a: 1 });
  });
});

describe("withoutRecord()", () => {
  test("never takes another key along, whatever a record says of the bytes", () => {
    const { text, record } = take(
      { text: '{"a": 1, "b": 2}', record: null },
      { wishes: [{ path: ["k"], isElement: false, value: 7 }], dies: "not" },
    );
    const [set] = record?.sets ?? [];
    if (!record || !set?.exact || text === null) throw new Error("nothing was recorded");
    const splices = [{ offset: 0, length: text.length, instead: '{"hooks": "theirs"}' }];
    const forged = { ...record, sets: [{ ...set, exact: { ...set.exact, splices } }] };
    expect(JSON.parse(withoutRecord(text, forged, FILE).text ?? "")).toEqual({ a: 1, b: 2 });
  });

  test("takes out by its key what is no longer as it was left, and says what stays", () => {
    const wanted = [
      { path: ["env", "X"], isElement: false, value: "1" },
      { path: ["env", "Y"], isElement: false, value: "2" },
    ];
    const { text, record } = take({ text: null, record: null }, { wishes: wanted, dies: "not" });
    const changed = withEdit(text ?? "", { path: ["env", "Y"], isElement: false }, "mine", FILE).text;
    const ground = withoutRecord(changed, record, FILE);
    expect(JSON.parse(ground.text ?? "")).toEqual({ env: { Y: "mine" } });
    expect(ground.changed.map(({ path }) => path)).toEqual([["env", "Y"]]);
  });
});

/** What a text means, without some paths and the objects on the way that are empty without them. */
function without(text: string | null, paths: readonly (readonly string[])[]) {
  const json: unknown = valueAt(text ?? "", [], FILE) ?? {};
  const copy = structuredClone(json) as Record<string, unknown>;
  for (const [first = "", second] of paths) {
    const inner = copy[first];
    if (second === undefined || typeof inner !== "object" || inner === null) delete copy[first];
    else {
      const { [second]: _ours, ...others } = inner as Record<string, unknown>;
      if (Object.keys(others).length > 0) copy[first] = others;
      else delete copy[first];
    }
  }
  return copy;
}

/** Some texts hold something else than an object at a key: those edits are refused, and that is right. */
function orRefused<T>(edit: () => T): T | undefined {
  try {
    return edit();
  } catch (error) {
    expect(error).toEqual(expect.objectContaining({ code: "host.settings-invalid" }));
    return undefined;
  }
}
