import { parseXml, type XmlElement } from "./xml.ts";

/**
 * The rules of the two schemas that readers of JUnit reports go by, Ant's (windyroad's JUnit.xsd) and Jenkins' (junit-10),
 * as one: what both allow, and what either requires.
 */

type Rule = {
  /** Attributes and what each must look like. */
  readonly required: Readonly<Record<string, RegExp>>;
  readonly optional?: Readonly<Record<string, RegExp>>;
  /** Children in their order: exactly one, any number, at most one. */
  readonly children?: readonly (readonly [name: string, count: "1" | "*" | "?"])[];
  readonly text?: boolean;
};

const ANY = /^/;
const TOKEN = /^\S+(?: \S+)*$/;
const WHOLE = /^\d+$/;
const DECIMAL = /^\d+(\.\d+)?$/;
const DATE_TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d$/;
const PROBLEM: Rule = { required: { type: ANY }, optional: { message: ANY }, text: true };

const RULES: Readonly<Record<string, Rule>> = {
  testsuites: { required: {}, children: [["testsuite", "*"]] },
  testsuite: {
    required: {
      id: WHOLE,
      package: TOKEN,
      name: TOKEN,
      timestamp: DATE_TIME,
      hostname: TOKEN,
      tests: WHOLE,
      failures: WHOLE,
      errors: WHOLE,
      time: DECIMAL,
    },
    optional: { skipped: WHOLE },
    children: [
      ["properties", "1"],
      ["testcase", "*"],
      ["system-out", "1"],
      ["system-err", "1"],
    ],
  },
  properties: { required: {}, children: [["property", "*"]] },
  property: { required: { name: TOKEN, value: ANY } },
  testcase: { required: { name: TOKEN, classname: TOKEN, time: DECIMAL }, children: [["failure", "?"]] },
  failure: PROBLEM,
  "system-out": { required: {}, text: true },
  "system-err": { required: {}, text: true },
};

/** Reads a report and says everything that is wrong with it. */
export function faultsInJunit(xml: string): string[] {
  const root = parseXml(xml);
  const faults = root.name === "testsuites" ? [] : [`the root is ${root.name}`];
  return [...faults, ...faultsIn(root)];
}

function faultsIn(element: XmlElement): string[] {
  const rule = RULES[element.name];
  if (!rule) return [`${element.name} is no element`];
  return [
    ...attributeFaults(element, rule),
    ...childFaults(element, rule),
    ...countFaults(element),
    ...(!rule.text && element.text.trim() !== "" ? [`${element.name} holds text`] : []),
    ...element.children.flatMap(faultsIn),
  ];
}

function attributeFaults({ name, attributes }: XmlElement, { required, optional = {} }: Rule): string[] {
  const missing = Object.keys(required).filter((one) => !Object.hasOwn(attributes, one));
  const wrong = Object.entries(attributes).filter(([one, value]) => !(required[one] ?? optional[one])?.test(value));
  return [
    ...missing.map((one) => `${name} lacks ${one}`),
    ...wrong.map(([one, value]) => `${name} has ${one}=${JSON.stringify(value)}`),
  ];
}

function childFaults({ name, children }: XmlElement, { children: expected = [] }: Rule): string[] {
  const pattern = expected.map(([child, count]) => `(?:${child} )${count === "1" ? "" : count}`).join("");
  const found = children.map((child) => `${child.name} `).join("");
  return new RegExp(`^${pattern}$`).test(found) ? [] : [`${name} holds ${found || "nothing"}`];
}

/** No schema says so, but every reader adds up. */
function countFaults({ name, attributes, children }: XmlElement): string[] {
  if (name !== "testsuite") return [];
  const cases = children.filter((child) => child.name === "testcase");
  const failed = cases.filter((one) => one.children.length > 0);
  const counts = [String(cases.length), String(failed.length)];
  return attributes["tests"] === counts[0] && attributes["failures"] === counts[1] ? [] : [`counts are not ${counts}`];
}
