import type { Json } from "../../src/kernel/text/json.ts";
import { isObject, parseJson } from "../../src/kernel/text/json.ts";
import type { Random } from "./random.ts";

/**
 * Lines of JSON that say something else and are JSON all the same: members twice, in another order, under keys with escapes
 * or unknown ones, values of any spelling. Most damage makes no JSON of a line, and a reader that refuses it at once shows little.
 */

/** JSON as it is written: a bare value is its text, and a member may be there twice. */
type Tree = { bare: string } | { items: Tree[] } | { members: [string, Tree][] };
type Change = (tree: Tree, random: Random) => void;

const CHANGES_MAX = 4;
const NUMBERS = [
  ...["0", "-0", "1", "-1", "3.0", "0.1", "1E5", "1e-7", "1e400", "01", "1.", ".5", "-", "00", "0.30000000000000004"],
  ...["123456789012345", "1234567890123456", "12345678901234567890", "99999.9999999999", "0.000000000000001"],
];
const WORDS = ["true", "false", "null", "{}", "[]", '{"stringValue":"a"}', '[1,{"a":"]"}]', "[1,]", "nul"];
const TIMES = ["0", "1", "179534880000000000", "1795348800000000000", "0000000000000000001", "17953488000000000000"];
const PREFIX = "x".repeat(62);
const TEXTS = [
  ...[
    "",
    "a",
    "abc",
    "abcd",
    "true",
    "3",
    "masque",
    "masque.don",
    "s-1",
    "\\u0031",
    "\\ud800",
    "\\udc00x",
    "\\/\\b\\t",
  ],
  ...[
    "\\u0000",
    "\\x",
    "\\u12g4",
    "a\\",
    "a\tb",
    "\u{feff}é",
    "😀",
    "\u2028",
    `${PREFIX}`,
    `${PREFIX}y`,
    `${PREFIX}yz`,
  ],
  ...[`${PREFIX}yy`, `${PREFIX}yzz`, PREFIX.repeat(5)],
].map((text) => `"${text}"`);
const ARMS = ["stringValue", "intValue", "doubleValue", "boolValue", "arrayValue", "bytesValue", "string\\u0056alue"];
const KEYS = [
  ...["session.id", "event.sequence", "prompt.id", "success", "cost_usd", "tool_name", "masque.session.id"],
  ...["session\\u002eid", "__proto__", "", PREFIX.repeat(5)],
].map((key) => `"${key}"`);
const MEMBERS = [
  ...["timeUnixNano", "observedTimeUnixNano", "body", "attributes", "scope", "name", "logRecords", "scopeLogs"],
  ...["resourceLogs", "key", "value", "other", "attribute\\u0073", "__proto__"],
].map((name) => `"${name}"`);
/** More than a reader remembers. */
const NEW_KEYS = 20_000;

const otherBare: Change = (tree, random) => {
  some(all(tree, "bare"), random, { bare: "" }).bare = anyBare(random);
};

const anotherMember: Change = (tree, random) => {
  const { members } = anyObject(tree, random);
  const [name, value] = some(members, random, [random.pick(MEMBERS), { bare: anyBare(random) }]);
  const others = [() => name, () => random.pick(MEMBERS), () => name.replace(/[a-z]/, escaped)];
  const values = [value, { bare: anyBare(random) }, { items: [] }, { members: [] }];
  members.splice(random.whole(members.length + 1), 0, [random.pick(others)(), copy(random.pick(values))]);
};

const withoutMember: Change = (tree, random) => {
  const { members } = anyObject(tree, random);
  members.splice(random.whole(members.length + 1), 1);
};

const otherOrder: Change = (tree, random) => {
  const { members } = anyObject(tree, random);
  members.push(...members.splice(0, random.whole(members.length + 1)));
};

const otherItems: Change = (tree, random) => {
  const { items } = some(all(tree, "items"), random, { items: [] });
  const from = random.whole(items.length + 1);
  if (random.whole(3) === 0) items.splice(from, 1);
  else items.splice(random.whole(items.length + 1), 0, ...items.slice(from, from + 1).map(copy));
};

const otherAttribute: Change = (tree, random) => {
  const attributes = all(tree, "members").filter(({ members }) => members[0]?.[0] === '"key"');
  const [key, value] = some(attributes, random, { members: [] }).members;
  if (!key || !value) return;
  if (random.whole(2) === 0) key[1] = { bare: random.pick([...KEYS, `"k${random.whole(NEW_KEYS)}"`]) };
  if (random.whole(2) === 0) value[1] = anyValue(random);
};

const CHANGES = [
  otherBare,
  otherBare,
  anotherMember,
  withoutMember,
  otherOrder,
  otherItems,
  ...[1, 2, 3].map(() => otherAttribute),
];

/** A line changed once to four times; a line that is not JSON stays as it is. */
export function mutateLine(line: Buffer, random: Random): Buffer {
  const value = parseJson(line.toString());
  if (value === undefined) return line;
  const tree = treeOf(value);
  for (let times = 1 + random.whole(CHANGES_MAX); times > 0; times -= 1) random.pick(CHANGES)(tree, random);
  return Buffer.from(written(tree));
}

/** A value in any arm, mostly one that belongs there. */
function anyValue(random: Random): Tree {
  const arm = random.pick([...ARMS, "intValue", "doubleValue", "doubleValue"]);
  const isNumber = arm === "intValue" || arm === "doubleValue";
  const fits = isNumber && random.whole(4) > 0 ? anyDecimal(random) : anyBare(random);
  return { members: [[`"${arm}"`, { bare: fits }]] };
}

/** Of up to 17 digits, where a double is no longer what is written. */
function anyDecimal(random: Random): string {
  const digits = `${1 + random.whole(999_999_999)}${random.whole(99_999_999)}`;
  const point = 1 + random.whole(digits.length);
  return point >= digits.length ? digits : `${digits.slice(0, point)}.${digits.slice(point)}`;
}

/** Mostly one of the few that make up a request, which the attributes would hide. */
function anyObject(tree: Tree, random: Random): { members: [string, Tree][] } {
  const objects = all(tree, "members");
  const few = objects.filter(({ members }) => !/^"(?:key|\w+Value)"$/.test(members[0]?.[0] ?? ""));
  return some(random.whole(4) === 0 ? objects : few, random, { members: [] });
}

function anyBare(random: Random): string {
  const quoted = (texts: readonly string[]) => texts.map((text) => `"${text}"`);
  if (random.whole(8) === 0) return anyDecimal(random);
  return random.pick(random.pick([NUMBERS, WORDS, TEXTS, quoted(TIMES), quoted(NUMBERS)]));
}

function some<T>(from: readonly T[], random: Random, otherwise: T): T {
  return from.length === 0 ? otherwise : random.pick(from);
}

function all<K extends "bare" | "items" | "members">(tree: Tree, kind: K): Extract<Tree, Record<K, unknown>>[] {
  const within = "items" in tree ? tree.items : "members" in tree ? tree.members.map(([, value]) => value) : [];
  const found = within.flatMap((one) => all(one, kind));
  return kind in tree ? [tree as Extract<Tree, Record<K, unknown>>, ...found] : found;
}

function treeOf(value: Json): Tree {
  if (Array.isArray(value)) return { items: value.map(treeOf) };
  if (!isObject(value)) return { bare: JSON.stringify(value) };
  return { members: Object.entries(value).map(([name, one]) => [JSON.stringify(name), treeOf(one ?? null)]) };
}

function copy(tree: Tree): Tree {
  if ("bare" in tree) return { ...tree };
  if ("items" in tree) return { items: tree.items.map(copy) };
  return { members: tree.members.map(([name, value]) => [name, copy(value)]) };
}

function written(tree: Tree): string {
  if ("bare" in tree) return tree.bare;
  if ("items" in tree) return `[${tree.items.map(written).join(",")}]`;
  return `{${tree.members.map(([name, value]) => `${name}:${written(value)}`).join(",")}}`;
}

function escaped(letter: string): string {
  return `\\u${letter.charCodeAt(0).toString(16).padStart(4, "0")}`;
}
