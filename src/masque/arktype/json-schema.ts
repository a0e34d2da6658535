import { isObject, type Json, type JsonObject } from "../../kernel/text/json.ts";
import { masqueSchema } from "./schema.ts";

/** What an editor shows for a key under the pointer. */
const DESCRIPTIONS: ReadonlyMap<string, string> = new Map(
  Object.entries({
    name: "The name of the masque; upper and lower case make no difference. The file is called <name in lower case, with hyphens>.masque.yaml",
    version: 'A SemVer 2.0 version, in quotes: "0.1.0"',
    attributes: "Metadata. Any key is allowed; masque knows the ones listed here",
    category: "The kind of masque",
    domain: "The field that the masque is for, such as systems-programming",
    tagline: "One line that says what the masque is for",
    style: "How the masque works",
    philosophy: "What the masque believes",
    complement: "The name of a masque that is good at what this masque is not good at",
    shadow: "The mistake that this way of working leads to",
    context: "Who the agent is helping, and where",
    lens: "How the agent is to think. The agent reads this first",
    rubric: "How to recognise a session that went well. People see the rubric, the agent never does",
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

function described(schema: JsonObject): JsonObject {
  const properties = schema["properties"];
  if (!isObject(properties)) return schema;
  const entries = Object.entries(properties).map(([key, value]) => [key, withDescription(key, value)] as const);
  return { ...schema, properties: Object.fromEntries(entries) };
}

function withDescription(key: string, value: Json | undefined): Json | undefined {
  if (!isObject(value)) return value;
  const description = DESCRIPTIONS.get(key);
  return described(description ? { ...value, description } : value);
}
