import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { planSpinner, readSpinnerRecord, type SpinnerRecord } from "../../src/host/claude/spinner.ts";
import type { ShownVerbs } from "../../src/host/host.ts";
import { valueAt, withEdit } from "../../src/host/settings/text.ts";
import type { Json } from "../../src/kernel/text/json.ts";
import { settingsTexts } from "../support/settings-texts.ts";

const FILE = "settings.local.json";
const FORGE: ShownVerbs = { mode: "append", verbs: ["Forging"] };
const MUSE: ShownVerbs = { mode: "replace", verbs: ["Musing", "Dreaming"] };

/** The host's view of a settings file. */
function shown(text: string | null) {
  return text === null ? undefined : valueAt(text, ["spinnerVerbs"], FILE);
}

/** The text after someone has set a key. */
function set(text: string, path: string[], value: Json) {
  return withEdit(text, { path, isElement: false }, value, FILE);
}

/** What the session state would hold: the record as JSON and back. */
function kept(record: SpinnerRecord | null): SpinnerRecord | null {
  return readSpinnerRecord(JSON.parse(JSON.stringify(record)));
}

describe("planSpinner()", () => {
  test.each([
    ["append", "append", ["Forging"]],
    ["prepend", "append", ["Forging"]],
    ["replace", "replace", ["Forging"]],
  ] as const)("writes %s as %s where the user has none", (mode, written, verbs) => {
    expect(shown(planSpinner(null, null, { mode, verbs }, FILE).text)).toEqual({ mode: written, verbs: [...verbs] });
  });

  test.each([
    ["append", "append", ["Mine", "Forging"]],
    ["prepend", "append", ["Forging", "Mine"]],
    ["replace", "replace", ["Forging"]],
  ] as const)("lets the user's own verbs meet %s", (mode, written, verbs) => {
    const text = '{"spinnerVerbs":{"mode":"append","verbs":["Mine"]}}';
    const plan = planSpinner(text, null, { mode, verbs: ["Forging"] }, FILE);
    expect(shown(plan.text)).toEqual({ mode: written, verbs: [...verbs] });
  });

  test("keeps the user's mode when ours are added", () => {
    const text = '{"spinnerVerbs":{"mode":"replace","verbs":["Mine"]}}';
    expect(shown(planSpinner(text, null, FORGE, FILE).text)).toEqual({ mode: "replace", verbs: ["Mine", "Forging"] });
  });

  test("leaves verbs alone that the host cannot read, for it ignores such a file whole", () => {
    const text = '{"spinnerVerbs":{"mode":"prepend","verbs":["Mine"]}}';
    const plan = planSpinner(text, null, FORGE, FILE);
    expect(plan).toEqual({ text, record: null, warning: expect.stringContaining("spinnerVerbs") });
  });

  test("deletes the file that it made, and keeps it when someone else wrote in it", () => {
    const { text, record } = planSpinner(null, null, FORGE, FILE);
    expect(planSpinner(text, kept(record), null, FILE)).toEqual({ text: null, record: null });
    const joined = set(text ?? "", ["permissions"], { allow: ["Read"] }).text;
    const restored = planSpinner(joined, kept(record), null, FILE).text;
    expect(JSON.parse(restored ?? "")).toEqual({ permissions: { allow: ["Read"] } });
  });

  test("keeps an empty file that the user had", () => {
    const { text, record } = planSpinner("", null, FORGE, FILE);
    expect(planSpinner(text, kept(record), null, FILE).text).toBe("");
  });

  test("finds its own verbs again after the host has rewritten its settings", () => {
    const { text, record } = planSpinner(
      '{"a": 1, "spinnerVerbs": {"mode":"append","verbs":["Mine"]}}',
      null,
      MUSE,
      FILE,
    );
    const rewritten = JSON.stringify({ permissions: {}, ...JSON.parse(text ?? "") }, null, 2);
    const restored = planSpinner(rewritten, kept(record), null, FILE).text;
    expect(JSON.parse(restored ?? "")).toEqual({
      permissions: {},
      a: 1,
      spinnerVerbs: { mode: "append", verbs: ["Mine"] },
    });
  });

  test("lets verbs stay that the user has changed meanwhile", () => {
    const { record } = planSpinner("{}", null, FORGE, FILE);
    const theirs = '{"spinnerVerbs":{"mode":"append","verbs":["Forging","Theirs"]}}';
    expect(planSpinner(theirs, kept(record), null, FILE)).toEqual({ text: theirs, record: null });
  });

  test("refuses a file that is not JSON", () => {
    expect(() => planSpinner("{", null, FORGE, FILE)).toThrow(
      expect.objectContaining({ code: "host.settings-invalid" }),
    );
  });
});

/** One call, and where the process may die in it: before the record is saved, before the file is written, or after. */
type Step = { verbs: ShownVerbs | null; dies: "not" | "before-record" | "before-file" | "before-last-record" };

type Disk = { text: string | null; record: SpinnerRecord | null };

/** The protocol of `spinner.ts`, as `spinner-file.ts` follows it. */
function take(disk: Disk, { verbs, dies }: Step): Disk {
  const plan = planSpinner(disk.text, disk.record, verbs, FILE);
  if (dies === "before-record") return disk;
  const record = plan.record === null ? disk.record : kept(plan.record);
  if (dies === "before-file") return { text: disk.text, record };
  if (dies === "before-last-record") return { text: plan.text, record };
  return { text: plan.text, record: kept(plan.record) };
}

const verbs = fc.record({
  mode: fc.constantFrom("append" as const, "replace" as const, "prepend" as const),
  verbs: fc.array(fc.constantFrom("Forging", "Musing", "ü \"'\\", "Mine"), { maxLength: 3 }),
});

const steps = fc.array(
  fc.record({
    verbs: fc.option(verbs, { freq: 3 }),
    dies: fc.constantFrom("not", "not", "before-record", "before-file", "before-last-record") satisfies fc.Arbitrary<
      Step["dies"]
    >,
  }) satisfies fc.Arbitrary<Step>,
  { maxLength: 8 },
);

const userVerbs = fc.option(
  fc.record({
    mode: fc.constantFrom("append", "replace"),
    verbs: fc.array(fc.constantFrom("Mine", "Forging"), { maxLength: 2 }),
  }),
);

describe("the spinner's protocol", () => {
  test("restores the settings byte for byte after any calls, wherever they died", () => {
    fc.assert(
      fc.property(fc.option(settingsTexts()), userVerbs, steps, (text, own, taken) => {
        const original = own === null ? text : set(text ?? "", ["spinnerVerbs"], own).text;
        let disk: Disk = { text: original, record: null };
        for (const step of taken) disk = take(disk, step);
        expect(take(disk, { verbs: null, dies: "not" })).toEqual({ text: original, record: null });
      }),
      { numRuns: 400 },
    );
  });

  test("shows what was asked last, whatever died before, and says the same when asked again", () => {
    fc.assert(
      fc.property(fc.option(settingsTexts()), steps, verbs, (original, taken, last) => {
        let disk: Disk = { text: original, record: null };
        for (const step of taken) disk = take(disk, step);
        const after = take(disk, { verbs: last, dies: "not" });
        expect(shown(after.text)).toEqual(
          shown(take({ text: original, record: null }, { verbs: last, dies: "not" }).text),
        );
        expect(take(after, { verbs: last, dies: "not" }).text).toBe(after.text);
      }),
      { numRuns: 400 },
    );
  });

  test("never loses a setting that someone adds between the calls", () => {
    fc.assert(
      fc.property(fc.option(settingsTexts()), steps, steps, (original, before, after) => {
        let disk: Disk = { text: original, record: null };
        for (const step of before) disk = take(disk, step);
        disk = { ...disk, text: set(disk.text ?? "", ["theirs"], true).text };
        for (const step of after) disk = take(disk, step);
        const { text } = take(disk, { verbs: null, dies: "not" });
        expect(valueAt(text ?? "", ["theirs"], FILE)).toBe(true);
        expect(shown(text)).toEqual(shown(original));
      }),
      { numRuns: 400 },
    );
  });
});
