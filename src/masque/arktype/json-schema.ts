import { isObject, type Json, type JsonObject } from "../../kernel/text/json.ts";
import { masqueSchema } from "./schema.ts";

/** What an editor says when it hovers over a key. */
const DESCRIPTIONS: ReadonlyMap<string, string> = new Map(
  Object.entries({
    name: "What it is called, unique ignoring case; the file is <name in lower case, with hyphens>.masque.yaml",
    version: 'SemVer 2.0, in quotes: "0.1.0"',
    attributes: "Metadata: free keys, of which some are known",
    category: "What kind of masque it is",
    domain: "The field it works in, such as systems-programming",
    tagline: "One line that says what it is for",
    style: "How it works",
    philosophy: "What it believes",
    complement: "The name of the masque that makes up for what this one lacks",
    shadow: "Its occupational hazard",
    context: "Who is being helped, and where",
    lens: "How to think: what the agent reads first",
    rubric: "How to tell that a session in it went well; shown to people, never to the agent",
    spinnerVerbs: "What the host's spinner says while the masque is worn",
    mode: "How the verbs meet the host's own",
    verbs: "Short single lines, such as Forging",
  }),
);

/**
 * The JSON Schema (draft 2020-12) that editors check masque files against, generated from {@link masqueSchema}.
 * Predicates that JSON Schema cannot say are left out: what it refuses, `masque validate` refuses too.
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
