import type { ReadProgress } from "../judge/judge.ts";
import { type Clock, unixMs } from "../kernel/clock.ts";
import { sizeText } from "../kernel/size-text.ts";
import type { Output } from "../kernel/world.ts";

const SHOWN_AFTER_MS = 1_000;
const REDRAWN_EVERY_MS = 100;
const ERASE_LINE = "\r\u001b[K";

/** A line on a terminal that says how far reading has come. */
export type ProgressLine = {
  readonly onProgress: (progress: ReadProgress) => void;
  /** Takes the line away. */
  [Symbol.dispose](): void;
};

/** Shows from the first second on, on a terminal alone: `using progress = progressLine(…)`. */
export function progressLine(output: Output, clock: Clock, isQuiet: boolean): ProgressLine {
  const beganMs = unixMs(clock.nowUnixNano());
  let drawnMs = 0;
  return {
    onProgress({ bytesRead, bytesTotal }) {
      const nowMs = unixMs(clock.nowUnixNano());
      if (isQuiet || nowMs - beganMs < SHOWN_AFTER_MS || nowMs - drawnMs < REDRAWN_EVERY_MS) return;
      if (!output.isTerminal) return;
      drawnMs = nowMs;
      output.write(`${ERASE_LINE}masque: reading ${sizeText(bytesRead)} of ${sizeText(bytesTotal)}`);
    },
    [Symbol.dispose]() {
      if (drawnMs > 0) output.write(ERASE_LINE);
      drawnMs = 0;
    },
  };
}
