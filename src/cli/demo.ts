import { runDemo } from "../app/demo/run-demo.ts";
import { defineMasqueCommand, jsonFlag } from "./command.ts";
import { narratorFor } from "./narrate.ts";
import { printScorecards } from "./render-scorecard.ts";

/** `masque demo` */
export const demoCommand = defineMasqueCommand({
  args: jsonFlag,
  examples: [
    ["masque demo", "one whole session in a temporary home, and its score"],
    ["masque demo --json", "the score for programs"],
  ],
  async run({ args }, deps) {
    const scorecard = await runDemo(deps, deps.elsewhere, narratorFor(deps.io.stderr));
    await printScorecards(deps, [scorecard], { json: args.json === true });
    return undefined;
  },
});
