import { MasqueError } from "../../../kernel/errors.ts";
import { nearest } from "../../../kernel/text/nearest.ts";
import { printableLine } from "../../../kernel/text/printable.ts";
import type { Output } from "../../../kernel/world.ts";
import type { Rule } from "../../../masque/lint/rule.ts";
import { RULES, ruleById } from "../../../masque/lint/rules.ts";
import { jsonText } from "../../print/output.ts";
import { styleFor } from "../../print/style.ts";
import { tableText } from "../../print/table.ts";
import { paragraph, wrapped } from "../../print/wrap.ts";

/** What `lint --rules` and `lint --explain` print. */

const TITLE_COLUMNS_MIN = 20;

/**
 * The rule with an id.
 *
 * @throws {MasqueError} `lint.unknown-rule` with the nearest id.
 */
export function ruleNamed(id: string): Rule {
  const rule = ruleById(id);
  if (rule) return rule;
  const near = nearest(
    id,
    RULES.map((one) => one.id),
  );
  throw new MasqueError("lint.unknown-rule", `Cannot explain "${printableLine(id)}": lint has no rule of that name`, {
    try: "masque lint --rules",
    hint: near && `did you mean "${near}"?`,
  });
}

/** The rules as a table. */
export function rulesText(rules: readonly Rule[], output: Output): string {
  const { bold, yellow, red } = styleFor(output);
  const columns = [
    { heading: "RULE", style: bold },
    { heading: "SEVERITY", style: (cell: string) => (cell.startsWith("error") ? red(cell) : yellow(cell)) },
    { heading: "WHAT BREAKS IT", columnsMin: TITLE_COLUMNS_MIN },
  ];
  const rows = rules.map(({ id, severity, title }) => [id, severity, title]);
  return tableText(columns, rows, output.isTerminal ? output.columns : Number.POSITIVE_INFINITY);
}

/** One rule in full. */
export function ruleText(
  { id, severity, title, reason, fix, canSilence, fails, passes }: Rule,
  output: Output,
): string {
  const { bold, dim } = styleFor(output);
  const columns = output.isTerminal ? output.columns : Number.POSITIVE_INFINITY;
  const silencing = canSilence ? "A file may silence this rule, with a reason." : "No file can silence this rule.";
  return [
    `${bold(id)} ${dim(severity)}`,
    ...wrapped(`${title}.`, columns),
    "",
    ...paragraph(reason, columns, "why: "),
    ...paragraph(fix, columns, "hint: "),
    ...paragraph(silencing, columns),
    "",
    bold("Fails"),
    indented(fails),
    "",
    bold("Passes"),
    indented(passes),
    "",
  ].join("\n");
}

/** `lint --rules --json` */
export function rulesJson(rules: readonly Rule[]): string {
  return jsonText(
    rules.map(({ id, severity, title, reason, fix, canSilence, fails, passes }) => ({
      id,
      severity,
      title,
      reason,
      fix,
      canSilence,
      fails,
      passes,
    })),
  );
}

function indented(example: string): string {
  return example.trimEnd().replace(/^(?=.)/gm, "  ");
}
