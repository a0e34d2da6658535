import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** What a test says of a private masque; the rest is as small as the schema lets it be. */
export type PrivateMasque = {
  readonly name: string;
  readonly version?: string;
  readonly lens?: string;
  /** YAML that follows, such as a `spinnerVerbs:` block. */
  readonly more?: string;
};

/** Writes a masque into the home's `.masques`; answers its path. */
export function writePrivateMasque(home: string, masque: PrivateMasque): string {
  const folder = join(home, ".masques");
  mkdirSync(folder, { recursive: true });
  const path = join(folder, `${masque.name.toLowerCase()}.masque.yaml`);
  const lens = (masque.lens ?? "Look twice.").replaceAll("\n", "\n  ");
  const head = `name: ${masque.name}\nversion: "${masque.version ?? "1.0.0"}"\nlens: |\n  ${lens}\n`;
  writeFileSync(path, head + (masque.more ?? ""));
  return path;
}
