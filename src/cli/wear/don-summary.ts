import type { DonOutcome } from "../../app/wear/don.ts";
import type { ScoredBy } from "../../app/wear/scored-by.ts";
import { isoTime, unixMs } from "../../kernel/clock.ts";
import { printableLine } from "../../kernel/text/printable.ts";
import type { Output } from "../../kernel/world.ts";
import { textAttribute } from "../../masque/masque.ts";
import { startOf } from "../../session/state.ts";
import { styleFor } from "../print/style.ts";
import { recentText } from "../print/time-text.ts";
import { cut, MARGIN, paragraph } from "../print/wrap.ts";
import { terminalScoreLines } from "./terminal-score.ts";

const LABEL_COLUMNS = 10;

/** What `don` shows a person at a terminal outside Claude Code. Such a session sends no telemetry, which comes first. */
export function donSummary(
  outcome: DonOutcome,
  { output, nowUnixNano, by }: { output: Output; nowUnixNano: bigint; by: ScoredBy | null },
): string {
  const { worn, masque } = outcome;
  const { columns } = output;
  const room = columns - LABEL_COLUMNS - MARGIN.length;
  const since = recentText(isoTime(BigInt(startOf(worn))), unixMs(nowUnixNano));
  const kind = [worn.category, textAttribute(masque, "domain")].filter((part) => part !== undefined).join(", ");
  const rows: readonly (readonly [string, string | null | undefined])[] = [
    ["purpose", textAttribute(masque, "tagline")],
    ["kind", kind],
    ["intent", worn.intent && cut(printableLine(worn.intent.trim()), room)],
    ["since", since],
    ["replaced", worn.replaces],
  ];
  const shown = rows.flatMap(([label, text]) =>
    text ? paragraph(printableLine(text), columns, label.padEnd(LABEL_COLUMNS)) : [],
  );
  return `${[
    styleFor(output).bold(`${leadOf(outcome)}.`),
    ...terminalScoreLines(masque.name, by, columns),
    "",
    ...shown,
    "",
    ...paragraph("`masque inspect` shows the whole masque, `masque doff` takes it off.", columns),
  ].join("\n")}\n`;
}

function leadOf(outcome: DonOutcome): string {
  const { name, version, source } = outcome.worn;
  const label = `${printableLine(name)} ${printableLine(version)}`;
  if (outcome.kind === "donned") return `You now wear ${label} (${source})`;
  return `You already wear ${label} (${source})${outcome.isIntentNew ? "; the intent is new" : ""}`;
}
