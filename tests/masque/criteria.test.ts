import { expect, test } from "bun:test";
import { criteriaOf } from "../../src/masque/rubric/criteria.ts";
import { rubricText } from "../../src/masque/rubric/rubric-text.ts";

test.each([
  ["no rubric", undefined, []],
  ["a blank text", " \n", []],
  ["prose", "It held.\nIt was short.\n", ["It held.\nIt was short."]],
  ["bullets", "- It held\n\n- It was\n  short\n", ["It held", "It was short"]],
  ["bullets after a heading", "Good when:\n- it held\n", ["Good when:\n- it held"]],
  ["bullets and prose", "- it held\nAnd more.\n", ["- it held\nAnd more."]],
  ["a bullet with nothing in it", "- \n- It held\n", ["It held"]],
])("criteriaOf() reads %s", (_what, rubric, texts) => {
  expect(criteriaOf(rubric === undefined ? {} : { rubric })).toEqual(texts.map((text) => ({ text })));
});

test("criteriaOf() is the list where the rubric is one", () => {
  const rubric = [{ text: "short", check: { maxWords: 1 } }, { text: "true" }];
  expect(criteriaOf({ rubric })).toBe(rubric);
});

test("rubricText() keeps a text, and puts each check into words", () => {
  expect(rubricText({ rubric: "- as it is" })).toBe("- as it is");
  const rubric = [
    { text: "It is short\n", check: { maxWords: 300 } },
    { text: "One word", check: { maxWords: 1 } },
    { text: "It decides", check: { must: "^Verdict:", mustNot: "maybe" } },
    { text: "It looks", check: { tool: { used: "Read" } } },
    { text: "It only looks", check: { tool: { unused: "Edit" } } },
    { text: "It is true" },
  ];
  expect(rubricText({ rubric })).toMatchInlineSnapshot(`
"- It is short
  checked: at most 300 words
- One word
  checked: at most 1 word
- It decides
  checked: the answer matches ^Verdict:; the answer does not match maybe
- It looks
  checked: the tool Read is used
- It only looks
  checked: the tool Edit is not used
- It is true"
`);
});
