import { RULES } from "../../../masque/lint/rules.ts";
import { validateMasques } from "../../../masque/validate.ts";
import { defineMasqueCommand, jsonFlag } from "../../command.ts";
import { usage } from "../../parse.ts";
import { printValidation, VALIDATION_FORMATS } from "../render-validation.ts";
import { ruleNamed, rulesJson, rulesText, ruleText } from "./render-rules.ts";

/** `masque lint [paths…]` */
export const lintCommand = defineMasqueCommand({
  args: {
    rules: { type: "boolean", default: false, description: "List the rules" },
    explain: {
      type: "string",
      valueHint: "rule",
      description: "Show one rule, with an example that fails and one that passes",
    },
    format: {
      type: "enum",
      options: [...VALIDATION_FORMATS],
      default: "text",
      description: "Report for people, for programs, or as GitHub annotations",
    },
    ...jsonFlag,
  },
  rest: "[paths…]",
  examples: [
    ["masque lint", "check your private masques"],
    ["masque lint masques/ draft.masque.yaml", "check a folder and a file"],
    ["masque lint --explain text/vague", "why there is a rule, and how to keep it"],
    ["masque lint --rules", "every rule"],
  ],
  async run({ args, rest }, deps) {
    const { stdout } = deps.io;
    const asJson = args.json || args.format === "json";
    if (args.rules || args.explain !== undefined) {
      if (rest.length > 0) throw usage("lint", "Cannot lint: --rules and --explain take no paths");
      const rules = args.explain === undefined ? RULES : [ruleNamed(args.explain)];
      if (asJson) stdout.write(rulesJson(rules));
      else
        stdout.write(
          args.explain === undefined ? rulesText(rules, stdout) : rules.map((rule) => ruleText(rule, stdout)).join(""),
        );
      return undefined;
    }
    const place = { cwd: deps.cwd, privateFolder: deps.paths.masques, reader: deps.masqueReader, lint: deps.lintTools };
    return printValidation(await validateMasques(rest, place), asJson ? "json" : args.format, deps.io);
  },
});
