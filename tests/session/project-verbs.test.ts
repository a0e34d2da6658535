import { describe, expect, test } from "bun:test";
import { appendFileSync, existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { parseSessionId } from "../../src/kernel/ids.ts";
import { LIMITS } from "../../src/kernel/limits.ts";
import { digestOf } from "../../src/kernel/text/digest.ts";
import {
  appendVerbsChange,
  isSaid,
  latestOf,
  noVerbs,
  projectOfFile,
  readProjectVerbs,
  rewriteVerbs,
  type VerbsChange,
} from "../../src/session/project-verbs.ts";
import { temporaryFolder } from "../support/temp-folder.ts";

const PROJECT = "/work/parser";
const id = (text: string) => parseSessionId(text) ?? fail();
const [ADA, GRACE] = [digestOf("Ada"), digestOf("Grace")];

function fail(): never {
  throw new Error("not there");
}

function appended(path: string, changes: readonly VerbsChange[]) {
  return changes.reduce(
    (verbs, change) => appendVerbsChange(path, { verbs, change }, false),
    readProjectVerbs(path, PROJECT) ?? fail(),
  );
}

const change: fc.Arbitrary<VerbsChange> = fc.oneof(
  fc.record({
    kind: fc.constant("on" as const),
    session: fc.constantFrom(id("a"), id("b"), id("c"), id("constructor")),
    digest: fc.constantFrom(ADA, GRACE),
  }),
  fc.record({ kind: fc.constant("off" as const), session: fc.constantFrom(id("a"), id("b"), id("c")) }),
  fc.record({
    kind: fc.constant("shown" as const),
    digest: fc.constantFrom(ADA, GRACE, null),
    record: fc.constantFrom(null, { sets: [], madeFile: true }),
  }),
);

describe("a project's verbs", () => {
  test("are read as they were written, whatever came and went, also after they were written whole again", () => {
    fc.assert(
      fc.property(fc.array(change, { maxLength: 30 }), (changes) => {
        using folder = temporaryFolder();
        const path = join(folder.path, "p.jsonl");
        const known = appended(path, changes);
        if (changes.length === 0) return;
        expect(readProjectVerbs(path, PROJECT)).toEqual(known);
        rewriteVerbs(path, PROJECT);
        expect(readProjectVerbs(path, PROJECT)).toEqual(known);
        expect([...(readProjectVerbs(path, PROJECT)?.wearers ?? [])]).toEqual([...known.wearers]);
      }),
      { numRuns: 60 },
    );
  });

  test("lose at most the line that a crash tore, and take further ones", () => {
    using folder = temporaryFolder();
    const path = join(folder.path, "p.jsonl");
    appended(path, [{ kind: "on", session: id("a"), digest: ADA }]);
    appendFileSync(path, '{"kind":"on","session":"b","dig');
    expect(latestOf(readProjectVerbs(path, PROJECT)?.wearers ?? fail())).toEqual({ session: id("a"), digest: ADA });
    appended(path, [{ kind: "on", session: id("c"), digest: GRACE }]);
    expect(latestOf(readProjectVerbs(path, PROJECT)?.wearers ?? fail())).toEqual({ session: id("c"), digest: GRACE });
  });

  test.each([
    ["of another project", '{"version":1,"project":"/elsewhere"}\n'],
    ["of a later format", '{"version":2,"project":"/work/parser"}\n'],
    ["without a whole first line", '{"version":1,'],
    ["that is not JSON", "\0\0\n"],
  ])("in a file %s are not read", (_name, text) => {
    using folder = temporaryFolder();
    const path = join(folder.path, "p.jsonl");
    writeFileSync(path, text);
    expect(readProjectVerbs(path, PROJECT)).toBeNull();
  });

  test("name their project, and are none where there is no file", () => {
    using folder = temporaryFolder();
    const path = join(folder.path, "p.jsonl");
    expect(readProjectVerbs(path, PROJECT)).toEqual(noVerbs(PROJECT));
    expect(existsSync(path)).toBe(false);
    appended(path, [{ kind: "off", session: id("a") }]);
    expect(projectOfFile(path)).toBe(PROJECT);
  });

  test("keep the latest sessions, beyond the bound", () => {
    using folder = temporaryFolder();
    const path = join(folder.path, "p.jsonl");
    const lines = Array.from({ length: LIMITS.verbWearersMax + 5 }, (_, n) => ({
      kind: "on",
      session: `s${n}`,
      digest: ADA,
    }));
    const head = JSON.stringify({ version: 1, project: PROJECT });
    writeFileSync(path, [head, ...lines.map((line) => JSON.stringify(line)), ""].join("\n"));
    const { wearers } = readProjectVerbs(path, PROJECT) ?? fail();
    expect(wearers.size).toBe(LIMITS.verbWearersMax);
    expect(wearers.has(id("s4"))).toBe(false);
    expect(latestOf(wearers)?.session).toBe(id(`s${LIMITS.verbWearersMax + 4}`));
  });

  test("isSaid() of the latest, and of one that is not listed", () => {
    const verbs = {
      ...noVerbs(PROJECT),
      wearers: new Map([
        [id("a"), ADA],
        [id("b"), GRACE],
      ]),
    };
    expect(isSaid(verbs, { kind: "on", session: id("b"), digest: GRACE })).toBe(true);
    expect(isSaid(verbs, { kind: "on", session: id("a"), digest: ADA })).toBe(false);
    expect(isSaid(verbs, { kind: "on", session: id("b"), digest: ADA })).toBe(false);
    expect(isSaid(verbs, { kind: "off", session: id("c") })).toBe(true);
    expect(isSaid(verbs, { kind: "off", session: id("a") })).toBe(false);
  });

  test("rewriteVerbs() makes the file short", () => {
    using folder = temporaryFolder();
    const path = join(folder.path, "p.jsonl");
    for (let n = 0; n < 50; n++) appended(path, [{ kind: "on", session: id("a"), digest: n % 2 === 0 ? ADA : GRACE }]);
    rewriteVerbs(path, PROJECT);
    expect(readFileSync(path, "utf8").trimEnd().split("\n")).toHaveLength(2);
  });
});
