import { editMasque } from "../../app/masques/edit-masque.ts";
import { refreshSchemaFile } from "../../app/masques/schema-file.ts";
import { EXIT } from "../../kernel/errors.ts";
import { editorRunner } from "../../kernel/process/run-editor.ts";
import { parseName } from "../../masque/masque.ts";
import { defineMasqueCommand, jsonFlag } from "../command.ts";
import { canPrompt } from "../print/prompts.ts";
import { editJson, editNotes, editText } from "./render-edit.ts";
import { forkNotes } from "./render-fork.ts";
import { countOf, problemsText } from "./render-validation.ts";

/** `masque edit <name>` */
export const editCommand = defineMasqueCommand({
  args: {
    name: { type: "positional", required: true, description: "The masque to edit; a shared one is copied first" },
    ...jsonFlag,
  },
  examples: [
    ["masque edit cartographer", "open a masque of your own in your editor, and check what you save"],
    ["EDITOR='code --wait' masque edit codesmith", "copy a shared masque, and edit the copy in a window"],
  ],
  async run({ args }, deps) {
    const { stdout, stderr } = deps.io;
    const edit = await editMasque(deps, parseName(args.name), {
      runEditor: editorRunner(deps),
      showFork: (fork) => stderr.write(forkNotes(fork)),
      async wantsAgain(validation) {
        stderr.write(problemsText(validation));
        return canPrompt(deps) && (await (await deps.prompts()).confirm("Open the file again?"));
      },
    });
    await refreshSchemaFile(deps);
    stdout.write(args.json ? editJson(edit) : editText(edit));
    stderr.write(editNotes(edit));
    return countOf(edit.validation, "error") > 0 ? EXIT.invalid : EXIT.ok;
  },
});
