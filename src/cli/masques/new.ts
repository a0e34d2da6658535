import { printable } from "../../kernel/text/printable.ts";
import { CATEGORIES, parseName, slugOf } from "../../masque/masque.ts";
import { createMasque, masqueTemplate } from "../../masque/new-masque.ts";
import { sharedSummary } from "../../masque/shared.ts";
import { defineMasqueCommand, jsonFlag } from "../command.ts";
import { usage } from "../parse.ts";
import { jsonText } from "../print/output.ts";

/** `masque new <name>` */
export const newCommand = defineMasqueCommand({
  args: {
    name: { type: "positional", required: true, description: "The name of the new masque" },
    category: {
      type: "enum",
      options: [...CATEGORIES],
      default: "specialist",
      description: "The kind of masque",
    },
    stdout: { type: "boolean", default: false, description: "Print the template instead of writing a file" },
    ...jsonFlag,
  },
  examples: [
    ["masque new Cartographer", "write a template into the folder of your private masques"],
    ["masque new Cartographer --category cognitive --stdout", "only print the template"],
  ],
  async run({ args }, deps) {
    if (args.stdout && args.json) throw usage("new", "Cannot create a masque: --stdout and --json exclude each other");
    const name = parseName(args.name, "choose another name: masque new Cartographer");
    const { stdout, stderr } = deps.io;
    if (args.stdout) {
      stdout.writeDocument(masqueTemplate(name, args.category));
      return undefined;
    }
    const path = createMasque(deps.paths.masques, name, args.category);
    stdout.write(args.json ? jsonText({ name, path }) : `${printable(path)}\n`);
    if (sharedSummary(slugOf(name))) stderr.write("This masque hides the shared masque of the same name.\n");
    stderr.write("Edit the file, then run: masque validate\n");
    return undefined;
  },
});
