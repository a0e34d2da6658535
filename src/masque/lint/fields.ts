import type { Json } from "../../kernel/text/json.ts";
import type { YamlPath } from "../../kernel/text/yaml.ts";
import { KNOWN_ATTRIBUTES, type Masque } from "../masque.ts";
import type { Field } from "./rule.ts";

/** Every text of a masque that an author writes in words. Patterns and names of tools are left out. */
export function fieldsOf(masque: Masque): readonly Field[] {
  const { lens, context, anchor, rubric, attributes, spinnerVerbs } = masque;
  return [
    { path: ["lens"], text: lens, isForAgent: true },
    ...(context === undefined ? [] : [{ path: ["context"], text: context, isForAgent: true }]),
    ...(anchor === undefined ? [] : [{ path: ["anchor"], text: anchor, isForAgent: true }]),
    ...rubricFields(rubric),
    ...Object.entries(attributes ?? {}).flatMap(([key, value]) =>
      textsIn(value, ["attributes", key]).map((field) => ({ ...field, isForAgent: !KNOWN_ATTRIBUTES.has(key) })),
    ),
    ...(spinnerVerbs?.verbs ?? []).map((text, at) => ({
      path: ["spinnerVerbs", "verbs", at],
      text,
      isForAgent: false,
    })),
  ];
}

function rubricFields(rubric: Masque["rubric"]): Field[] {
  if (rubric === undefined) return [];
  if (typeof rubric === "string") return [{ path: ["rubric"], text: rubric, isForAgent: false }];
  return rubric.map(({ text }, at) => ({ path: ["rubric", at, "text"], text, isForAgent: false }));
}

/** The texts in a value, at any depth. */
export function textsIn(value: Json | undefined, path: YamlPath): { path: YamlPath; text: string }[] {
  if (typeof value === "string") return [{ path, text: value }];
  if (typeof value !== "object" || value === null) return [];
  const entries = Array.isArray(value) ? [...value.entries()] : Object.entries(value);
  return entries.flatMap(([key, member]) => textsIn(member, [...path, key]));
}
