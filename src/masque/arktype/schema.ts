import { type } from "arktype";
import { LIMITS } from "../../kernel/limits.ts";
import { isObject, type Json } from "../../kernel/text/json.ts";
import { CATEGORIES, NAME_CHARS_MAX, NAME_PATTERN } from "../masque.ts";
import { boundedText, type Fault, textFault } from "./prose.ts";
import { anchor, lint, rubric } from "./rubric-schema.ts";

/**
 * What a masque file may say. The JSON Schema for editors is generated from this schema. Predicates check what JSON Schema
 * cannot express: bytes, control characters, depth.
 */

/** https://semver.org, the regular expression of its FAQ. */
const SEMVER =
  /^(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)(?:-((?:0|[1-9]\d*|\d*[a-zA-Z-][0-9a-zA-Z-]*)(?:\.(?:0|[1-9]\d*|\d*[a-zA-Z-][0-9a-zA-Z-]*))*))?(?:\+([0-9a-zA-Z-]+(?:\.[0-9a-zA-Z-]+)*))?$/;

const VERSION_CHARS_MAX = 128;

const prose = boundedText(LIMITS.masqueFieldBytesMax);

const attributes = type({
  "category?": type.enumerated(...CATEGORIES),
  "domain?": "string",
  "tagline?": "string",
  "occasion?": "string",
  "style?": "string",
  "philosophy?": "string",
  "complement?": "string",
  "shadow?": "string",
  "forkedFrom?": "string",
  "[string]": "unknown",
}).narrow((value, ctx) => {
  const fault = attributeFault(value);
  return fault === undefined || ctx.reject({ ...fault, path: [...ctx.path, ...fault.path] });
});

const verb = type(`string <= ${LIMITS.spinnerVerbCharsMax}`)
  .and(/\S/)
  .narrow((text, ctx) => {
    const fault = /[\n\t]/.test(text) ? { expected: "one line", actual: "several", path: [] } : textFault(text, []);
    return fault === undefined || ctx.reject({ ...fault, path: [...ctx.path] });
  });

const spinnerVerbs = type({
  mode: type.enumerated("replace", "append", "prepend"),
  verbs: verb.array().and(`1 <= unknown[] <= ${LIMITS.spinnerVerbsMax}`),
});

/** The schema of a `*.masque.yaml` file. A description continues the sentence "must be …". */
export const masqueSchema = type({
  name: type(NAME_PATTERN)
    .and(`string <= ${NAME_CHARS_MAX}`)
    .describe(`at most ${NAME_CHARS_MAX} letters and digits, with single spaces, hyphens or underscores between`),
  version: type(SEMVER)
    .and(`string <= ${VERSION_CHARS_MAX}`)
    .describe('a SemVer 2.0 version in quotes, such as "0.1.0"'),
  "attributes?": attributes,
  "context?": prose,
  lens: prose.and(/\S/),
  "anchor?": anchor,
  "rubric?": rubric,
  "spinnerVerbs?": spinnerVerbs,
  "lint?": lint,
});

/** A masque file's own keys, for "did you mean". */
export const MASQUE_KEYS = [
  "name",
  "version",
  "attributes",
  "context",
  "lens",
  "anchor",
  "rubric",
  "spinnerVerbs",
  "lint",
] as const;

function attributeFault(attributes: object): Fault | undefined {
  const bytes = Buffer.byteLength(JSON.stringify(attributes));
  if (bytes > LIMITS.masqueFieldBytesMax) {
    return { expected: `at most ${LIMITS.masqueFieldBytesMax} bytes as JSON`, actual: `${bytes}`, path: [] };
  }
  return valueFault(attributes as Json, []);
}

/** The first fault in a value, at any depth. Keys are checked too, because they are shown as values are. */
function valueFault(value: Json | undefined, path: readonly (string | number)[]): Fault | undefined {
  if (typeof value === "string") return textFault(value, path);
  if (typeof value !== "object" || value === null) return undefined;
  if (path.length >= LIMITS.attributeDepthMax) {
    return { expected: `at most ${LIMITS.attributeDepthMax} levels deep`, actual: "deeper", path };
  }
  const entries = isObject(value) ? Object.entries(value) : [...value.entries()];
  for (const [key, member] of entries) {
    const below = [...path, key];
    const fault = (typeof key === "string" ? textFault(key, below) : undefined) ?? valueFault(member, below);
    if (fault) return fault;
  }
  return undefined;
}
