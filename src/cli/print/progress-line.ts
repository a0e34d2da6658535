import type { JudgeProgress } from "../../judge/port.ts";
import { type Clock, unixMs } from "../../kernel/clock.ts";
import { sizeText } from "../../kernel/text/size-text.ts";
import type { Output } from "../../kernel/world.ts";

const SHOWN_AFTER_MS = 1_000;
const REDRAWN_EVERY_MS = 100;
const ERASE_LINE = "\r\u001b[K";

/** A line on a terminal that says how far judging has come. */
export type ProgressLine = {
  readonly onProgress: (progress: JudgeProgress) => void;
  /** Takes the line away. */
  [Symbol.dispose](): void;
};

/** What a line of progress needs of an output stream. */
export type ProgressOutput = Pick<Output, "write" | "isTerminal" | "columns">;

/** Shows from the first second on, on a terminal alone: `using progress = progressLine(…)`. */
export function progressLine(output: ProgressOutput, clock: Clock, isQuiet: boolean): ProgressLine {
  const beganMs = unixMs(clock.nowUnixNano());
  let drawnMs = 0;
  return {
    onProgress(progress) {
      const nowMs = unixMs(clock.nowUnixNano());
      if (isQuiet || nowMs - beganMs < SHOWN_AFTER_MS || nowMs - drawnMs < REDRAWN_EVERY_MS) return;
      if (!output.isTerminal) return;
      drawnMs = nowMs;
      output.write(`${ERASE_LINE}masque: ${progressText(progress)}`);
    },
    [Symbol.dispose]() {
      if (drawnMs > 0) output.write(ERASE_LINE);
      drawnMs = 0;
    },
  };
}

function progressText(progress: JudgeProgress): string {
  switch (progress.doing) {
    case "reading":
      return `reading ${sizeText(progress.bytesRead)} of ${sizeText(progress.bytesTotal)}`;
    case "scoring":
      return `scoring, ${progress.sessionsScored} of ${progress.sessionsTotal} sessions done`;
    default:
      throw new TypeError(`No such progress: ${progress satisfies never}`);
  }
}
