import { forkMasque } from "../../app/masques/fork-masque.ts";
import { printable } from "../../kernel/text/printable.ts";
import { parseName, slugOf } from "../../masque/masque.ts";
import { defineMasqueCommand, jsonFlag } from "../command.ts";
import { jsonText } from "../print/output.ts";
import { forkJson, forkNotes } from "./render-fork.ts";

/** `masque fork <name> [new-name]` */
export const forkCommand = defineMasqueCommand({
  args: {
    name: { type: "positional", required: true, description: "The masque to copy, shared or private" },
    "new-name": {
      type: "positional",
      required: false,
      description: "The name of the copy; without it, the copy hides the shared masque of the same name",
    },
    ...jsonFlag,
  },
  examples: [
    ["masque fork codesmith Stonecutter", "make a masque of your own from a shared one"],
    ["masque fork codesmith", "keep the name: your copy hides the shared masque"],
  ],
  async run({ args }, deps) {
    const newName = args["new-name"];
    const fork = await forkMasque(
      deps,
      parseName(args.name),
      newName === undefined ? undefined : parseName(newName, "choose another name: masque fork <name> Stonecutter"),
    );
    deps.io.stdout.write(args.json ? jsonText(forkJson(fork)) : `${printable(fork.path)}\n`);
    deps.io.stderr.write(`${forkNotes(fork)}Edit the copy with: masque edit ${slugOf(fork.name)}\n`);
    return undefined;
  },
});
