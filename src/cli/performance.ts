import { resolve } from "node:path";
import type { Deps } from "../deps.ts";
import { judgeTelemetry } from "../judge/judge-telemetry.ts";
import { type Performance, performanceOf } from "../judge/performance.ts";
import { replaceFile } from "../kernel/files.ts";
import { printable } from "../kernel/printable.ts";
import { defineMasqueCommand, jsonFlag } from "./command.ts";
import { logsFlag, selectionFrom, sessionFlags, warnOfSkipped } from "./judge-flags.ts";
import { openSources } from "./judge-sources.ts";
import { usage } from "./parse.ts";
import { performancePage } from "./performance-page.ts";
import { jsonText } from "./print.ts";
import { progressLine } from "./read-progress.ts";
import { performanceText } from "./render-performance.ts";

const PAGE_NAME = "masque-performance.html";

/** `masque performance [--session ID | --last] [--html [PATH]] [--logs PATH…]` */
export const performanceCommand = defineMasqueCommand({
  args: {
    path: { type: "positional", required: false, description: `Where --html writes; ./${PAGE_NAME} unless given` },
    ...sessionFlags,
    html: { type: "boolean", description: "Write a page with charts instead, which needs no network", default: false },
    ...jsonFlag,
    quiet: { type: "boolean", description: "No progress and no remarks on stderr, only failures", default: false },
  },
  lists: logsFlag,
  examples: [
    ["masque performance", "how the latest masque session went, beside your others"],
    ["masque performance --session bcd06328-9d01-4e42-bf7a-4c6a8ede615a", "how one session went"],
    ["masque performance --html week.html", "the same as a page to keep, print or send"],
  ],
  async run({ args, lists }, deps) {
    refuseContradictions(args);
    using opened = await openSources(lists["logs"], deps);
    using progress = progressLine(deps.io.stderr, deps.clock, args.quiet);
    const judge = await deps.judge();
    const verdict = await judgeTelemetry(judge, selectionFrom("performance", args), opened.sources, progress);
    const all = await judge.score({ kind: "all" }, opened.sources);
    const performances: Performance[] = [];
    for (const card of verdict.scorecards) {
      performances.push(performanceOf(card, all.scorecards, await judge.explain(card, opened.sources)));
    }
    if (!args.quiet) warnOfSkipped(verdict, deps, opened.nameOf);
    const { stdout } = deps.io;
    if (args.html) stdout.write(`${printable(await writePage(performances, args.path ?? PAGE_NAME, deps))}\n`);
    else if (args.json) stdout.write(jsonText(performances));
    else stdout.write(performances.map((one) => performanceText(one, stdout)).join("\n"));
    return undefined;
  },
});

function refuseContradictions({ html, json, path }: { html: boolean; json: boolean; path?: string | undefined }): void {
  if (html && json) throw usage("performance", 'Cannot run "masque performance": --html and --json exclude each other');
  if (path !== undefined && !html) {
    throw usage(
      "performance",
      `Cannot run "masque performance": "${printable(path)}" is a path, and only --html takes one`,
    );
  }
}

async function writePage(performances: readonly Performance[], path: string, deps: Deps): Promise<string> {
  const page = performancePage(performances, await deps.chartDrawer());
  const full = resolve(deps.cwd, path);
  replaceFile(full, page);
  return full;
}
