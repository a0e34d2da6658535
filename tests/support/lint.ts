import { writeYaml } from "../../src/kernel/text/write-yaml.ts";
import { readYaml } from "../../src/kernel/text/yaml.ts";
import { masqueReaderWith } from "../../src/masque/arktype/read-masque.ts";
import { countTokens } from "../../src/masque/gpt-tokenizer/count-tokens.ts";
import { lintFile } from "../../src/masque/lint/lint-file.ts";
import type { SharedText } from "../../src/masque/lint/rule.ts";
import { sharedTextOf } from "../../src/masque/lint/shared-text.ts";
import type { Masque } from "../../src/masque/masque.ts";
import { compilePattern } from "../../src/masque/re2/compile-pattern.ts";
import type { Problem } from "../../src/masque/reading.ts";

/** Linting texts in a test: the real reader, patterns and tokenizer, and no files. */

const read = masqueReaderWith(compilePattern);

export const TOOLS = { readYaml, compile: compilePattern, countTokens };

/** What lint finds in a file's text, compared with some other masques. */
export function lintText(text: string, shared: SharedText = sharedTextOf([])): readonly Problem[] {
  return lintFile({ file: "a.masque.yaml", text, reading: read(Buffer.from(text), "a.masque.yaml") }, shared, TOOLS);
}

/** The masque of a file's text. */
export function masqueOf(text: string): Masque {
  const reading = read(Buffer.from(text), "a.masque.yaml");
  if (reading.kind === "valid") return reading.masque;
  throw new Error(reading.problems.map(({ message }) => message).join("\n"));
}

/** A masque in which lint finds nothing. */
const CLEAN = {
  name: "Example",
  version: "1.0.0",
  attributes: { category: "specialist", domain: "code-review" },
  lens: `Read the title and the description first, then the diff, and say in a sentence what the change is for. Open each caller of a
changed function. For each new call that may fail, find who notices. Run the new tests against the old code: they fail there, or
they are worthless. Never edit a file, and leave matters of taste to the formatter. Report at most ten faults, each with its file
and its line, worst first. Stop when each caller was opened.
`,
};

/** A whole file: keys of a masque as YAML, in a masque that is clean otherwise. */
export function withKeys(keys: string): string {
  const given = Object.keys(keysOf(keys));
  const rest = Object.fromEntries(Object.entries(CLEAN).filter(([key]) => !given.includes(key)));
  return writeYaml(rest) + keys;
}

function keysOf(keys: string): object {
  const yaml = readYaml(keys);
  return yaml.kind === "read" ? ((yaml.value ?? {}) as object) : {};
}
