import { isObject, type Json, type JsonObject } from "../../kernel/text/json.ts";
import { masqueSchema } from "./schema.ts";

/** What an editor shows for a key under the pointer. */
const DESCRIPTIONS: ReadonlyMap<string, string> = new Map(
  Object.entries({
    name: "The name of the masque; upper and lower case make no difference. The file is called <name in lower case, with hyphens>.masque.yaml",
    version: 'A SemVer 2.0 version, in quotes: "0.1.0"',
    attributes: "Metadata. Any key is allowed; masque knows the ones listed here",
    category: "The kind of masque",
    domain: "The field that the masque is for, such as feature-work",
    tagline: "One line that says what the masque is for",
    occasion: "When to wear the masque, such as: a diff is about to be merged",
    style: "How the masque works",
    philosophy: "What the masque believes",
    complement: "The name of a masque that is good at what this masque is not good at",
    shadow: "The mistake that this way of working leads to",
    forkedFrom: "The masque that this one was copied from, written by masque fork: name, version and digest",
    context: "Who the agent is helping, and where",
    lens: "How the agent is to think. The agent reads this first",
    anchor:
      "One or two sentences, at most 60 words, that are repeated in a long session: the rules that an agent forgets first",
    rubric:
      "How to recognise a session that went well: text, or a list of criteria. People see the rubric, the agent never does",
    text: "What the session is held to, in one sentence",
    check:
      "What a program can decide: one or more of must, mustNot, maxWords and tool. Without a check, a person or a model decides",
    must: "A pattern in RE2's syntax that the answer contains. (?m) makes ^ and $ match at each line, (?i) ignores case",
    mustNot: "A pattern in RE2's syntax that the answer does not contain",
    maxWords: "The most words that the answer has",
    tool: "A tool that is used, or that is not used",
    used: "The name of a tool that the session used, such as Bash",
    unused: "The name of a tool that the session did not use, such as Edit",
    lint: "What masque lint leaves alone in this file",
    silence: "Lint rules that this file breaks on purpose",
    rule: "The id of a lint rule",
    reason: "Why the file breaks the rule",
    spinnerVerbs: "The words that Claude Code's spinner shows while the masque is worn",
    mode: "Whether the verbs replace Claude Code's own (replace), or are added after them (append) or before them (prepend)",
    verbs: "The words, each a short line, such as Forging",
  }),
);

/**
 * The JSON Schema (draft 2020-12) that editors check masque files against, generated from {@link masqueSchema}.
 * Rules that JSON Schema cannot express are left out, so `masque validate` refuses everything that the JSON Schema refuses, and
 * more.
 */
export function masqueJsonSchema(): JsonObject {
  const { $schema, ...generated } = masqueSchema.toJsonSchema({ fallback: { predicate: ({ base }) => base } });
  return {
    $schema: $schema ?? "https://json-schema.org/draft/2020-12/schema",
    title: "Masque",
    description: "A temporary cognitive identity for an agent: a *.masque.yaml file",
    ...described(generated as JsonObject),
  };
}

/** What the schema checks with predicates, which are lost on the way, and JSON Schema can say. */
const COUNTS: ReadonlyMap<string, JsonObject> = new Map(
  Object.entries({ check: { minProperties: 1 }, tool: { minProperties: 1, maxProperties: 1 } }),
);

/** Describes each known property, also of the objects in lists and alternatives. */
function described(schema: JsonObject): JsonObject {
  const { properties, items, anyOf } = schema;
  return {
    ...schema,
    ...(isObject(properties) && { properties: describedProperties(properties) }),
    ...(isObject(items) && { items: described(items) }),
    ...(Array.isArray(anyOf) && { anyOf: anyOf.map((one) => (isObject(one) ? described(one) : one)) }),
  };
}

function describedProperties(properties: JsonObject): JsonObject {
  const entries = Object.entries(properties).map(([key, value]) => [key, withDescription(key, value)] as const);
  return Object.fromEntries(entries);
}

function withDescription(key: string, value: Json | undefined): Json | undefined {
  if (!isObject(value)) return value;
  const description = DESCRIPTIONS.get(key);
  return described({ ...value, ...COUNTS.get(key), ...(description && { description }) });
}
