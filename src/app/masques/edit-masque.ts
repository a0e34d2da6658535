import { rmSync } from "node:fs";
import { join } from "node:path";
import { MasqueError } from "../../kernel/errors.ts";
import { unwritable } from "../../kernel/files/files.ts";
import type { Env } from "../../kernel/paths.ts";
import type { RunEditor } from "../../kernel/process/run-editor.ts";
import { printableLine } from "../../kernel/text/printable.ts";
import { fileNameOf, type MasqueName, slugOf } from "../../masque/masque.ts";
import { readMasqueFile } from "../../masque/private-folder.ts";
import { type Validation, validateMasques } from "../../masque/validate.ts";
import { type Fork, type ForkingWorld, forkMasque } from "./fork-masque.ts";

/** The person who edits: their editor, and what they are shown and asked meanwhile. */
export type EditingPerson = {
  readonly runEditor: RunEditor;
  /** Says that a shared masque was copied, before the editor opens the copy. */
  showFork(fork: Fork): void;
  /** Shows the problems of what was saved, and asks whether to open the file again. */
  wantsAgain(validation: Validation): Promise<boolean>;
};

/** The outcome of editing. */
export type Edit = {
  readonly name: MasqueName;
  readonly path: string;
  /** What was copied first, where the masque was a shared one; a copy that was not changed is removed again. */
  readonly fork: Fork | null;
  readonly isChanged: boolean;
  /** Of the file as it was saved last. */
  readonly validation: Validation;
};

/**
 * Opens a private masque in the person's editor until what is saved is valid, or the person has had enough. The file is kept as it was
 * saved. A shared masque is forked first; a fork that was not changed is removed, so that it does not hide the shared masque.
 *
 * @throws {MasqueError} `edit.in-session` inside an agent session; `edit.no-editor`, `edit.editor-failed`; what
 *   {@link forkMasque} throws; `masque.not-found` where the file is gone afterwards.
 */
export async function editMasque(world: ForkingWorld, name: MasqueName, person: EditingPerson): Promise<Edit> {
  if (world.agentSession().isHosted) throw insideSession(name);
  const editor = editorOf(world.env, name);
  const { path, before, fork } = await fileToEdit(world, name);
  if (fork) person.showFork(fork);
  const place = { cwd: world.cwd, privateFolder: world.paths.masques, reader: world.masqueReader };
  for (;;) {
    const exit = await person.runEditor(editor, path);
    const after = readMasqueFile(path);
    const isChanged = after === undefined || !before.equals(after);
    const isKept = isChanged || !fork;
    if (!isKept) removeFork(path);
    if (exit !== 0) throw editorFailed(name, { editor, exit }, isKept ? path : undefined);
    if (!after) throw gone(path);
    if (!isKept) return { name, path, fork, isChanged, validation: { filesChecked: 0, problems: [] } };
    const validation = await validateMasques([path], place);
    const isValid = validation.problems.every(({ severity }) => severity !== "error");
    if (isValid || !(await person.wantsAgain(validation))) return { name, path, fork, isChanged, validation };
  }
}

type FileToEdit = { readonly path: string; readonly before: Buffer; readonly fork: Fork | null };

/** The private file whatever it holds: a file that is not valid is edited to correct it. */
async function fileToEdit(world: ForkingWorld, name: MasqueName): Promise<FileToEdit> {
  const path = join(world.paths.masques, fileNameOf(name));
  const before = readMasqueFile(path);
  if (before) return { path, before, fork: null };
  const fork = await forkMasque(world, name, undefined);
  return { path: fork.path, before: Buffer.from(fork.bytes), fork };
}

/** As git chooses: `VISUAL` before `EDITOR`, and only `EDITOR` on a terminal that cannot move its cursor. */
function editorOf(env: Env, name: MasqueName): string {
  const visual = env["TERM"] === "dumb" ? undefined : env["VISUAL"];
  const editor = [visual, env["EDITOR"]].find((command) => command !== undefined && command.trim() !== "");
  if (editor !== undefined) return editor;
  throw new MasqueError("edit.no-editor", `Cannot edit "${name}": neither VISUAL nor EDITOR names an editor`, {
    try: `EDITOR=vi masque edit ${slugOf(name)}`,
    hint: "set EDITOR in your shell's profile; an editor with a window must wait: EDITOR='code --wait'",
  });
}

function removeFork(path: string): void {
  try {
    rmSync(path);
  } catch (error) {
    throw unwritable(path, error);
  }
}

function insideSession(name: MasqueName): MasqueError {
  return new MasqueError(
    "edit.in-session",
    `Cannot edit "${name}" inside an agent session: a masque is edited by a person`,
    { hint: `in a terminal of your own, run: masque edit ${slugOf(name)}` },
  );
}

function editorFailed(
  name: MasqueName,
  { editor, exit }: { readonly editor: string; readonly exit: number },
  kept: string | undefined,
): MasqueError {
  const message = `Cannot edit "${name}": the editor "${printableLine(editor)}" ended with status ${exit}`;
  const hint = kept === undefined ? "check VISUAL and EDITOR; nothing was changed" : `what was saved is in "${kept}"`;
  return new MasqueError("edit.editor-failed", message, { hint });
}

function gone(path: string): MasqueError {
  return new MasqueError("masque.not-found", `Cannot check "${path}": the file does not exist any more`, {
    hint: "save the file under this name, without moving it",
  });
}
