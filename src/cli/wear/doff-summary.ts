import type { DoffOutcome } from "../../app/wear/doff.ts";
import type { ScoredBy } from "../../app/wear/scored-by.ts";
import { isoTime, unixMs } from "../../kernel/clock.ts";
import { printableLine } from "../../kernel/text/printable.ts";
import type { Output } from "../../kernel/world.ts";
import { startOf } from "../../session/state.ts";
import { styleFor } from "../print/style.ts";
import { whenText } from "../print/time-text.ts";
import { paragraph } from "../print/wrap.ts";
import { terminalScoreLines } from "./terminal-score.ts";

/** What `doff` shows a person at a terminal outside Claude Code. */
export function doffSummary(
  { doffed }: DoffOutcome,
  {
    output,
    nowUnixNano,
    score,
  }: {
    output: Output;
    nowUnixNano: bigint;
    /** How a score is had; not asked for where `undefined`. */
    score: { by: ScoredBy | null } | undefined;
  },
): string {
  const { name, version } = doffed;
  const since = whenText(isoTime(BigInt(startOf(doffed))), unixMs(nowUnixNano));
  return `${[
    styleFor(output).bold(`${printableLine(name)} ${printableLine(version)} is off.`),
    ...paragraph(`You put it on at ${since}.`, output.columns),
    ...(score ? terminalScoreLines(name, score.by, output.columns) : []),
  ].join("\n")}\n`;
}
