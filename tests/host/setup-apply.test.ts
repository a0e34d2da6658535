import { describe, expect, test } from "bun:test";
import { existsSync, lstatSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { planFile } from "../../src/host/settings/undo.ts";
import { applyPlan } from "../../src/host/setup/apply-plan.ts";
import { journalText, readJournal, type Setup } from "../../src/host/setup/journal.ts";
import { type FileChange, planUndo, type SetupPlan } from "../../src/host/setup/plan.ts";
import { digestOf } from "../../src/kernel/text/digest.ts";
import { temporaryFolder } from "../support/temp-folder.ts";

const KEY = { kind: "setup", folder: "/claude" } as const;
const OWN = '{"a": 1}\n';

/** A plan of a command and two settings files, and a journal that keeps what was saved last. */
function machine() {
  const folder = temporaryFolder();
  const at = (name: string) => join(folder.path, name);
  const [command, one, two] = [at("commands/don.md"), at("one.json"), at("two.json")];
  for (const path of [one, two]) writeFileSync(path, OWN);
  const wishes = [{ path: ["k"], isElement: false, value: "ours" }];
  const plans = [one, two].map((path) => ({
    path,
    ...planFile({ text: OWN, record: null, file: path }, () => wishes),
  }));
  const entry = (which: "intent" | "result"): Setup => ({
    ...KEY,
    settings: plans.flatMap((plan) => (plan[which] ? [{ path: plan.path, ...plan[which] }] : [])),
    files: [{ path: command, digests: [digestOf("text")] }],
    folders: [at("commands")],
  });
  const changes: FileChange[] = [
    { path: command, before: null, after: "text", says: [] },
    ...plans.map(({ path, text }) => ({ path, before: OWN, after: text, says: [] })),
  ];
  const plan: SetupPlan = {
    key: KEY,
    changes,
    notes: [],
    warnings: [],
    intent: entry("intent"),
    result: entry("result"),
  };
  let saved: Setup | null = null;
  return {
    command,
    one,
    two,
    plan,
    saved: () => saved,
    /** Applies the plan; `before` is called as each file is about to be found. */
    apply: (before: (path: string) => void = () => undefined) =>
      applyPlan(plan, null, {
        groundOf: (path) => {
          if (saved !== null) before(path);
          return "user";
        },
        save: (setup) => {
          saved = setup === null ? null : (readJournal(JSON.parse(journalText([setup])))?.[0] ?? null);
        },
      }),
    [Symbol.dispose]: () => folder[Symbol.dispose](),
  };
}

describe("applyPlan()", () => {
  test("writes every file, and records it", () => {
    using at = machine();
    at.apply();
    expect(readFileSync(at.command, "utf8")).toBe("text");
    expect(JSON.parse(readFileSync(at.two, "utf8"))).toEqual({ a: 1, k: "ours" });
    expect(at.saved()).toEqual(at.plan.result);
  });

  test("refuses by name a file that changes while others are written, and takes those back", () => {
    using at = machine();
    const meanwhile = (path: string) => {
      if (path === at.one) writeFileSync(at.two, '{"theirs": 2}');
    };
    expect(() => at.apply(meanwhile)).toThrow(
      expect.objectContaining({ code: "setup.outdated", message: expect.stringContaining(at.two) }),
    );
    expect(readFileSync(at.one, "utf8")).toBe(OWN);
    expect(readFileSync(at.two, "utf8")).toBe('{"theirs": 2}');
    expect(existsSync(at.command)).toBe(false);
    expect(at.saved()).toBeNull();
  });

  test("records what cannot be taken back, and an undo takes out exactly that", () => {
    using at = machine();
    const meanwhile = (path: string) => {
      if (path !== at.two) return;
      // Someone adds to the one that is written already, and changes the other before it is.
      const text = readFileSync(at.one, "utf8");
      writeFileSync(at.one, text.replace('"a": 1', '"a": 1, "theirs": 2'));
      writeFileSync(at.two, '{"theirs": 2}');
    };
    expect(() => at.apply(meanwhile)).toThrow(expect.objectContaining({ code: "setup.outdated" }));
    const left = at.saved();
    if (left === null) throw new Error("nothing is recorded");
    expect(existsSync(at.command)).toBe(false);
    const texts = new Map([at.one, at.two].map((path) => [path, readFileSync(path, "utf8")]));
    expect(JSON.parse(texts.get(at.one) ?? "")).toEqual({ a: 1, theirs: 2, k: "ours" });
    const { changes } = planUndo({ texts, links: new Set() }, left);
    expect(changes.map(({ path, after }) => [path, JSON.parse(after ?? "")])).toEqual([[at.one, { a: 1, theirs: 2 }]]);
  });

  test("writes nothing at all where a file has changed since it was shown", () => {
    using at = machine();
    writeFileSync(at.two, "{}");
    expect(() => at.apply()).toThrow(expect.objectContaining({ message: expect.stringContaining(at.two) }));
    expect(existsSync(at.command)).toBe(false);
    expect(at.saved()).toBeNull();
  });

  test("takes the rest back where one cannot be written", () => {
    using at = machine();
    const meanwhile = (path: string) => {
      if (path !== at.two || !existsSync(at.command) || !lstatSync(at.two).isFile()) return;
      Bun.spawnSync(["rm", at.two]);
      mkdirSync(at.two);
    };
    expect(() => at.apply(meanwhile)).toThrow(expect.objectContaining({ code: "file.unreadable" }));
    expect(readFileSync(at.one, "utf8")).toBe(OWN);
    expect(existsSync(at.command)).toBe(false);
  });
});
