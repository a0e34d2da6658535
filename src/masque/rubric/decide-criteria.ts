import { LIMITS } from "../../kernel/limits.ts";
import { countWords } from "../../kernel/text/count-words.ts";
import { plural } from "../../kernel/text/plural.ts";
import { printableLine } from "../../kernel/text/printable.ts";
import type { Check, Criterion } from "./criteria.ts";
import type { Pattern, PatternCompiler } from "./pattern.ts";

/** What is known of a session. `null` is unknown: nothing that depends on it is decided. */
export type Evidence = {
  /** The final answer. */
  readonly answer: string | null;
  /** The names of the tools that were used, each at least once. */
  readonly toolsUsed: ReadonlySet<string> | null;
};

/** One part of a check, decided. `at` is the offset in the answer where the match begins, in UTF-16 units. */
export type Finding = {
  readonly part: keyof Check;
  readonly outcome: "passed" | "failed" | "absent";
  /** What was found, such as `212 words` or `"Verdict:" at 14`. */
  readonly found: string;
  readonly at: number | null;
};

/**
 * One criterion, decided. `absent` means that nothing was shown: there is no check, or not what the check needs. It passes
 * no bar.
 */
export type Decision = {
  readonly criterion: Criterion;
  readonly outcome: "passed" | "failed" | "absent";
  /** Why, in one line. */
  readonly reason: string;
  readonly findings: readonly Finding[];
};

/**
 * Decides the criteria of a rubric. A criterion fails when a part of its check fails, and is absent when no part fails and a
 * part is absent. Time is linear in the answer's length for each pattern.
 */
export function decideCriteria(
  criteria: readonly Criterion[],
  evidence: Evidence,
  compile: PatternCompiler,
): readonly Decision[] {
  return criteria.map((criterion) => decide(criterion, evidence, compile));
}

function decide(criterion: Criterion, evidence: Evidence, compile: PatternCompiler): Decision {
  const { check } = criterion;
  if (!check) return { criterion, outcome: "absent", reason: "it has no check: a person decides", findings: [] };
  const findings = findingsOf(check, evidence, compile);
  const deciding = ["failed", "absent", "passed"] as const;
  const outcome = deciding.find((one) => findings.some((finding) => finding.outcome === one)) ?? "absent";
  const shown = findings.filter((finding) => finding.outcome === outcome);
  return { criterion, outcome, reason: shown.map(({ found }) => found).join("; "), findings };
}

function findingsOf(check: Check, { answer, toolsUsed }: Evidence, compile: PatternCompiler): readonly Finding[] {
  const { must, mustNot, maxWords, tool } = check;
  const read = readable(answer);
  return [
    ...(must === undefined ? [] : [patternFinding("must", must, read, compile)]),
    ...(mustNot === undefined ? [] : [patternFinding("mustNot", mustNot, read, compile)]),
    ...(maxWords === undefined ? [] : [wordsFinding(maxWords, read)]),
    ...(tool === undefined ? [] : [toolFinding(tool, toolsUsed)]),
  ];
}

/** The answer's text, or why it is not looked at. */
type Readable = { readonly text: string } | { readonly why: string };

function readable(answer: string | null): Readable {
  if (answer === null) return { why: "there is no answer to look at" };
  const bytes = Buffer.byteLength(answer);
  if (bytes <= LIMITS.answerBytesMax) return { text: answer };
  return { why: `the answer has ${bytes} bytes, and at most ${LIMITS.answerBytesMax} are looked at` };
}

function patternFinding(part: "must" | "mustNot", source: string, read: Readable, compile: PatternCompiler): Finding {
  if ("why" in read) return absent(part, read.why);
  const compiled = compile(source);
  if (compiled.kind === "refused") return absent(part, `the pattern is refused: ${compiled.reason}`);
  return matchFinding(part, { source, pattern: compiled.pattern }, read.text);
}

function matchFinding(
  part: "must" | "mustNot",
  { source, pattern }: { readonly source: string; readonly pattern: Pattern },
  text: string,
): Finding {
  const match = pattern.find(text);
  const outcome = (match !== null) === (part === "must") ? "passed" : "failed";
  if (match === null) return { part, outcome, found: `nothing matches ${printableLine(source)}`, at: null };
  const quoted = text.slice(match.start, Math.min(match.end, match.start + LIMITS.matchCharsShownMax));
  const cut = match.end - match.start > LIMITS.matchCharsShownMax ? "…" : "";
  const found = `"${printableLine(quoted.toWellFormed())}${cut}" at ${match.start}`;
  return { part, outcome, found, at: match.start };
}

function wordsFinding(maxWords: number, read: Readable): Finding {
  if ("why" in read) return absent("maxWords", read.why);
  const words = countWords(read.text);
  const isShort = words <= maxWords;
  const found = isShort ? plural(words, "word") : `${plural(words, "word")}, at most ${maxWords} are allowed`;
  return { part: "maxWords", outcome: isShort ? "passed" : "failed", found, at: null };
}

function toolFinding(tool: Check["tool"] & object, toolsUsed: Evidence["toolsUsed"]): Finding {
  if (toolsUsed === null) return absent("tool", "which tools were used is not known");
  const [name, wanted] = "used" in tool ? [tool.used, true] : [tool.unused, false];
  const isUsed = toolsUsed.has(name);
  const found = `the tool ${printableLine(name)} was ${isUsed ? "used" : "not used"}`;
  return { part: "tool", outcome: isUsed === wanted ? "passed" : "failed", found, at: null };
}

function absent(part: keyof Check, why: string): Finding {
  return { part, outcome: "absent", found: why, at: null };
}
