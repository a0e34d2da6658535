import { lastLogLines, logPath } from "../audience/logs.ts";
import { MasqueError } from "../kernel/errors.ts";
import { defineMasqueCommand, jsonFlag } from "./command.ts";
import { wholeNumber } from "./parse.ts";
import { jsonText } from "./print.ts";

const LINES = { min: 1, max: 100_000 };

/** `masque audience logs` */
export const audienceLogsCommand = defineMasqueCommand({
  args: {
    lines: { type: "string", default: "50", valueHint: "N", description: "How many of the last lines" },
    ...jsonFlag,
  },
  examples: [["masque audience logs --lines 10", "what it last said: started, refused, could not write"]],
  async run({ args }, deps) {
    const lines = lastLogLines(deps.paths, wholeNumber("audience logs", "lines", args.lines, LINES));
    if (!lines) {
      throw new MasqueError("audience.no-log", `Cannot show "${logPath(deps.paths)}": there is no log yet`, {
        hint: "masque audience start; a receiver in the foreground (`audience run`) tells its terminal instead",
      });
    }
    deps.io.stdout.write(args.json ? jsonText(lines) : lines.map((line) => `${line}\n`).join(""));
    return undefined;
  },
});
