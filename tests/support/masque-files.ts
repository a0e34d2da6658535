import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** What a test's masque says; the rest is the least that is valid. */
export type MasqueText = {
  readonly name?: string;
  readonly version?: string;
  readonly lens?: string;
  /** Further lines of YAML, as they are. */
  readonly more?: string;
};

/** A small valid masque file. */
export function masqueText({ name = "Tester", version = "1.0.0", lens = "Look twice.", more = "" }: MasqueText = {}) {
  return `name: ${name}\nversion: "${version}"\nlens: ${JSON.stringify(lens)}\n${more}`;
}

/** Writes a file into a folder that may not be there yet, and answers its path. */
export function writeInto(folder: string, file: string, text: string | Uint8Array): string {
  mkdirSync(folder, { recursive: true });
  const path = join(folder, file);
  writeFileSync(path, text);
  return path;
}
