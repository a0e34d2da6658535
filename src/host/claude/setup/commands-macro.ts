import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** The slash commands as the plugin has them, and the script that they call. */
export type CommandTexts = { readonly commands: Readonly<Record<string, string>>; readonly runSh: string };

/** Reads `commands/`. It runs while the program is built, as a macro. */
export function embedCommands(): CommandTexts {
  const folder = join(import.meta.dir, "../../../../commands");
  const read = (file: string) => readFileSync(join(folder, file), "utf8");
  const files = readdirSync(folder).filter((file) => file.endsWith(".md"));
  return { commands: Object.fromEntries(files.sort().map((file) => [file, read(file)])), runSh: read("run.sh") };
}
