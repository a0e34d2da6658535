import type { Mutation } from "./mutation.ts";

/** The full screen. */
export const TUI: readonly Mutation[] = [
  {
    fault: "the cursor leaves the list",
    file: "src/tui/catalog-state.ts",
    find: `return Math.max(0, Math.min(value, max));`,
    replace: `return Math.min(value, max);`,
    tests: ["tui/catalog-state.test.ts"],
  },
  {
    fault: "one matching word is enough for the filter",
    file: "src/tui/catalog-state.ts",
    find: `return words.every((word) => text.includes(word));`,
    replace: `return words.some((word) => text.includes(word));`,
    tests: ["tui/catalog-state.test.ts", "tui/screen.test.ts"],
  },
  {
    fault: "wide characters push a line over its edge",
    file: "src/tui/fit-text.ts",
    find: `return Bun.stringWidth(cut) <= columns ? cut : cutByCharacters(line, columns);`,
    replace: `return line.slice(0, columns - 1).concat("…");`,
    tests: ["tui/fit-text.test.ts"],
  },
];
