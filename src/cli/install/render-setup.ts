import type { SetupRequest } from "../../app/install/set-up.ts";
import type { FileChange, PlannedSetup } from "../../host/setup/plan.ts";
import type { JsonObject } from "../../kernel/text/json.ts";
import { printableLine } from "../../kernel/text/printable.ts";
import type { Output } from "../../kernel/world.ts";
import { styleFor } from "../print/style.ts";

/** Every change of a setup, and what it leaves alone, for people. */
export function setupText({ plan }: PlannedSetup, { undo }: SetupRequest, output: Output): string {
  const style = styleFor(output);
  const lines = plan.changes.flatMap((change) => [
    `  ${style.cyan(verbOf(change).padEnd(6))}  ${printableLine(change.path)}`,
    ...change.says.map((line) => `            ${style.dim(printableLine(line))}`),
  ]);
  const notes = plan.notes.map((note) => `  ${printableLine(note)}`);
  const title = `${undo ? "Changes that remove masque from" : "Changes that set up masque in"} Claude Code: ${printableLine(plan.key.folder)}`;
  const warnings = plan.warnings.map((warning) => `  ${printableLine(warning)}`);
  const nothing = undo ? "  nothing to remove" : "  nothing to change: it is set up";
  return [
    style.bold(title),
    ...(lines.length > 0 ? lines : [nothing]),
    ...(notes.length > 0 ? ["", style.bold("Left alone:"), ...notes] : []),
    ...(warnings.length > 0 ? ["", style.bold("No effect yet:"), ...warnings] : []),
    "",
  ].join("\n");
}

/** The same for programs. Keys: docs/claude-code.md. */
export function setupJson({ plan }: PlannedSetup, isApplied: boolean): JsonObject {
  return {
    folder: plan.key.folder,
    applied: isApplied,
    changes: plan.changes.map((change) => ({ path: change.path, action: verbOf(change), what: [...change.says] })),
    left_alone: [...plan.notes],
    warnings: [...plan.warnings],
  };
}

function verbOf({ before, after }: FileChange): "create" | "edit" | "delete" {
  if (before === null) return "create";
  return after === null ? "delete" : "edit";
}
