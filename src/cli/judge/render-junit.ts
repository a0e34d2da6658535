import type { BarCheck, Judged } from "../../judge/score/bars.ts";
import type { DecidedCriterion, SessionCriteria } from "../../judge/score/criteria.ts";
import { DIMENSIONS, type Scorecard } from "../../judge/score/scorecard.ts";
import { printable } from "../../kernel/text/printable.ts";
import { nameOf } from "../print/score-text.ts";
import { checkText, criterionText, wantedText, whoText } from "./bar-text.ts";

/**
 * Scores as a JUnit report: a suite a session, a test case a bar, a failure each that is not reached. What JUnit is was
 * never written down by its makers; this keeps to what the schemas of Ant and of Jenkins both allow.
 */

const SECONDS_PER_MINUTE = 60;
/** Ant's schema asks for a host name. The machine of a session is not reported. */
const HOSTNAME = "localhost";

/**
 * The report.
 *
 * @param judgedAt ISO time that stands for the start of a session that has none.
 */
export function junitText(judged: readonly Judged[], judgedAt: string): string {
  const suites = judged.map((one, id) => suiteText(one, id, judgedAt));
  return ['<?xml version="1.0" encoding="UTF-8"?>', "<testsuites>", ...suites, "</testsuites>", ""].join("\n");
}

function suiteText({ card, checks, criteria }: Judged, id: number, judgedAt: string): string {
  // Ant's schema asks for a time where there is none, too.
  const seconds = ((card.duration_min ?? 0) * SECONDS_PER_MINUTE).toFixed(3);
  // Without a bar a session still is something that was looked at, and nothing failed.
  const bars = checks.length > 0 ? checks.map((check) => caseText(card, check, seconds)) : [judgedCase(card, seconds)];
  const decided = (criteria?.decided ?? []).filter(({ outcome }) => outcome !== "absent");
  const cases = [...bars, ...decided.map((one) => criterionCase(card, one, seconds))];
  const attributes = attributesText({
    id: String(id),
    package: "masque",
    name: tokenOf(whoText(card)),
    timestamp: (card.started_at ?? judgedAt).slice(0, "2026-01-31T12:00:00".length),
    hostname: HOSTNAME,
    tests: String(cases.length),
    failures: String(
      checks.filter(({ passed }) => !passed).length + decided.filter(({ outcome }) => outcome === "failed").length,
    ),
    errors: "0",
    time: seconds,
  });
  return [
    `  <testsuite ${attributes}>`,
    "    <properties>",
    ...[...propertiesOf(card), ...absentIn(criteria)].map(
      ([name, value]) => `      <property ${attributesText({ name, value })}/>`,
    ),
    "    </properties>",
    ...cases,
    "    <system-out></system-out>",
    "    <system-err></system-err>",
    "  </testsuite>",
  ].join("\n");
}

function caseText(card: Scorecard, check: BarCheck, seconds: string): string {
  const open = `    <testcase ${attributesText({ name: wantedText(check), classname: classOf(card), time: seconds })}`;
  if (check.passed) return `${open}/>`;
  const failure = attributesText({ message: checkText(check), type: check.bar });
  return `${open}>\n      <failure ${failure}>${xmlText(checkText(check))}</failure>\n    </testcase>`;
}

/** A criterion is a test of its own. A criterion that is absent is a property: Ant's schema knows no test that was skipped. */
function criterionCase(card: Scorecard, criterion: DecidedCriterion, seconds: string): string {
  const name = tokenOf(criterion.text);
  const open = `    <testcase ${attributesText({ name, classname: `${classOf(card)}.rubric`, time: seconds })}`;
  if (criterion.outcome === "passed") return `${open}/>`;
  const failure = attributesText({ message: criterionText(criterion), type: "criterion" });
  return `${open}>\n      <failure ${failure}>${xmlText(criterionText(criterion))}</failure>\n    </testcase>`;
}

function judgedCase(card: Scorecard, seconds: string): string {
  return `    <testcase ${attributesText({ name: "judged", classname: classOf(card), time: seconds })}/>`;
}

/** Viewers part a class name at its points. */
function classOf(card: Scorecard): string {
  return tokenOf(`masque.${nameOf({ ...card, version: null }).replaceAll(".", "_")}`);
}

/** What the schemas call a token: no space at either end, and one at most between. */
function tokenOf(text: string): string {
  return text.replace(/\s+/g, " ").trim();
}

function propertiesOf(card: Scorecard): readonly (readonly [name: string, value: string])[] {
  const values = {
    session: card.session,
    masque_session: card.masque_session,
    masque: card.masque,
    version: card.version,
    digest: card.digest,
    composite: card.composite,
    ...Object.fromEntries(DIMENSIONS.map((name) => [name, card.dimensions[name]])),
    recommendation: card.recommendation,
    confidence: card.confidence,
    total_cost: card.stats.total_cost,
    total_tools: card.stats.total_tools,
  };
  return Object.entries(values).flatMap(([name, value]) => (value === null ? [] : [[name, String(value)]]));
}

function absentIn(criteria: SessionCriteria | undefined): readonly (readonly [name: string, value: string])[] {
  const absent = (criteria?.decided ?? []).filter(({ outcome }) => outcome === "absent");
  return absent.map(({ text, reason }, at) => [`criterion.absent.${at + 1}`, `${text}: ${reason}`]);
}

function attributesText(attributes: Readonly<Record<string, string>>): string {
  return Object.entries(attributes)
    .map(([name, value]) => `${name}="${xmlText(value)}"`)
    .join(" ");
}

const ENTITIES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "\t": "&#9;",
  "\n": "&#10;",
  // Behind ##, where a CI runner that shows the report would see a command.
  "[": "&#91;",
};

/** Text for an element or an attribute: what XML 1.0 has no room for at all is made visible or replaced. */
function xmlText(text: string): string {
  return printable(text.toWellFormed())
    .replace(/[\ufffe\uffff]/g, "\ufffd")
    .replace(/[&<>"\t\n]|(?<=##)\[/g, (found) => ENTITIES[found] ?? found);
}
