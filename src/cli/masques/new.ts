import { makeMasque, newMasqueText } from "../../app/masques/make-masque.ts";
import { printable } from "../../kernel/text/printable.ts";
import { CATEGORIES, type Category, parseName, slugOf } from "../../masque/masque.ts";
import { sharedBySlug } from "../../masque/shared.ts";
import { defineMasqueCommand, jsonFlag } from "../command.ts";
import { usage } from "../parse.ts";
import { jsonText } from "../print/output.ts";
import { newMasqueFrom } from "./interview.ts";

/** `masque new [name]` */
export const newCommand = defineMasqueCommand({
  args: {
    name: {
      type: "positional",
      required: false,
      description: "The name of the new masque; on a terminal it is asked for",
    },
    category: {
      type: "enum",
      options: [...CATEGORIES],
      description: "The kind of masque; specialist where nothing is said",
    },
    domain: { type: "string", valueHint: "TEXT", description: "The field that it is for" },
    tagline: { type: "string", valueHint: "TEXT", description: "What it is for, in one line" },
    look: { type: "string", valueHint: "TEXT", description: "What to look at first; several with ; between" },
    refuse: { type: "string", valueHint: "TEXT", description: "What to refuse; several with ; between" },
    report: { type: "string", valueHint: "TEXT", description: "How to report" },
    stop: { type: "string", valueHint: "TEXT", description: "When to stop" },
    criterion: { type: "string", valueHint: "TEXT", description: "How to recognise a session that went well" },
    yes: { type: "boolean", default: false, description: "Ask nothing: what no flag says comes from the template" },
    stdout: { type: "boolean", default: false, description: "Print the file instead of writing it; asks nothing" },
    ...jsonFlag,
  },
  examples: [
    ["masque new", "answer a few questions on a terminal"],
    ["masque new Cartographer --yes", "write a template into the folder of your private masques"],
    ["masque new Cartographer --category cognitive --stdout", "only print the template"],
    [
      "masque new Ferrier --domain migrations --refuse 'a table lock; a step without a way back'",
      "say what it refuses",
    ],
  ],
  async run({ args }, deps) {
    if (args.stdout && args.json) throw usage("new", "Cannot create a masque: --stdout and --json exclude each other");
    const name =
      args.name === undefined ? undefined : parseName(args.name, "choose another name: masque new Cartographer");
    const { domain, tagline, look: lookFirst, refuse, report, stop, criterion } = args;
    const category: Category | undefined = args.category;
    const given = { name, category, domain, tagline, lookFirst, refuse, report, stop, criterion };
    const said = await newMasqueFrom(deps, given, { mayAsk: !args.yes && !args.stdout && !args.json });
    const { stdout, stderr } = deps.io;
    if (args.stdout) {
      stdout.writeDocument(await newMasqueText(deps, said));
      return undefined;
    }
    const path = await makeMasque(deps, said);
    stdout.write(args.json ? jsonText({ name: said.name, path }) : `${printable(path)}\n`);
    if (sharedBySlug(slugOf(said.name))) stderr.write("This masque hides the shared masque of the same name.\n");
    stderr.write(`Edit the file with: masque edit ${slugOf(said.name)}\nCheck it with: masque validate\n`);
    return undefined;
  },
});
