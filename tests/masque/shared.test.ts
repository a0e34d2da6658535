import { expect, test } from "bun:test";
import { join } from "node:path";
import { LIMITS } from "../../src/kernel/limits.ts";
import { digestOf } from "../../src/kernel/text/digest.ts";
import { isObject, type Json } from "../../src/kernel/text/json.ts";
import { readYaml } from "../../src/kernel/text/yaml.ts";
import { masqueJsonSchema } from "../../src/masque/arktype/json-schema.ts";
import { identityBlock } from "../../src/masque/identity-block.ts";
import { summaryOf } from "../../src/masque/manifest.ts";
import { CATEGORIES, textAttribute } from "../../src/masque/masque.ts";
import { isSharedDigest, sharedBySlug, sharedMasques, sharedSummaries } from "../../src/masque/shared.ts";

const SOURCE = join(import.meta.dir, "../../src/masque");

test("sharedMasques() has one of each category, each with a tagline and a domain", () => {
  const categories = new Set(sharedMasques().map(({ masque }) => textAttribute(masque, "category")));
  expect([...categories].sort()).toEqual([...CATEGORIES].sort());
  for (const { masque } of sharedMasques()) {
    expect(textAttribute(masque, "tagline")).toBeString();
    expect(textAttribute(masque, "domain")).toBeString();
  }
});

test("sharedSummaries() say what the masques say", () => {
  expect(sharedSummaries()).toEqual(sharedMasques().map(({ masque, digest }) => summaryOf(masque, digest)));
});

test("sharedMasques() are whole in a hook's output, and their digests are those of their bytes", () => {
  for (const shared of sharedMasques()) {
    const block = identityBlock({ ...shared, intent: null, replaces: null });
    expect(block.length).toBeLessThan(LIMITS.hookBlockCharsMax);
    expect(digestOf(shared.bytes)).toBe(shared.digest);
    expect(isSharedDigest(shared.digest)).toBe(true);
  }
});

test("sharedBySlug() knows Codesmith, whose verbs replace Claude Code's own", () => {
  expect(sharedBySlug("codesmith")?.masque).toMatchObject({ name: "Codesmith", spinnerVerbs: { mode: "replace" } });
  expect(sharedBySlug("nobody")).toBeUndefined();
});

test("looking masques up loads neither YAML nor the schema", async () => {
  const entrypoints = ["catalog.ts", "store.ts", "identity-block.ts", "list-masques.ts"].map((file) =>
    join(SOURCE, file),
  );
  const { metafile } = await Bun.build({ entrypoints, target: "bun", metafile: true });
  const loaded = Object.keys(metafile?.inputs ?? {});
  expect(loaded.some((file) => file.endsWith("shared.ts"))).toBe(true);
  expect(loaded.filter((file) => /arktype|yaml|shared-macro/.test(file))).toEqual([]);
});

test("masqueJsonSchema() accepts every shared masque and refuses what is clearly not a masque", () => {
  const schema = masqueJsonSchema();
  expect(schema).toMatchObject({ title: "Masque", required: ["lens", "name", "version"] });
  for (const { bytes } of sharedMasques()) {
    const reading = readYaml(Buffer.from(bytes).toString("utf8"));
    expect(reading.kind === "read" && faultsIn(reading.value, schema)).toEqual([]);
  }
  expect(faultsIn({ name: "X", version: "1", lens: "x" }, schema)).toEqual(["version: pattern"]);
  expect(faultsIn({ name: "X", version: "1.0.0" }, schema)).toEqual([": lens is required"]);
  const odd = { name: "X", version: "1.0.0", lens: "x", attributes: { category: "wizard", other: 1 } };
  expect(faultsIn(odd, schema)).toEqual(["attributes.category: enum"]);
  const rubric = { anyOf: [{ type: "string" }, { items: { properties: { check: { minProperties: 1 } } } }] };
  expect(schema["properties"]).toMatchObject({ rubric });
});

/** As much of JSON Schema as ours uses. */
function faultsIn(value: Json | undefined, schema: Json | undefined, path = ""): string[] {
  if (!isObject(schema)) return [];
  const { type, pattern, maxLength, properties, required, items } = schema;
  const options = schema["enum"];
  if (Array.isArray(options) && !options.includes(value ?? null)) return [`${path}: enum`];
  if (typeof type === "string" && type !== typeOf(value)) return [`${path}: ${type}`];
  if (typeof value === "string") {
    if (typeof pattern === "string" && !new RegExp(pattern, "u").test(value)) return [`${path}: pattern`];
    return typeof maxLength === "number" && value.length > maxLength ? [`${path}: maxLength`] : [];
  }
  if (Array.isArray(value)) return value.flatMap((one, at) => faultsIn(one, items, `${path}[${at}]`));
  if (!isObject(value)) return [];
  const missing = (Array.isArray(required) ? required : []).filter((key) => !Object.hasOwn(value, String(key)));
  const below = Object.entries(isObject(properties) ? properties : {})
    .filter(([key]) => Object.hasOwn(value, key))
    .flatMap(([key, member]) => faultsIn(value[key], member, path === "" ? key : `${path}.${key}`));
  return [...missing.map((key) => `${path}: ${key} is required`), ...below];
}

function typeOf(value: Json | undefined): string {
  return Array.isArray(value) ? "array" : isObject(value) ? "object" : typeof value;
}
