import { mkdirSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { MASQUE_BINARY, requireFreshBinary } from "./binary.ts";
import type { DocStep } from "./doc-page.ts";
import { finish, told } from "./process.ts";
import type { Terminal } from "./terminal.ts";

/** What one command of a page printed on both streams, and its exit status. */
export type DocRun = { readonly printed: string; readonly exit: number };

/** The reader's home in the docs: the test's own home is shown as it. */
export const READERS_HOME = "/home/you";

/**
 * Runs all steps of a page in one shell, as its reader does: in a fresh home, in the folder `~/project`, with `masque` on
 * the PATH. Answers one run for each command, in order.
 *
 * @throws when the shell ended before the page did, such as at a quote that is not closed.
 */
export async function runDocPage(me: Terminal, steps: readonly DocStep[]): Promise<DocRun[]> {
  requireFreshBinary();
  const bin = join(me.root, "bin");
  const project = join(me.home, "project");
  for (const folder of [bin, join(project, ".git")]) mkdirSync(folder, { recursive: true, mode: 0o700 });
  symlinkSync(MASQUE_BINARY, join(bin, "masque"));
  const mark = `-- ${crypto.randomUUID()} `;
  const script = steps.map((step) => shellOf(step, mark)).join("\n");
  const env = { ...me.env, PATH: `${bin}:${me.env["PATH"]}` };
  const ran = await finish(["sh", "-c", `exec 2>&1\ndoc_status=0\n${script}`], { cwd: project, env });
  const parts = ran.stdout.replaceAll(me.home, READERS_HOME).split(mark).slice(1);
  const runs = parts.map(runOf).filter((run) => run !== undefined);
  const commands = steps.filter(({ kind }) => kind === "command");
  if (runs.length === commands.length) return runs;
  throw new Error(`The shell ran ${runs.length} of ${commands.length} commands\n${told(ran)}`);
}

/** The mark comes before a command, its status after it; then the status is what `$?` is for the next command. */
function shellOf(step: DocStep, mark: string): string {
  if (step.kind === "command") {
    return `printf '%s\\n' '${mark}'\n(exit $doc_status)\n${step.command}\ndoc_status=$?\nprintf '\\n%s' $doc_status`;
  }
  // A quoted delimiter: the shell changes nothing in the text.
  const path = step.path.replace(/^~\//, `$HOME/`);
  return `mkdir -p "$(dirname "${path}")" && cat >"${path}" <<'END OF FILE'\n${step.text}END OF FILE`;
}

function runOf(part: string): DocRun | undefined {
  const [, printed, exit] = /^\n([\s\S]*)\n(\d+)$/.exec(part) ?? [];
  return printed === undefined ? undefined : { printed, exit: Number(exit) };
}
