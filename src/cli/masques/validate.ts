import { validateMasques } from "../../masque/validate.ts";
import { defineMasqueCommand, jsonFlag } from "../command.ts";
import { printValidation, VALIDATION_FORMATS } from "./render-validation.ts";

/** `masque validate [paths…]` */
export const validateCommand = defineMasqueCommand({
  args: {
    format: {
      type: "enum",
      options: [...VALIDATION_FORMATS],
      default: "text",
      description: "Report as text, as JSON, or as GitHub annotations",
    },
    strict: { type: "boolean", default: false, description: "Also report what masque lint finds" },
    ...jsonFlag,
  },
  rest: "[paths…]",
  examples: [
    ["masque validate", "check your private masques"],
    ["masque validate masques/ draft.masque.yaml", "check a folder and a file"],
    ["masque validate --strict masques", "check what lint checks too"],
    ["masque validate --format github masques", "in a workflow, errors show beside their lines"],
  ],
  async run({ args, rest }, deps) {
    const place = { cwd: deps.cwd, privateFolder: deps.paths.masques, reader: deps.masqueReader };
    const validation = await validateMasques(rest, args.strict ? { ...place, lint: deps.lintTools } : place);
    return printValidation(validation, args.json ? "json" : args.format, deps.io);
  },
});
