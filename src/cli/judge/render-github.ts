import { type Judged, leastOf, passes } from "../../judge/score/bars.ts";
import { type MasqueError, whatNextLines } from "../../kernel/errors.ts";
import { LIMITS } from "../../kernel/limits.ts";
import { plural } from "../../kernel/text/plural.ts";
import { printable } from "../../kernel/text/printable.ts";
import { headline } from "../print/score-text.ts";
import { shortfallsOf, whoText } from "./bar-text.ts";
import { FAILURE_TITLE, titleOf } from "./render-markdown.ts";

/**
 * Scores as annotations, in the workflow commands of GitHub's runner: an error for each session below its bar, one notice
 * for the others. The runner reads them on both streams.
 *
 * @source github.com/actions/runner, ActionCommand.cs: what is escaped in a message and in a property.
 */
export function annotationsText(judged: readonly Judged[]): string {
  const short = judged.filter((one) => !passes(one));
  const rest = judged.filter(passes);
  const errors = short
    .slice(0, roomFor(short.length))
    .map((one) => command("error", `${whoText(one.card)}`, lines(one)));
  const left = short.length - errors.length;
  if (left > 0) errors.push(command("error", titleOf(judged), `… and ${plural(left, "more session")} below the bar`));
  const notices =
    rest.length === 0 ? [] : [command("notice", titleOf(judged), rest.slice(0, HEADLINES_MAX).map(line).join("\n"))];
  return [...errors, ...notices].map((one) => `${one}\n`).join("");
}

/** A longer notice would not be read. */
const HEADLINES_MAX = 20;

function roomFor(errors: number): number {
  return errors <= LIMITS.githubAnnotationsMax ? errors : LIMITS.githubAnnotationsMax - 1;
}

/** That nothing was judged, and why. */
export function failureAnnotation(failure: MasqueError): string {
  return `${command("error", FAILURE_TITLE, [failure.message, ...whatNextLines(failure)].join("\n"))}\n`;
}

function line(judged: Judged): string {
  return headline(judged.card, leastOf(judged, "composite"));
}

function lines(judged: Judged): string {
  return shortfallsOf(judged).join("\n");
}

function command(name: "error" | "notice", title: string, message: string): string {
  return `::${name} title=${escapedProperty(title)}::${escapedData(message)}`;
}

function escapedData(text: string): string {
  return printable(text).replaceAll("%", "%25").replaceAll("\r", "%0D").replaceAll("\n", "%0A");
}

function escapedProperty(text: string): string {
  return escapedData(text).replaceAll(":", "%3A").replaceAll(",", "%2C");
}
