import { partlyDropped, whyDropped } from "../../app/judge/dropped-logs.ts";
import { openSources } from "../../app/judge/open-sources.ts";
import { sessionCriteria } from "../../app/judge/session-criteria.ts";
import type { Deps } from "../../deps.ts";
import { judgeTelemetry } from "../../judge/judge-telemetry.ts";
import type { Selection, Sources, Verdict } from "../../judge/port.ts";
import { hasBars, hasFallenShort, holdAgainst, type Judged } from "../../judge/score/bars.ts";
import type { SessionCriteria } from "../../judge/score/criteria.ts";
import type { Scorecard } from "../../judge/score/scorecard.ts";
import { barsFrom, JUDGE_SETTINGS } from "../../judge/settings.ts";
import { EXIT } from "../../kernel/errors.ts";
import type { Io } from "../../kernel/world.ts";
import { defineMasqueCommand } from "../command.ts";
import { usage } from "../parse.ts";
import { printWarnings } from "../print/output.ts";
import { judgingLine } from "../print/progress.ts";
import { readSettingFlags, settingFlags } from "../setting-flags.ts";
import { settingsOf } from "../settings.ts";
import { shortfallLines } from "./bar-text.ts";
import { droppedWarnings, goneText } from "./dropped-text.ts";
import { filterFlags, filterSelection } from "./filter-flags.ts";
import { annotated, isGithubAction, summarise } from "./job-summary.ts";
import { annotationsText } from "./render-github.ts";
import { formatFlags, formatFrom, reportText } from "./report.ts";
import { quietFlag, selectionFrom, sessionFlags, sessionHere, sourceFlags, warnOfSkipped } from "./session-flags.ts";
import { updateFlag, updateOnly } from "./update-flag.ts";

/** `masque judge`: the score for programs, and in CI a gate. */
export const judgeCommand = defineMasqueCommand({
  args: {
    ...sessionFlags,
    all: { type: "boolean", description: "Every masque session, and all work without a masque", default: false },
    ...filterFlags,
    ...formatFlags,
    ...settingFlags(JUDGE_SETTINGS),
    transcript: {
      type: "string",
      description:
        "The session's transcript, which the checks of its masque's rubric are decided over: a .jsonl file of Claude Code's, or a file with the answer as text",
      valueHint: "FILE",
    },
    rebuild: {
      type: "boolean",
      description: "Read all of your telemetry again before scoring",
      default: false,
    },
    ...updateFlag,
    ...quietFlag,
  },
  lists: sourceFlags,
  examples: [
    ["masque judge", "the latest masque session, as YAML"],
    [
      "masque judge --session bcd06328-9d01-4e42-bf7a-4c6a8ede615a --json",
      "one session in full precision; `masque sessions` lists the ids",
    ],
    [
      "masque judge --since 7d --masque codesmith --format ndjson",
      "sessions in Codesmith of the last seven days, one a line",
    ],
    ["masque judge --min-composite 6 --max-cost 0.5", "a gate: exits 4 below a bar, and says what fell short"],
    [
      "masque judge --transcript answer.txt --min-checks all",
      "also decides the checks of the rubric; exits 4 unless all pass",
    ],
    ["masque judge --all --logs otel/*.jsonl --format junit", "every session in files of your own, for a CI server"],
    ["zstdcat old.jsonl.zst | masque judge --all --logs -", "a compressed file, through standard input"],
  ],
  async run({ args, lists }, deps) {
    if (args.update) {
      await updateOnly(args, lists, deps);
      return undefined;
    }
    const format = formatFrom("judge", args);
    const selection = filterSelection("judge", selectionFrom("judge", args, sessionHere(deps, lists)), args, deps);
    const bars = barsFrom(await settingsOf(deps, readSettingFlags("judge", JUDGE_SETTINGS, args)));
    if (args.rebuild && lists["logs"]) {
      throw usage("judge", 'Cannot run "masque judge": --rebuild and --logs exclude each other');
    }
    const isGate = hasBars(bars);
    const isAnnotated = format === "github" || (isGate && isGithubAction(deps.env));
    const annotations = deps.io[format === "github" ? "stdout" : "stderr"];
    const guarded = <T>(work: Promise<T>) => (isAnnotated ? annotated(work, deps.env, annotations) : work);
    using opened = await guarded(openSources("judge", lists, deps));
    const how = { deps, isQuiet: args.quiet, rebuilds: args.rebuild };
    const verdict = await guarded(judged(opened.sources, selection, how));
    if (!args.quiet) {
      warnOfSkipped(verdict, deps, opened);
      if (!lists["logs"]) printWarnings(deps.io, droppedWarnings(partlyDropped(deps.paths, verdict.scorecards)));
    }
    const transcript = args.transcript ?? null;
    const criteria = await guarded(criteriaOf(verdict.scorecards, { transcript, isAsked: "minChecks" in bars }, deps));
    const held = verdict.scorecards.map((card, at) => holdAgainst(card, bars, criteria[at]));
    const report = reportText(format, held, { deps, asList: selection.kind === "all" });
    if (format === "github") deps.io.stdout.writeCommands(report);
    else deps.io.stdout.write(report);
    if (isAnnotated) printWarnings(deps.io, summarise(deps.env, held));
    return isGate ? sayWhatFellShort(held, deps.io, isGithubAction(deps.env) && format !== "github") : undefined;
  },
});

/** One for each scorecard, or none where neither a transcript nor a bar asks for them. */
async function criteriaOf(
  cards: readonly Scorecard[],
  { transcript, isAsked }: { transcript: string | null; isAsked: boolean },
  deps: Deps,
): Promise<readonly SessionCriteria[]> {
  if (transcript === null && !isAsked) return [];
  if (transcript !== null && cards.length > 1) {
    const found = `--transcript is of one session, and ${cards.length} were selected`;
    throw usage("judge", `Cannot run "masque judge": ${found}`);
  }
  return await Promise.all(cards.map((card) => sessionCriteria(deps, card, transcript)));
}

async function judged(
  sources: Sources,
  selection: Selection,
  { deps, isQuiet, rebuilds }: { deps: Deps; isQuiet: boolean; rebuilds: boolean },
): Promise<Verdict> {
  using progress = judgingLine(deps.io.stderr, deps.clock, isQuiet);
  const judge = await deps.judge();
  if (rebuilds) await judge.rebuild(sources, progress);
  const whyGone = (session: string) => (sources.store ? goneText(whyDropped(deps.paths, session)) : undefined);
  return await judgeTelemetry(judge, selection, sources, { ...progress, whyGone });
}

/** @param annotates Also writes annotations: the runner reads them on stderr too, and stdout stays data. */
function sayWhatFellShort(judged: readonly Judged[], io: Io, annotates: boolean) {
  if (annotates) io.stderr.writeCommands(annotationsText(judged));
  printWarnings(io, shortfallLines(judged));
  return hasFallenShort(judged) ? EXIT.below : undefined;
}
