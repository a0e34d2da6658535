import { expect, test } from "bun:test";
import fc from "fast-check";
import { MasqueError } from "../../src/kernel/errors.ts";
import { LIMITS } from "../../src/kernel/limits.ts";
import type { Json } from "../../src/kernel/text/json.ts";
import type { Masque, MasqueName } from "../../src/masque/masque.ts";
import { expenseOf } from "../../src/masque/trial/expense.ts";
import { promptfooConfig, readResults } from "../../src/masque/trial/promptfoo-files.ts";
import { casesFrom } from "../../src/masque/trial/suite.ts";

const MASQUE: Masque = {
  name: "Tried" as MasqueName,
  version: "1.0.0",
  lens: "Begin with `Verdict:`.",
  rubric: [
    { text: "decides", check: { must: "Verdict:" } },
    { text: "is short", check: { maxWords: 20 } },
    { text: "reads only", check: { tool: { unused: "Edit" } } },
    { text: "is kind" },
  ],
};

test("casesFrom() holds an answer to every criterion that an answer alone decides, or to those that are named", () => {
  const given = {
    cases: [
      { name: "one", prompt: "p", fixture: "f" },
      { name: "two", prompt: "q", criteria: ["is short"] },
    ],
  };
  expect(casesFrom(given, MASQUE, "cases.yaml")).toEqual([
    { name: "one", prompt: "p\n\nf", criteria: MASQUE.rubric?.slice(0, 2) as never },
    { name: "two", prompt: "q", criteria: MASQUE.rubric?.slice(1, 2) as never },
  ]);
});

const one = (more: { [key: string]: Json }): Json => ({ cases: [{ name: "one", prompt: "p", ...more }] });

test.each([
  [null, "it has no list `cases`"],
  [[], "it has no list `cases`"],
  [{ cases: [] }, "it has no list `cases`"],
  [{ cases: ["one"] }, "case 1: it is not a map"],
  [one({ name: "../up" }), 'the name "../up" is not lower-case words'],
  [one({ name: "a".repeat(61) }), "is not lower-case words"],
  [one({ prompt: " " }), "`prompt` is not a text"],
  [one({ fixture: 3 }), "`fixture` is not a text"],
  [one({ prompts: "p" }), '"prompts" is not a key of a case'],
  [one({ criteria: [] }), "`criteria` is not a list of texts"],
  [one({ criteria: ["is kind"] }), 'no criterion "is kind" that an answer alone decides'],
  [one({ criteria: ["reads only"] }), 'no criterion "reads only"'],
  [one({ fixture: "x".repeat(LIMITS.trialPromptBytesMax) }), "prompt and fixture have more than"],
  [
    {
      cases: [
        { name: "one", prompt: "p" },
        { name: "one", prompt: "q" },
      ],
    },
    'two cases are called "one"',
  ],
  [{ cases: Array.from({ length: LIMITS.trialCasesMax + 1 }, () => ({})) }, `at most ${LIMITS.trialCasesMax}`],
] as const)("casesFrom() refuses %j", (given, why) => {
  expect(() => casesFrom(given as Json, MASQUE, "cases.yaml")).toThrow(why);
  expect(() => casesFrom(given as Json, MASQUE, "cases.yaml")).toThrow(
    expect.objectContaining({ code: "trial.cases-invalid" }),
  );
});

test("casesFrom() refuses a masque whose rubric no program can decide", () => {
  const masque = { ...MASQUE, rubric: "It is kind." };
  expect(() => casesFrom(one({}), masque, "cases.yaml")).toThrow(
    expect.objectContaining({ code: "trial.nothing-to-decide" }),
  );
});

test("casesFrom() throws nothing but its own errors, whatever it reads", () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      try {
        casesFrom({ cases: value } as Json, MASQUE, "cases.yaml");
      } catch (error) {
        expect(error).toBeInstanceOf(MasqueError);
      }
    }),
  );
});

test("promptfooConfig() holds every text as it is, and no brace that a template could begin with", () => {
  fc.assert(
    fc.property(
      fc.string({ unit: "binary" }),
      fc.constantFrom("{{ env.KEY }}", "{% raw %}", "{# x #}", ""),
      (text, template) => {
        const said = `${template}${text.toWellFormed()}`;
        const config = JSON.parse(
          promptfooConfig({
            cases: [{ name: "one", prompt: said, criteria: [] }],
            systems: { none: null, placebo: said, masque: said },
            provider: "echo",
            runs: 2,
            maxTokens: 100,
          }),
        );
        expect(config.prompts).toHaveLength(3);
        for (const { raw } of config.prompts) expect(raw).not.toMatch(/\{[{%#]/);
        const messages = config.prompts.map(({ raw }: { raw: string }) => JSON.parse(raw));
        expect(messages[0]).toEqual([{ role: "user", content: said }]);
        expect(messages[2]).toEqual([
          { role: "system", content: said },
          { role: "user", content: said },
        ]);
      },
    ),
  );
});

test("readResults() reads answers by their label, errors, and tokens", () => {
  const row = (label: string, response: object) => ({ prompt: { label }, response, error: "401" });
  const rows = [
    row("masque/one", { output: "Verdict: go" }),
    row("none/one", { output: { a: 1 } }),
    row("placebo/one", {}),
    row("other/one", { output: "x" }),
  ];
  const text = JSON.stringify({ results: { results: rows, stats: { tokenUsage: { prompt: 10, completion: 5 } } } });
  expect(readResults(text)).toEqual({
    answers: [
      { case: "one", arm: "masque", text: "Verdict: go", error: null },
      { case: "one", arm: "none", text: '{"a":1}', error: null },
      { case: "one", arm: "placebo", text: null, error: "401" },
    ],
    tokens: { input: 10, output: 5 },
  });
});

test.each(["", "{", "[]", "{}", '{"results":[]}', '{"results":{"results":{}}}'])(
  "readResults() of %j is nothing",
  (text) => {
    expect(readResults(text)).toBeUndefined();
  },
);

test("expenseOf() counts every arm of every case in every run, and the price that the user gives", () => {
  const cases = [{ name: "one", prompt: "a".repeat(40), criteria: [] }];
  const systems = { none: null, placebo: "b".repeat(400), masque: "c".repeat(360) };
  const size = { runs: 2, maxTokens: 100, countTokens: (text: string) => text.length / 4 };
  const expense = { requests: 6, inputTokens: 2 * (10 + 110 + 100), outputTokensMax: 600 };
  expect(expenseOf(cases, systems, { ...size, prices: null })).toEqual({ ...expense, costUsd: null });
  const priced = expenseOf(cases, systems, { ...size, prices: { input: 1000, output: 2000 } });
  expect(priced.costUsd).toBeCloseTo(0.44 + 1.2, 9);
});
