import { openSources } from "../../app/judge/open-sources.ts";
import { judgeTelemetry } from "../../judge/judge-telemetry.ts";
import { unixMs } from "../../kernel/clock.ts";
import { wholeNumber } from "../../kernel/config/kinds.ts";
import { plural } from "../../kernel/text/plural.ts";
import { defineMasqueCommand, jsonFlag } from "../command.ts";
import { flagValue } from "../flag-value.ts";
import { printWarnings } from "../print/output.ts";
import { judgingLine } from "../print/progress.ts";
import { filterFlags, filterSelection } from "./filter-flags.ts";
import { sessionsJson, sessionsText } from "./render-sessions.ts";
import { quietFlag, sourceFlags, warnOfSkipped } from "./session-flags.ts";

const LIMIT = wholeNumber({ min: 1, max: 100_000 });

/** `masque sessions` */
export const sessionsCommand = defineMasqueCommand({
  args: {
    ...filterFlags,
    terminals: {
      type: "boolean",
      description: "Also list sessions on a terminal outside Claude Code, which have no score",
      default: false,
    },
    limit: { type: "string", default: "20", valueHint: "N", description: "List the latest N sessions" },
    ...quietFlag,
    ...jsonFlag,
  },
  lists: sourceFlags,
  examples: [
    ["masque sessions", "the latest 20 sessions"],
    ["masque sessions --masque codesmith --since 7d", "sessions in Codesmith of the last seven days"],
    ["masque sessions --project . --limit 5", "the latest five of this project"],
    ["masque sessions --json", "as JSON, with full ids"],
  ],
  async run({ args, lists }, deps) {
    const limit = flagValue("sessions", "limit", args.limit, LIMIT);
    const filtered = filterSelection("sessions", { kind: "all" }, { ...args, last: false }, deps);
    const selection = { ...filtered, withTerminals: args.terminals };
    using opened = await openSources("sessions", lists, deps);
    using progress = judgingLine(deps.io.stderr, deps.clock, args.quiet);
    const verdict = await judgeTelemetry(await deps.judge(), selection, opened.sources, progress);
    if (!args.quiet) warnOfSkipped(verdict, deps, opened);
    const latest = verdict.scorecards.slice(-limit).reverse();
    const { stdout } = deps.io;
    const look = { output: stdout, home: deps.paths.home, nowUnixMs: unixMs(deps.clock.nowUnixNano()) };
    stdout.write(args.json ? sessionsJson(latest) : sessionsText(latest, look));
    const left = verdict.scorecards.length - latest.length;
    if (left > 0 && !args.quiet && !args.json) {
      printWarnings(deps.io, [
        `not listed: ${plural(left, "older session")}; --limit ${verdict.scorecards.length} lists all`,
      ]);
    }
    return undefined;
  },
});
