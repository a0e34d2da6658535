import { judgeTelemetry } from "../judge/judge-telemetry.ts";
import { performanceOf } from "../judge/performance.ts";
import { defineMasqueCommand, jsonFlag } from "./command.ts";
import { logsFlag, selectionFrom, sessionFlags, sourcesFrom, warnOfSkipped } from "./judge-flags.ts";
import { jsonText } from "./print.ts";
import { performanceText } from "./render-performance.ts";

/** `masque performance [--session ID | --last] [--logs PATH…]` */
export const performanceCommand = defineMasqueCommand({
  args: { ...sessionFlags, ...jsonFlag },
  lists: logsFlag,
  examples: [
    ["masque performance", "how the latest masque session went, beside your others"],
    ["masque performance --session bcd06328-9d01-4e42-bf7a-4c6a8ede615a", "how one session went"],
  ],
  async run({ args, lists }, deps) {
    const sources = sourcesFrom(lists["logs"], deps);
    const judge = await deps.judge();
    const verdict = await judgeTelemetry(judge, selectionFrom("performance", args), sources);
    const all = await judge.score({ kind: "all" }, sources);
    const performances = verdict.scorecards.map((card) => performanceOf(card, all.scorecards));
    warnOfSkipped(verdict, deps);
    const { stdout } = deps.io;
    stdout.write(
      args.json ? jsonText(performances) : performances.map((one) => performanceText(one, stdout)).join("\n"),
    );
    return undefined;
  },
});
