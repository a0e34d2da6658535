import { compareMasques } from "../../app/masques/compare-masques.ts";
import { EXIT } from "../../kernel/errors.ts";
import { defineMasqueCommand, jsonFlag } from "../command.ts";
import { comparisonJson, comparisonText } from "./render-comparison.ts";

/** `masque diff <masque> [other]` */
export const diffCommand = defineMasqueCommand({
  args: {
    masque: { type: "positional", required: true, description: "A masque's name, or a masque file" },
    other: {
      type: "positional",
      required: false,
      description:
        "What to compare it with; without it, what you wear is compared with its file, or your copy with the shared masque",
    },
    "exit-code": { type: "boolean", default: false, description: "Exit 1 when the masques differ" },
    ...jsonFlag,
  },
  examples: [
    ["masque diff codesmith assayer", "compare two masques, field by field"],
    ["masque diff codesmith draft.masque.yaml", "compare a masque with a file"],
    ["masque diff codesmith", "what changed in the file since you put the masque on"],
  ],
  async run({ args }, deps) {
    const comparison = await compareMasques(deps, args.masque, args.other);
    const { stdout } = deps.io;
    stdout.write(args.json ? comparisonJson(comparison) : comparisonText(comparison, stdout));
    return args["exit-code"] && comparison.fields.length > 0 ? EXIT.failed : EXIT.ok;
  },
});
