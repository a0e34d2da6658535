import { judgeTelemetry } from "../judge/judge-telemetry.ts";
import { performanceOf } from "../judge/performance.ts";
import { defineMasqueCommand, jsonFlag } from "./command.ts";
import { logsFlag, quietFlag, selectionFrom, sessionFlags, warnOfSkipped } from "./judge-flags.ts";
import { openSources } from "./judge-sources.ts";
import { jsonText } from "./print.ts";
import { progressLine } from "./read-progress.ts";
import { performanceText } from "./render-performance.ts";

/** `masque performance [--session ID | --last] [--logs PATH…]` */
export const performanceCommand = defineMasqueCommand({
  args: { ...sessionFlags, ...quietFlag, ...jsonFlag },
  lists: logsFlag,
  examples: [
    ["masque performance", "how the latest masque session went, beside your others"],
    ["masque performance --session bcd06328-9d01-4e42-bf7a-4c6a8ede615a", "how one session went"],
  ],
  async run({ args, lists }, deps) {
    using opened = await openSources(lists["logs"], deps);
    using progress = progressLine(deps.io.stderr, deps.clock, args.quiet);
    const judge = await deps.judge();
    const verdict = await judgeTelemetry(judge, selectionFrom("performance", args), opened.sources, progress);
    const all = await judge.score({ kind: "all" }, opened.sources);
    progress[Symbol.dispose]();
    const performances = verdict.scorecards.map((card) => performanceOf(card, all.scorecards));
    if (!args.quiet) warnOfSkipped(verdict, deps, opened.nameOf);
    const { stdout } = deps.io;
    stdout.write(
      args.json ? jsonText(performances) : performances.map((one) => performanceText(one, stdout)).join("\n"),
    );
    return undefined;
  },
});
