import type { Narrator } from "../../app/install/demo/run-demo.ts";
import type { Output } from "../../kernel/world.ts";

const [DIM, GREEN, RESET] = ["\u001b[2m", "\u001b[32m", "\u001b[39;22m"];

/** Tells a person at a terminal what happens, a line a step with how long it took; silent anywhere else. */
export function narratorFor(output: Output): Narrator {
  if (!output.isTerminal) return { step: () => undefined, done: () => undefined };
  const paint = (style: string, text: string) => (output.color ? `${style}${text}${RESET}` : text);
  let startedMs = 0;
  let shown = "";
  return {
    step(text) {
      startedMs = performance.now();
      shown = text;
      output.write(`${paint(DIM, "·")} ${text} …`);
    },
    done(text) {
      const took = `${Math.round(performance.now() - startedMs)} ms`;
      output.write(`\r\u001b[K${paint(GREEN, "✓")} ${shown}: ${text} ${paint(DIM, took)}\n`);
    },
  };
}
