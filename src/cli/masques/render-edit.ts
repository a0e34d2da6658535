import type { Edit } from "../../app/masques/edit-masque.ts";
import { printable } from "../../kernel/text/printable.ts";
import { slugOf } from "../../masque/masque.ts";
import { jsonText } from "../print/output.ts";
import { countOf, problemsJson, problemsText } from "./render-validation.ts";

/** What `edit` prints: the file's path, and for people what became of the file. */
export function editText({ path, fork, isChanged }: Edit): string {
  return fork && !isChanged ? "" : `${printable(path)}\n`;
}

/** The same for programs; `path` is `null` where a copy was removed again. */
export function editJson({ name, path, fork, isChanged, validation }: Edit): string {
  return jsonText({
    name,
    path: fork && !isChanged ? null : path,
    forked_from: fork?.from ?? null,
    changed: isChanged,
    valid: countOf(validation, "error") === 0,
    problems: problemsJson(validation),
  });
}

/** What became of the file, and what to do next. Errors were shown when the file was saved. */
export function editNotes({ name, fork, isChanged, validation }: Edit): string {
  if (fork && !isChanged) return "Nothing was changed, so the copy is removed again.\n";
  const again = `masque edit ${slugOf(name)}`;
  if (countOf(validation, "error") > 0) return `The file is kept as you saved it. Correct it with: ${again}\n`;
  if (!isChanged) return "Nothing was changed.\n";
  return `${problemsText(validation)}Saved. Wear it with: masque don ${slugOf(name)}\n`;
}
