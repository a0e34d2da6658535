import type { ScoredBy } from "../../app/wear/scored-by.ts";
import { parseName, slugOf } from "../../masque/masque.ts";
import { paragraph } from "../print/wrap.ts";

/** Why a terminal session has no score, and what leads to one. */
export function terminalScoreLines(name: string, by: ScoredBy | null, columns: number): string[] {
  const command = `/${by === "plugin" ? "masques:" : ""}don ${slugOf(parseName(name))}`;
  const first = by === null ? "run `masque setup claude`, then " : "";
  return [
    ...paragraph("A terminal session gets no score: only Claude Code sends telemetry.", columns),
    ...paragraph(`For a score, ${first}type ${command} in Claude Code.`, columns),
  ];
}
