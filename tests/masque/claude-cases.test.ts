import { expect, test } from "bun:test";
import fc from "fast-check";
import { readYaml } from "../../src/kernel/text/yaml.ts";
import { compilePattern } from "../../src/masque/re2/compile-pattern.ts";
import { criteriaOf } from "../../src/masque/rubric/criteria.ts";
import { sharedMasques } from "../../src/masque/shared.ts";
import { systemTexts } from "../../src/masque/trial/arms.ts";
import { claudeCases } from "../../src/masque/trial/claude-cases.ts";
import { jsPattern } from "../../src/masque/trial/js-pattern.ts";
import { scriptedAnswer } from "../evals/scripted-model.ts";

const SYSTEMS = { none: null, placebo: "p", masque: 'm\n---\n"quoted" {{x}} # not a comment' };

test.each([
  ["(?m)^Verdict:", { source: "^Verdict:", flags: "m" }],
  ["(?im)^a", { source: "^a", flags: "im" }],
  ["(?ii)a", { source: "a", flags: "i" }],
  ["a(?i:b)", { source: "a(?i:b)", flags: "" }],
  ["(?P<name>a)", { source: "(?<name>a)", flags: "" }],
  ["a(?i)b", undefined],
  ["\\Aa\\z", undefined],
  ["[[:alpha:]]", undefined],
  ["\\pL", undefined],
  ["\\Qa.b\\E", undefined],
  ["(?U)a+", undefined],
] as const)("jsPattern(%j) is %j", (re2, js) => {
  expect(jsPattern(re2)).toEqual(js);
});

test("every pattern of the library that has its flags at the beginning has one of JavaScript's, which decides the same", () => {
  const patterns = sharedMasques().flatMap(({ masque }) =>
    criteriaOf(masque).flatMap(({ check }) => [check?.must ?? [], check?.mustNot ?? []].flat()),
  );
  expect(patterns.length).toBeGreaterThan(50);
  const answers = sharedMasques().map((one) => scriptedAnswer(systemTexts(one).masque ?? "", "Why?"));
  for (const re2 of patterns.filter((one) => !/.\(\?[ims]+\)/.test(one))) {
    const js = jsPattern(re2);
    const compiled = compilePattern(re2);
    if (!js || compiled.kind === "refused") throw new Error(`Not translated: ${re2}`);
    const found = new RegExp(js.source, js.flags);
    for (const answer of answers)
      expect([re2, found.test(answer)]).toEqual([re2, compiled.pattern.find(answer) !== null]);
  }
});

test("claudeCases() writes a prompt and graders for each arm and case", () => {
  const criteria = [
    { text: "decides", check: { must: "(?m)^Verdict:", maxWords: 3 } },
    { text: "names no letter", check: { mustNot: "\\pL" } },
  ];
  const files = claudeCases([{ name: "one", prompt: "Ship?", criteria }], SYSTEMS);
  expect(files.map(({ path }) => path).filter((path) => path.startsWith("evals/masque"))).toEqual([
    "evals/masque/one/prompt.md",
    "evals/masque/one/graders/1-must.md",
    "evals/masque/one/graders/1-words.md",
    "evals/masque/one/graders/2-model.md",
  ]);
  const [prompt, must, words, model] = files
    .filter(({ path }) => path.startsWith("evals/masque"))
    .map(({ text }) => parts(text));
  expect(prompt).toEqual({
    head: {
      name: "masque-one",
      tags: ["masque"],
      allowed_tools: ["Read", "Glob", "Grep"],
      append_system_prompt: SYSTEMS.masque,
    },
    body: "Ship?",
  });
  expect(must).toEqual({
    head: { type: "regex", pattern: "^Verdict:", flags: "m", match: "contains" },
    body: "decides",
  });
  const bound = (words?.head as { pattern: string } | undefined)?.pattern ?? "none";
  expect(new RegExp(bound).test("one two  three\n")).toBe(false);
  expect(new RegExp(bound).test("one two\nthree four")).toBe(true);
  expect(model).toEqual({ head: { type: "llm" }, body: "names no letter" });
  expect(files.find(({ path }) => path === "evals/none/one/prompt.md")?.text).not.toContain("append_system_prompt");
});

test("a prompt and a system text come back from the file as they were", () => {
  fc.assert(
    fc.property(fc.string({ minLength: 1 }), fc.string(), (system, prompt) => {
      const [file] = claudeCases([{ name: "one", prompt: `p ${prompt}`, criteria: [] }], { ...SYSTEMS, none: system });
      const { head, body } = parts(file?.text ?? "");
      expect((head as { append_system_prompt: string }).append_system_prompt).toBe(system);
      expect(body).toBe(`p ${prompt}`.trim());
    }),
  );
});

function parts(text: string): { head: unknown; body: string } {
  const [, head = "", body = ""] = /^---\n([\s\S]*?)\n---\n\n([\s\S]*)\n$/.exec(text) ?? [];
  const yaml = readYaml(head);
  if (yaml.kind === "broken") throw new Error(JSON.stringify(yaml.faults));
  return { head: yaml.value, body };
}
