import { diffLines } from "diff";
import { LIMITS } from "../limits.ts";

/** Lines that stand in both texts, or in one of them alone. */
export type LineRun = { readonly kind: "same" | "removed" | "added"; readonly lines: readonly string[] };

/** Two texts line by line. Texts that differ too much to be compared are one run removed and one added. */
export function compareLines(before: string, after: string): LineRun[] {
  const changes = diffLines(withEnd(before), withEnd(after), { maxEditLength: LIMITS.lineEditsMax });
  if (!changes) {
    return [
      { kind: "removed", lines: linesOf(before) },
      { kind: "added", lines: linesOf(after) },
    ];
  }
  return changes.map(({ added, removed, value }) => ({
    kind: added ? "added" : removed ? "removed" : "same",
    lines: linesOf(value),
  }));
}

/** A newline at the end makes the last line equal to the same line in the middle. */
function withEnd(text: string): string {
  return text === "" || text.endsWith("\n") ? text : `${text}\n`;
}

function linesOf(text: string): string[] {
  return text === "" ? [] : withEnd(text).slice(0, -1).split("\n");
}
