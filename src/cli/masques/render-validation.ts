import { EXIT, type ExitCode } from "../../kernel/errors.ts";
import { plural } from "../../kernel/text/plural.ts";
import { printableLine } from "../../kernel/text/printable.ts";
import type { Io } from "../../kernel/world.ts";
import { problemText } from "../../masque/problem-text.ts";
import type { Problem } from "../../masque/reading.ts";
import type { Validation } from "../../masque/validate.ts";
import { jsonText } from "../print/output.ts";

/** What `validate` prints, for people, programs and GitHub's annotations. */

/** The formats that `--format` takes. */
export const VALIDATION_FORMATS = ["text", "json", "github"] as const;

/** One of them. */
export type ValidationFormat = (typeof VALIDATION_FORMATS)[number];

/** The report in a format. */
export function validationText(validation: Validation, format: ValidationFormat): string {
  switch (format) {
    case "text":
      return problemsText(validation) + summary(validation);
    case "json":
      return validationJson(validation);
    case "github":
      return validation.problems.map(annotation).join("");
    default:
      return format satisfies never;
  }
}

/** Each problem with its frame and an empty line below; nothing where there is no problem. */
export function problemsText({ problems }: Validation): string {
  return problems.map((problem) => `${problemText(problem)}\n\n`).join("");
}

/** Prints the report, and answers the exit status that goes with it. */
export function printValidation(validation: Validation, format: ValidationFormat, { stdout }: Io): ExitCode {
  const report = validationText(validation, format);
  if (format === "github") stdout.writeCommands(report);
  else stdout.write(report);
  return countOf(validation, "error") > 0 ? EXIT.invalid : EXIT.ok;
}

/** How many problems of a severity there are. */
export function countOf({ problems }: Validation, severity: Problem["severity"]): number {
  return problems.filter((problem) => problem.severity === severity).length;
}

function summary(validation: Validation): string {
  const [errors, warnings] = [countOf(validation, "error"), countOf(validation, "warning")];
  const found = errors + warnings === 0 ? "fine" : `${plural(errors, "error")}, ${plural(warnings, "warning")}`;
  return `${plural(validation.filesChecked, "masque")} checked: ${found}\n`;
}

function validationJson(validation: Validation): string {
  return jsonText({
    valid: countOf(validation, "error") === 0,
    files: validation.filesChecked,
    errors: countOf(validation, "error"),
    warnings: countOf(validation, "warning"),
    problems: problemsJson(validation),
  });
}

/** Each problem as `--json` prints it. */
export function problemsJson({ problems }: Validation): object[] {
  return problems.map(({ file, line, column, severity, message, hint, rule, reason }) => ({
    file,
    line,
    column,
    severity,
    message,
    hint: hint ?? null,
    rule: rule ?? null,
    reason: reason ?? null,
  }));
}

/** https://docs.github.com/actions/reference/workflow-commands-for-github-actions#setting-an-error-message */
function annotation({ file, line, column, severity, message, hint, rule }: Problem): string {
  const title = rule === undefined ? "" : `,title=${property(rule)}`;
  const properties = `file=${property(file)},line=${line},col=${column}${title}`;
  return `::${severity} ${properties}::${data(hint ? `${message} (${hint})` : message)}\n`;
}

function data(text: string): string {
  return printableLine(text).replaceAll("%", "%25");
}

function property(text: string): string {
  return data(text).replaceAll(":", "%3A").replaceAll(",", "%2C");
}
