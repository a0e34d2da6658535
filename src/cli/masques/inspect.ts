import { masqueToInspect } from "../../app/masques/inspect.ts";
import { defineMasqueCommand, jsonFlag } from "../command.ts";
import { usage } from "../parse.ts";
import { masqueJson, masqueText } from "./render-masque.ts";

/** `masque inspect [name]` */
export const inspectCommand = defineMasqueCommand({
  args: {
    name: {
      type: "positional",
      required: false,
      description: "The masque's name; without a name, the masque that is worn",
    },
    raw: { type: "boolean", default: false, description: "Print the file as it is" },
    ...jsonFlag,
  },
  examples: [
    ["masque inspect codesmith", "show one masque in full"],
    ["masque inspect", "show the masque that is worn"],
    [
      "masque inspect codesmith --raw > ~/.masques/codesmith.masque.yaml",
      "start a masque of your own from a shared one",
    ],
  ],
  async run({ args }, deps) {
    if (args.raw && args.json) throw usage("inspect", "Cannot inspect: --raw and --json exclude each other");
    const resolved = await masqueToInspect(deps, args.name);
    const { stdout } = deps.io;
    if (args.raw) stdout.writeDocument(new TextDecoder("utf-8", { ignoreBOM: true }).decode(resolved.bytes));
    else stdout.write(args.json ? masqueJson(resolved) : masqueText(resolved, stdout));
    return undefined;
  },
});
