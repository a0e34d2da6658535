import { EXIT } from "../../kernel/errors.ts";
import { validateMasques } from "../../masque/validate.ts";
import { defineMasqueCommand, jsonFlag } from "../command.ts";
import { countOf, VALIDATION_FORMATS, validationText } from "./render-validation.ts";

/** `masque validate [paths…]` */
export const validateCommand = defineMasqueCommand({
  args: {
    format: {
      type: "enum",
      options: [...VALIDATION_FORMATS],
      default: "text",
      description: "Report as text, as JSON, or as GitHub annotations",
    },
    ...jsonFlag,
  },
  rest: "[paths…]",
  examples: [
    ["masque validate", "check your private masques"],
    ["masque validate masques/ draft.masque.yaml", "check a folder and a file"],
    ["masque validate --format github masques", "in a workflow, errors show beside their lines"],
  ],
  async run({ args, rest }, deps) {
    const place = { cwd: deps.cwd, privateFolder: deps.paths.masques, reader: deps.masqueReader };
    const validation = await validateMasques(rest, place);
    const format = args.json ? "json" : args.format;
    const report = validationText(validation, format);
    if (format === "github") deps.io.stdout.writeCommands(report);
    else deps.io.stdout.write(report);
    return countOf(validation, "error") > 0 ? EXIT.invalid : EXIT.ok;
  },
});
