import { partlyDropped, whyDropped } from "../../app/judge/dropped-logs.ts";
import { openSources } from "../../app/judge/open-sources.ts";
import { savePage } from "../../app/judge/save-page.ts";
import type { Deps } from "../../deps.ts";
import { type Performance, performanceOf } from "../../judge/explain/performance.ts";
import { judgeTelemetry } from "../../judge/judge-telemetry.ts";
import { unixMs } from "../../kernel/clock.ts";
import { printable } from "../../kernel/text/printable.ts";
import { defineMasqueCommand, jsonFlag } from "../command.ts";
import { usage } from "../parse.ts";
import { printWarnings } from "../print/output.ts";
import { judgingLine } from "../print/progress.ts";
import { droppedWarnings, goneText } from "./dropped-text.ts";
import { GENERATOR, performancePage } from "./page/page.ts";
import { performancesJson, performanceText } from "./render-performance.ts";
import { quietFlag, selectionFrom, sessionFlags, sessionHere, sourceFlags, warnOfSkipped } from "./session-flags.ts";

const PAGE_NAME = "masque-performance.html";

const STDOUT = "-";

/** `masque performance [--session ID | --last] [--html[=PATH]] [--logs PATH…]` */
export const performanceCommand = defineMasqueCommand({
  args: {
    path: {
      type: "positional",
      required: false,
      description: `Where --html writes the page; - is standard output (default ./${PAGE_NAME})`,
    },
    ...sessionFlags,
    html: {
      type: "boolean",
      valueHint: "PATH",
      description: "Write a web page with charts instead, and print its path",
      default: false,
    },
    ...jsonFlag,
    ...quietFlag,
  },
  lists: sourceFlags,
  examples: [
    ["masque performance", "how the latest masque session went, beside your other sessions"],
    ["masque performance --html", `the same as a web page: ./${PAGE_NAME}`],
    ["masque performance --html=week.html", "the page, under a name of your own"],
    [
      "masque performance --session bcd06328-9d01-4e42-bf7a-4c6a8ede615a",
      "one session; `masque sessions` lists the ids",
    ],
    [
      "masque performance --logs otel/*.jsonl --html - >page.html",
      "from telemetry files of your own, to standard output",
    ],
  ],
  async run({ args, lists }, deps) {
    refuseContradictions(args);
    using opened = await openSources("performance", lists, deps);
    using progress = judgingLine(deps.io.stderr, deps.clock, args.quiet);
    const judge = await deps.judge();
    const whyGone = (session: string) => (opened.sources.store ? goneText(whyDropped(deps.paths, session)) : undefined);
    const selection = selectionFrom("performance", args, sessionHere(deps, lists));
    const verdict = await judgeTelemetry(judge, selection, opened.sources, { ...progress, whyGone });
    const all = await judge.score({ kind: "all" }, opened.sources, progress);
    const performances: Performance[] = [];
    for (const card of verdict.scorecards) {
      performances.push(performanceOf(card, all.scorecards, await judge.explain(card, opened.sources)));
    }
    if (!args.quiet) {
      warnOfSkipped(verdict, deps, opened);
      if (!opened.isGiven) printWarnings(deps.io, droppedWarnings(partlyDropped(deps.paths, verdict.scorecards)));
    }
    const { stdout } = deps.io;
    const look = { columns: stdout.columns, color: stdout.color, nowUnixMs: unixMs(deps.clock.nowUnixNano()) };
    if (args.html) stdout.writeDocument(await pageOrPlace(performances, args.path ?? PAGE_NAME, deps));
    else if (args.json) stdout.write(performancesJson(performances));
    else stdout.write(performances.map((one) => performanceText(one, look)).join("\n"));
    return undefined;
  },
});

function refuseContradictions({ html, json, path }: { html: boolean; json: boolean; path?: string | undefined }): void {
  const cannot = 'Cannot run "masque performance"';
  if (html && json) throw usage("performance", `${cannot}: --html and --json exclude each other`);
  if (path === "") throw usage("performance", `${cannot}: the path after --html is empty`);
  if (path !== undefined && !html) {
    throw usage("performance", `${cannot}: "${printable(path)}" is a path, and only --html takes one`);
  }
}

/** The page itself for standard output, otherwise the path of the file that it was written to. */
async function pageOrPlace(performances: readonly Performance[], path: string, deps: Deps): Promise<string> {
  const page = performancePage(performances, await deps.chartDrawer());
  return path === STDOUT ? page : `${printable(savePage(path, { text: page, mark: GENERATOR }, deps.cwd))}\n`;
}
