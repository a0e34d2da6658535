import { printable } from "../../kernel/text/printable.ts";
import { CATEGORIES, parseName, slugOf } from "../../masque/masque.ts";
import { createMasque, masqueTemplate } from "../../masque/new-masque.ts";
import { sharedBySlug } from "../../masque/shared.ts";
import { defineMasqueCommand, jsonFlag } from "../command.ts";
import { usage } from "../parse.ts";
import { jsonText } from "../print/output.ts";

/** `masque new <name>` */
export const newCommand = defineMasqueCommand({
  args: {
    name: { type: "positional", required: true, description: "What to call it" },
    category: {
      type: "enum",
      options: [...CATEGORIES],
      default: "specialist",
      description: "What kind of masque it is",
    },
    stdout: { type: "boolean", default: false, description: "Print the template and write no file" },
    ...jsonFlag,
  },
  examples: [
    ["masque new Cartographer", "write a template among your private masques"],
    ["masque new Cartographer --category cognitive --stdout", "only look at it"],
  ],
  async run({ args }, deps) {
    if (args.stdout && args.json) throw usage("new", "Cannot make a masque: --stdout and --json exclude each other");
    const name = parseName(args.name, "choose another name: masque new Cartographer");
    const { stdout, stderr } = deps.io;
    if (args.stdout) {
      stdout.writeDocument(masqueTemplate(name, args.category));
      return undefined;
    }
    const path = createMasque(deps.paths.masques, name, args.category);
    stdout.write(args.json ? jsonText({ name, path }) : `${printable(path)}\n`);
    if (sharedBySlug(slugOf(name))) stderr.write("It takes the place of the shared masque of that name\n");
    stderr.write("Edit it, then: masque validate\n");
    return undefined;
  },
});
