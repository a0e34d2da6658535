import { expect, test } from "bun:test";
import fc from "fast-check";
import { LIMITS } from "../../src/kernel/limits.ts";
import { compilePattern } from "../../src/masque/re2/compile-pattern.ts";
import type { Check } from "../../src/masque/rubric/criteria.ts";
import { decideCriteria, type Evidence } from "../../src/masque/rubric/decide-criteria.ts";

function decide(check: Check | undefined, evidence: Partial<Evidence>) {
  const criterion = { text: "It holds", ...(check && { check }) };
  const [decision] = decideCriteria([criterion], { answer: null, toolsUsed: null, ...evidence }, compilePattern);
  if (!decision) throw new Error("Nothing was decided");
  return decision;
}

const tools = (...names: string[]) => ({ toolsUsed: new Set(names) });

test.each<[string, Check, Partial<Evidence>, string, string]>([
  ["a match", { must: "(?m)^Verdict:" }, { answer: "Well.\nVerdict: no" }, "passed", '"Verdict:" at 6'],
  ["no match", { must: "(?m)^Verdict:" }, { answer: "A Verdict: no" }, "failed", "nothing matches (?m)^Verdict:"],
  ["another case", { must: "verdict" }, { answer: "Verdict" }, "failed", "nothing matches verdict"],
  ["a refused word", { mustNot: "TODO" }, { answer: "é TODO" }, "failed", '"TODO" at 2'],
  ["no refused word", { mustNot: "TODO" }, { answer: "" }, "passed", "nothing matches TODO"],
  ["a long match", { mustNot: "a+" }, { answer: "a".repeat(99) }, "failed", `"${"a".repeat(80)}…" at 0`],
  ["few words", { maxWords: 3 }, { answer: " one  two\nthree " }, "passed", "3 words"],
  ["many words", { maxWords: 2 }, { answer: "one two three" }, "failed", "3 words, at most 2 are allowed"],
  ["a used tool", { tool: { used: "Bash" } }, tools("Bash"), "passed", "the tool Bash was used"],
  ["an idle tool", { tool: { used: "Bash" } }, tools("Edit"), "failed", "the tool Bash was not used"],
  ["a forbidden tool", { tool: { unused: "Edit" } }, tools("Edit"), "failed", "the tool Edit was used"],
  ["a spared tool", { tool: { unused: "Edit" } }, tools(), "passed", "the tool Edit was not used"],
  ["no answer", { must: "a" }, tools("Bash"), "absent", "there is no answer to look at"],
  ["unknown tools", { tool: { unused: "Edit" } }, { answer: "" }, "absent", "which tools were used is not known"],
  ["a refused pattern", { must: "(a" }, { answer: "a" }, "absent", "the pattern is refused: missing closing ): `(a`"],
  ["half known, failing", { mustNot: "a", tool: { used: "B" } }, { answer: "a" }, "failed", '"a" at 0'],
  [
    "half known, passing",
    { must: "a", tool: { used: "B" } },
    { answer: "a" },
    "absent",
    "which tools were used is not known",
  ],
])("decideCriteria() decides %s", (_what, check, evidence, outcome, reason) => {
  expect(decide(check, evidence)).toMatchObject({ outcome, reason });
});

test("decideCriteria() leaves a criterion without a check to a person", () => {
  expect(decide(undefined, { answer: "a", ...tools() })).toMatchObject({ outcome: "absent", findings: [] });
});

test("decideCriteria() looks at an answer of 1 MiB, and at none that is longer", () => {
  const answer = "a".repeat(LIMITS.answerBytesMax - 1);
  expect(decide({ must: "b" }, { answer: `${answer}b` }).outcome).toBe("passed");
  const longer = decide({ must: "b", mustNot: "c", maxWords: 9 }, { answer: `${answer}é` });
  expect(longer.findings.map(({ outcome }) => outcome)).toEqual(["absent", "absent", "absent"]);
  expect(longer.reason).toContain("1048577 bytes");
});

test("decideCriteria() agrees with a plain search for any literal, and reports its offset", () => {
  const text = fc.string({ unit: "binary", maxLength: 40 });
  fc.assert(
    fc.property(text, text, fc.string({ unit: "grapheme", minLength: 1, maxLength: 3 }), (before, after, literal) => {
      const source = literal.replace(/[\\^$.|?*+()[\]{}]/g, "\\$&");
      const answer = `${before}${literal}${after}`;
      const [must] = decide({ must: source }, { answer }).findings;
      expect(must).toMatchObject({ outcome: "passed", at: answer.indexOf(literal) });
      expect(decide({ mustNot: source }, { answer }).outcome).toBe("failed");
    }),
  );
});

test("decideCriteria() decides must and mustNot of one pattern against each other, whatever the answer", () => {
  const pattern = fc.constantFrom("(a*)*b", "(?m)^x$", "\\bword\\b", "[^\\n]{3}", "(?i)É", "\\PL+");
  fc.assert(
    fc.property(pattern, fc.string({ unit: "binary" }), (source, answer) => {
      const outcomes = [decide({ must: source }, { answer }).outcome, decide({ mustNot: source }, { answer }).outcome];
      expect(outcomes.sort()).toEqual(["failed", "passed"]);
    }),
  );
});

// Backtracking would need 2^(1 MiB) steps for the first four. The last one has more states than an automaton may keep.
test.each(["(a*)*\\d", "(a|aa)+\\d", "(?:a?){30}a{30}\\d", "(.*a){5}\\d", "a[ab]{100}[^ab]"])(
  "decideCriteria() decides %s over 1 MiB of hostile text",
  (source) => {
    const answer = Array.from({ length: LIMITS.answerBytesMax }, (_, at) => "ab"[((at * at) % 7) & 1]).join("");
    expect(decide({ must: source }, { answer }).outcome).toBe("failed");
  },
  120_000,
);
