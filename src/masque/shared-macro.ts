import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { digestOf } from "../kernel/text/digest.ts";
import { masqueReaderWith } from "./arktype/read-masque.ts";
import { type MasqueSummary, summaryOf } from "./manifest.ts";
import { fileNameOf, MASQUE_FILE_SUFFIX, slugOf } from "./masque.ts";
import { compilePattern } from "./re2/compile-pattern.ts";

/** A shared masque as the build embeds it. */
export type EmbeddedMasque = {
  readonly slug: string;
  /** What a listing shows. The digest is that of the file's text in UTF-8. */
  readonly summary: MasqueSummary;
  readonly text: string;
  /** The masque as JSON: only a masque that is asked for is parsed. */
  readonly json: string;
};

/**
 * Reads and checks every file of `masques/`. This is a macro: it runs while the program is built or, when masque runs from
 * source, while `shared.ts` is transpiled. An invalid masque fails the build.
 */
export function embedMasques(): EmbeddedMasque[] {
  const folder = join(import.meta.dir, "../../masques");
  const files = readdirSync(folder).filter((file) => file.endsWith(MASQUE_FILE_SUFFIX));
  return files.sort().map((file) => embed(join(folder, file), file));
}

function embed(path: string, file: string): EmbeddedMasque {
  const bytes = readFileSync(path);
  const reading = masqueReaderWith(compilePattern)(bytes, `masques/${file}`);
  const problems = reading.kind === "valid" ? reading.warnings : reading.problems;
  if (reading.kind === "invalid" || problems.length > 0) {
    throw new Error(problems.map(({ line, message }) => `masques/${file}:${line}: ${message}`).join("\n"));
  }
  const { masque } = reading;
  if (file !== fileNameOf(masque.name)) throw new Error(`masques/${file} must be called ${fileNameOf(masque.name)}`);
  const text = bytes.toString("utf8");
  return { slug: slugOf(masque.name), summary: summaryOf(masque, digestOf(bytes)), text, json: JSON.stringify(masque) };
}
