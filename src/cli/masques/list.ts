import { listMasques } from "../../masque/list-masques.ts";
import { CATEGORIES } from "../../masque/masque.ts";
import { defineMasqueCommand, jsonFlag } from "../command.ts";
import { catalogPlace } from "./catalog-place.ts";
import { catalogJson, catalogText, unusableText } from "./render-catalog.ts";

/** `masque list` */
export const listCommand = defineMasqueCommand({
  args: {
    category: { type: "enum", options: [...CATEGORIES], description: "Only masques of this category" },
    ...jsonFlag,
  },
  examples: [
    ["masque list", "every masque, private before shared"],
    ["masque list --category art", "one category"],
    ["masque list --json", "for programs"],
  ],
  async run({ args }, deps) {
    const { entries, unusable } = await listMasques(catalogPlace(deps));
    const shown = entries.filter(({ category }) => args.category === undefined || category === args.category);
    deps.io.stderr.write(unusableText({ unusable }));
    deps.io.stdout.write(args.json ? catalogJson(shown) : catalogText(shown, deps.io.stdout));
    return undefined;
  },
});
