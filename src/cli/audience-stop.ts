import { stopAudience } from "../audience/stop.ts";
import { defineMasqueCommand, jsonFlag } from "./command.ts";
import { jsonText } from "./print.ts";

/** `masque audience stop` */
export const audienceStopCommand = defineMasqueCommand({
  args: { ...jsonFlag },
  examples: [["masque audience stop", "what was acknowledged stays; what is on its way is finished"]],
  async run({ args }, deps) {
    const outcome = await stopAudience(deps);
    const text =
      outcome.kind === "stopped"
        ? `The audience has stopped (process ${outcome.pid})\n`
        : "The audience was not running\n";
    deps.io.stdout.write(
      args.json ? jsonText({ state: outcome.kind, ...(outcome.kind === "stopped" ? { pid: outcome.pid } : {}) }) : text,
    );
    return undefined;
  },
});
