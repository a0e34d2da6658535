import { markedCatalog } from "../../app/masques/marked-catalog.ts";
import { CATEGORIES } from "../../masque/masque.ts";
import { defineMasqueCommand, jsonFlag } from "../command.ts";
import { printLeftOut } from "../print/catalog.ts";
import { printWarnings } from "../print/output.ts";
import { catalogJson, catalogText } from "./render-catalog.ts";

/** `masque list` */
export const listCommand = defineMasqueCommand({
  args: {
    category: { type: "enum", options: [...CATEGORIES], description: "Only masques of this category" },
    ...jsonFlag,
  },
  examples: [
    ["masque list", "every masque by name, with what is worn here"],
    ["masque list --category art", "one category"],
    ["masque list --json", "as JSON"],
  ],
  async run({ args }, deps) {
    const { entries, unusable, warnings } = await markedCatalog(deps);
    const shown = entries.filter(({ category }) => args.category === undefined || category === args.category);
    printLeftOut(deps.io, unusable);
    printWarnings(deps.io, warnings);
    deps.io.stdout.write(args.json ? catalogJson(shown) : catalogText(shown, deps.io.stdout));
    return undefined;
  },
});
