import { runDemo } from "../../app/install/demo/run-demo.ts";
import { shellQuoted } from "../../kernel/text/shell-quoted.ts";
import type { World } from "../../kernel/world.ts";
import { defineMasqueCommand, jsonFlag } from "../command.ts";
import { narratorFor } from "../print/progress.ts";
import { scorecardsJson, scorecardsYaml } from "../print/scorecard.ts";
import { demoText } from "./render-demo.ts";

/** How a person runs this program: by its name where the PATH has it, else by its path. */
function nameOf({ env, program: [path = "masque"] }: Pick<World, "env" | "program">): string {
  return Bun.which("masque", { PATH: env["PATH"] ?? "" }) === null ? shellQuoted(path) : "masque";
}

/** `masque demo` */
export const demoCommand = defineMasqueCommand({
  args: jsonFlag,
  examples: [
    ["masque demo", "play the session, and print its score"],
    ["masque demo --json", "the score as JSON"],
  ],
  async run({ args }, deps) {
    const card = await runDemo(deps, deps.elsewhere, narratorFor(deps.io.stderr));
    const { stdout } = deps.io;
    const judged = [{ card, checks: [] }];
    if (args.json) stdout.write(scorecardsJson(judged, false));
    else stdout.write(stdout.isTerminal ? demoText(card, stdout, nameOf(deps)) : scorecardsYaml(judged, false));
    return undefined;
  },
});
