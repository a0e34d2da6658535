import { runDemo } from "../../app/install/demo/run-demo.ts";
import { defineMasqueCommand, jsonFlag } from "../command.ts";
import { narratorFor } from "../print/progress.ts";
import { scorecardsJson, scorecardsYaml } from "../print/scorecard.ts";

/** `masque demo` */
export const demoCommand = defineMasqueCommand({
  args: jsonFlag,
  examples: [
    ["masque demo", "play the session, and print its score"],
    ["masque demo --json", "the score as JSON"],
  ],
  async run({ args }, deps) {
    const card = await runDemo(deps, deps.elsewhere, narratorFor(deps.io.stderr));
    const judged = [{ card, checks: [] }];
    deps.io.stdout.write(args.json ? scorecardsJson(judged, false) : scorecardsYaml(judged, false));
    return undefined;
  },
});
