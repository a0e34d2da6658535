import { statusline } from "../../app/wear/statusline.ts";
import { LIMITS } from "../../kernel/limits.ts";
import { defineMasqueCommand } from "../command.ts";
import { reportQuietly } from "./report-quietly.ts";

/** `masque statusline`: what Claude Code shows below its prompt. It never breaks Claude Code. */
export const statuslineCommand = defineMasqueCommand({
  args: {
    after: {
      type: "string",
      description: "The command of your own status line, which is shown first",
      valueHint: "COMMAND",
    },
  },
  examples: [
    ["masque statusline", "what Claude Code runs, with JSON on standard input"],
    ["masque statusline --after='~/.claude/mine.sh'", "keep your own status line"],
  ],
  async run({ args }, deps) {
    const report = (error: unknown) => reportQuietly("statusline", error, deps);
    try {
      const stdin = deps.io.canAsk ? "" : await deps.io.readStdin(LIMITS.hookPayloadBytesMax);
      const lines = await statusline(deps, stdin, { former: args.after ?? null, report });
      if (lines === "") report("nothing is shown: this session wears nothing");
      else deps.io.stdout.write(`${lines}\n`);
    } catch (error) {
      report(error);
    }
    return undefined;
  },
});
