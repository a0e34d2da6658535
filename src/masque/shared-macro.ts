import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { digestOf } from "../kernel/text/digest.ts";
import { masqueReaderWith } from "./arktype/read-masque.ts";
import { fileNameOf, MASQUE_FILE_SUFFIX, type Masque, slugOf } from "./masque.ts";
import { compilePattern } from "./re2/compile-pattern.ts";

/** A shared masque as the build embeds it: plain JSON. */
export type EmbeddedMasque = {
  readonly slug: string;
  /** The file's text. The digest is that of the text in UTF-8. */
  readonly text: string;
  readonly digest: string;
  readonly masque: Masque;
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
  return { slug: slugOf(masque.name), text: bytes.toString("utf8"), digest: digestOf(bytes), masque };
}
