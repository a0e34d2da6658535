import { exportCases } from "../../../app/masques/export-cases.ts";
import { plural } from "../../../kernel/text/plural.ts";
import { printable } from "../../../kernel/text/printable.ts";
import { defineMasqueCommand, jsonFlag } from "../../command.ts";
import { usage } from "../../parse.ts";
import { jsonText } from "../../print/output.ts";

/** `masque export <name> --evals claude` */
export const exportCommand = defineMasqueCommand({
  args: {
    name: { type: "positional", required: true, description: "The masque's name" },
    evals: { type: "enum", options: ["claude"], description: "Write the masque's cases for `claude plugin eval`" },
    cases: { type: "string", valueHint: "FILE", description: "Cases of your own, instead of the shared masque's" },
    out: { type: "string", valueHint: "FOLDER", description: "A new folder; <name>-evals here when it is left out" },
    ...jsonFlag,
  },
  examples: [
    ["masque export bloodhound --evals claude", "write the cases into bloodhound-evals"],
    ["masque export bloodhound --evals claude --out trial --json", "into another folder, for programs"],
  ],
  async run({ args }, deps) {
    if (args.evals === undefined) throw usage("export", "Cannot export: say what for, with --evals claude");
    const exported = await exportCases(deps, { name: args.name, casesPath: args.cases, out: args.out });
    const { stdout, stderr } = deps.io;
    stdout.write(args.json ? jsonText(exported) : `${printable(exported.folder)}\n`);
    const { cases } = exported;
    if (!args.json) stderr.write(`${plural(cases, "case")} in 3 arms. Next, in that folder: claude plugin eval .\n`);
    return undefined;
  },
});
