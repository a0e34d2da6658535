import { judgeTelemetry } from "../judge/judge-telemetry.ts";
import { defineMasqueCommand, jsonFlag } from "./command.ts";
import { logsFlag, selectionFrom, sessionFlags, sourcesFrom, warnOfSkipped } from "./judge-flags.ts";
import { printScorecards } from "./render-scorecard.ts";

/** `masque judge [--session ID | --last | --all] [--logs PATH…]` */
export const judgeCommand = defineMasqueCommand({
  args: {
    ...sessionFlags,
    all: { type: "boolean", description: "Every masque session, and every baseline", default: false },
    ...jsonFlag,
  },
  lists: logsFlag,
  examples: [
    ["masque judge", "the latest masque session, as YAML"],
    ["masque judge --session bcd06328-9d01-4e42-bf7a-4c6a8ede615a --json", "one session, in full precision"],
    ["masque judge --all --logs otel/*.jsonl", "every session in files of your own"],
  ],
  async run({ args, lists }, deps) {
    const selection = selectionFrom("judge", args);
    const sources = sourcesFrom(lists["logs"], deps);
    const verdict = await judgeTelemetry(await deps.judge(), selection, sources);
    warnOfSkipped(verdict, deps);
    await printScorecards(deps, verdict.scorecards, { json: args.json, asList: selection.kind === "all" });
    return undefined;
  },
});
