import type { Narrator } from "../../app/install/demo/run-demo.ts";
import type { JudgeProgress } from "../../judge/port.ts";
import { type Clock, unixMs } from "../../kernel/clock.ts";
import { plural } from "../../kernel/text/plural.ts";
import { sizeText } from "../../kernel/text/size-text.ts";
import type { Output } from "../../kernel/world.ts";
import { styleFor } from "./style.ts";
import { cut } from "./wrap.ts";

/** What a person at a terminal sees while a command works. Anywhere else progress is silent. */

const SHOWN_AFTER_MS = 1_000;
const REDRAWN_EVERY_MS = 100;
const ERASE_LINE = "\r\u001b[K";

/** What progress needs of an output stream. */
export type ProgressOutput = Pick<Output, "write" | "isTerminal" | "columns" | "color">;

/** One line that is written over again and again, and taken away at the end. */
export function passingLine(output: ProgressOutput): { show(text: string): void; clear(): void } {
  if (!output.isTerminal) return { show: () => undefined, clear: () => undefined };
  let isShown = false;
  return {
    show(text) {
      // A line that is longer than the terminal is wide could not be erased.
      output.write(`${ERASE_LINE}${cut(text, Math.max(1, output.columns - 1))}`);
      isShown = true;
    },
    clear() {
      if (isShown) output.write(ERASE_LINE);
      isShown = false;
    },
  };
}

/** How far judging has come. */
export type JudgingLine = {
  readonly onProgress: (progress: JudgeProgress) => void;
  /** Takes the line away. */
  [Symbol.dispose](): void;
};

/** Shown from the first second on: `using progress = judgingLine(…)`. */
export function judgingLine(output: ProgressOutput, clock: Clock, isQuiet: boolean): JudgingLine {
  const line = passingLine(output);
  const beganMs = unixMs(clock.nowUnixNano());
  let drawnMs = 0;
  return {
    onProgress(progress) {
      const nowMs = unixMs(clock.nowUnixNano());
      if (isQuiet || nowMs - beganMs < SHOWN_AFTER_MS || nowMs - drawnMs < REDRAWN_EVERY_MS) return;
      drawnMs = nowMs;
      line.show(`masque: ${judgingText(progress)}`);
    },
    [Symbol.dispose]: line.clear,
  };
}

function judgingText(progress: JudgeProgress): string {
  switch (progress.doing) {
    case "reading":
      return `reading ${sizeText(progress.bytesRead)} of ${sizeText(progress.bytesTotal)}`;
    case "scoring":
      return `scoring, ${progress.sessionsScored} of ${plural(progress.sessionsTotal, "session")} done`;
    default:
      throw new TypeError(`No such progress: ${progress satisfies never}`);
  }
}

/** Steps one after the other: each stays, with what came of it and how long it took. */
export function narratorFor(output: ProgressOutput): Narrator {
  if (!output.isTerminal) return { step: () => undefined, done: () => undefined };
  const { dim, green } = styleFor(output);
  const line = passingLine(output);
  let startedMs = 0;
  let shown = "";
  return {
    step(text) {
      startedMs = performance.now();
      shown = text;
      line.show(`${dim("·")} ${text} …`);
    },
    done(text) {
      line.clear();
      const took = `${Math.round(performance.now() - startedMs)} ms`;
      output.write(`${green("✓")} ${shown}: ${text} ${dim(took)}\n`);
    },
  };
}
