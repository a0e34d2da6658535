import { catalogPlace } from "../../../app/masques/catalog-place.ts";
import { findMasque } from "../../../masque/catalog.ts";
import { parseName } from "../../../masque/masque.ts";
import { placeboOf } from "../../../masque/placebo/placebo.ts";
import { defineMasqueCommand, jsonFlag } from "../../command.ts";
import { jsonText } from "../../print/output.ts";

/** `masque placebo <name>` */
export const placeboCommand = defineMasqueCommand({
  args: {
    name: { type: "positional", description: "The masque's name", required: true },
    ...jsonFlag,
  },
  examples: [
    ["masque placebo codesmith", "a block as long as Codesmith's, about a landscape"],
    ["masque placebo codesmith --json", "with the number of words of both"],
  ],
  async run({ args }, deps) {
    const resolved = await findMasque(parseName(args.name), catalogPlace(deps));
    const { block, digest, words, masqueWords } = placeboOf(resolved);
    const { name, version } = resolved.masque;
    const shown = { of: { name, version, digest: resolved.digest, words: masqueWords }, digest, words, block };
    deps.io.stdout.write(args.json ? jsonText(shown) : `${block}\n`);
    return undefined;
  },
});
