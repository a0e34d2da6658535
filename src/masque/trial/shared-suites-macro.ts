import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Json } from "../../kernel/text/json.ts";
import { readYaml } from "../../kernel/text/yaml.ts";

/** The suite of a shared masque as the build embeds it: plain JSON. */
export type EmbeddedSuite = { readonly slug: string; readonly suite: Json };

const SUFFIX = ".yaml";

/** Reads every file of `masques/suites/`. This is a macro: see `embedMasques`. A file that is not YAML fails the build. */
export function embedSuites(): EmbeddedSuite[] {
  const folder = join(import.meta.dir, "../../../masques/suites");
  const files = readdirSync(folder).filter((file) => file.endsWith(SUFFIX));
  return files.sort().map((file) => {
    const yaml = readYaml(readFileSync(join(folder, file), "utf8"));
    if (yaml.kind === "broken") throw new Error(`${file}: ${yaml.faults.map(({ message }) => message).join(", ")}`);
    return { slug: file.slice(0, -SUFFIX.length), suite: yaml.value };
  });
}
