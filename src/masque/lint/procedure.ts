import { isForeign, isOrder, type Sentence, sentencesOf } from "./prose.ts";
import { agentFields, type Fault, type Rule, type Subject } from "./rule.ts";

/**
 * What every lens says: what to refuse, and how to report. Authors say it in many ways, so each rule takes any of them for
 * an answer, and only a text with none of them breaks it. In a language other than English these rules find nothing.
 */

/** Any word that refuses or limits. "Lines that do not compile" is a description, and does not count. */
const REFUSAL =
  /\b(?:not|never|no(?:ne|thing|body)?|nor|neither|without|except|unless|only|cannot|dont|nope|zero|[a-z]{2,8}n't)\b/g;
const DESCRIBED =
  /\b(?:that|which|who|whose|where|if|when|whether|what|why|how|until|while)\s+(?:[^\s,;:]+\s+){0,4}$|\b(?:or|if|why|whether or)\s+$/;

/** Words that limit by themselves. "What must I not write?" is answered in the next sentence. */
const BOUNDARY = [
  /\b(?:must|may|should|shall|can|do|does) (?:i|you|we|one|it|the \w+) (?:not|never)\b/,
  /\b(?:refus(?:e|es|ed|al)|declin(?:e|es|ed)|avoid|avoids|avoided|excluded?|excludes|refrains?|abstain|forbid|forbidden|prohibit|prohibited|banned|off[- ]limits|off the table|hands off|out of bounds|out of scope|no-go|taboo|unacceptable|unwelcome|inadmissible|verboten|steer clear|resist|disallowed|untouched|solely|exclusively|read-only)\b/,
  /\b(?:stay|keep|stays|keeps)\s+(?:away|out|off|clear|within|inside)\b/,
  /\bleaves?\s+(?:\S+\s+){0,6}(?:alone|unchanged|out|as\b|to\b|be\b)/,
  /\b(?:at most|instead of|rather than|otherwise|as it is|as they are|as it was|as is)\b/,
  /\b(?:don'ts|non-goals?|anti-goals?|boundaries|red lines|guardrails|limits|restrictions|constraints|prohibitions)\b/,
  /\b(?:ask|asks|wait|waits|confirm|confirms)\b.{0,60}\b(?:before|first|approval|permission|confirmation|go-ahead)\b/,
  /\b(?:outside|beyond)\s+(?:your|the|this|its|our|my|that|of)\b|\b(?:is|are|stays?|goes)\s+(?:out|off)\b/,
  /\b(?:is|are|belongs?)\s+(?:for|to)\s+[a-z]+(?:'s)?\s*[.;,]/,
  /\b(?:reject|rejects|veto|exclude|omit|ban)\s+(?:any|all|every|anything|everything|each|a|an|the|it|them|requests?|changes?)\b/,
];

const REPORT = [
  /\b(?:report(?:s|ing)?|answer|answers|reply|replies|respond|responds|response|responses|output|outputs|deliver|delivers|deliverables?|hand (?:over|back|in)|handover|write-up|summari[sz]e|summary|debrief|verdict|present|presents|return|returns|conclude|publish|tell|show|say so|state|announce|communicate|feedback)\b/,
  /\b(?:end|ends|finish|finishes|close|closes|begin|begins|open|opens|start|starts|lead|leads)\s+(?:your \S+ |the \S+ |it |each \S+ |every \S+ )?with\b/,
  /\b(?:at most|under|max\.?|maximum|maximal|within|up to|no more than|not more than|below|fewer than|exactly|about|around)?\s*(?:\d+|one|two|three|four|five|six|seven|eight|nine|ten|a dozen|twelve|fifteen|twenty)(?:\s*(?:-|–|to|or)\s*\w+)?[\s-]+(?:short |plain |full |numbered )?(?:words?|lines?|sentences?|points?|items?|bullets?(?: points)?|paragraphs?|pages?|sections?|headings?|columns?)\b/,
  /\b(?:as|in|into|using|use|give|write|make|fill|produce|draw) (?:a |an |the |one |this |that |these |plain |short |numbered |bulleted )*(?:table|list|bullets?|checklist|memo|note|template|diagram|letter|form|format|ticket|report|section|paragraph|comments?|markdown|json)\b/,
  /\b(?:format|template|layout|form of the answer|shape of the answer|tl;dr|write down|hand the|your message|final message|last message|result(?=:)|csv|yaml)\b/,
];
/** Orders to make something for the reader. */
const PRODUCTION =
  /\b(?:write(?! (?:\S+ ){0,4}(?:both|to|tests?|code)\b)|say|give|produce|draft|send|post|print|propose|submit|offer|share|compose|point out|read back)\b/g;
/** The report that somebody else wrote. */
const ANOTHERS_REPORT =
  /\b(?:bug|crash|error|coverage|test|user|issue|incident|status|audit|lint|scan|customer|read the|original|reported|that|which|returns? (?:null|true|false|an error|a value)|function|api|server|endpoint|query|http)\s+(?:reports?|answers?|repl(?:y|ies)|responses?|outputs?|summary|returns?|responds?|shows?|presents?|states?|says so|tells?)\b/g;

/** `lens/no-boundaries` */
export const noBoundaries = absence({
  id: "lens/no-boundaries",
  severity: "error",
  title: "The lens refuses nothing",
  reason: "An agent that may do everything also does what the masque is against",
  fix: 'say what the masque never does, such as "Never edit the code that you review"',
  message: "The lens says nothing that the agent is not to do",
  fails:
    "Read the diff for intent, then for risk, then line by line. Open every caller of a changed function. Report each fault with its file and its line, worst first, in ten lines. Stop when each caller was opened. Look at tests, at errors, at locks and at the queries in loops, then weigh what you have found by damage and by likelihood.",
  passes:
    "Read the diff for intent, then for risk, then line by line. Open every caller of a changed function. The code stays as it is: no edits, not even of a comment. Report each fault with its file and its line, worst first, in ten lines. Stop when each caller was opened. Look at tests, at errors, at locks and at queries.",
  isMet: (sentences) => sentences.some(({ plain }) => isBoundary(plain)),
});

/** `lens/no-report` */
export const noReport = absence({
  id: "lens/no-report",
  severity: "error",
  title: "The lens does not say how to report",
  reason:
    "A form of the answer that is in the text itself is followed; without one, each session reports in its own way",
  fix: 'say the form and the length of the answer, such as "Report in at most ten lines: file, line, fault"',
  message: "The lens does not say in which form the agent reports",
  fails:
    "Read the diff for intent, then for risk, then line by line. Open every caller of a changed function. Never edit a file. Stop when each caller was opened. Look at tests, at errors, at locks and at the queries in loops, then weigh what you have found by damage and by likelihood, and order it so that the worst fault comes before the others.",
  passes:
    "Read the diff for intent, then for risk, then line by line. Open every caller of a changed function. Never edit a file. Stop when each caller was opened. Look at tests, at errors, at locks and at the queries in loops. Worst first, one bullet each, no more than ten bullets; a fault names its file and its line, or it is left out.",
  isMet: (sentences) => sentences.some(isReport),
});

/** Whether a sentence says what the agent is not to do. */
function isBoundary(plain: string): boolean {
  if (BOUNDARY.some((form) => form.test(plain))) return true;
  return [...plain.matchAll(REFUSAL)].some(({ index }) => !DESCRIBED.test(plain.slice(Math.max(0, index - 80), index)));
}

/** A sentence about the form of the answer, or a label such as `Verdict:` that the answer is to have. */
function isReport(sentence: Sentence): boolean {
  const { text, plain } = sentence;
  if ([...plain.matchAll(PRODUCTION)].some(({ index }) => isOrder(sentence, index))) return true;
  const own = plain.replace(ANOTHERS_REPORT, " ");
  return REPORT.some((form) => form.test(own)) || /[`"“][^`"”\n]{1,60}:[^`"”\n]{0,60}[`"”]/.test(text);
}

type Absence = Pick<Rule, "id" | "severity" | "title" | "reason" | "fix" | "fails" | "passes"> & {
  readonly message: string;
  readonly isMet: (sentences: readonly Sentence[]) => boolean;
};

function absence({ message, isMet, fails, passes, ...rule }: Absence): Rule {
  const find = (subject: Subject): readonly Fault[] => {
    const texts = agentFields(subject).map(({ text }) => text);
    if (isForeign(texts.join("\n")) || texts.some((text) => isMet(sentencesOf(text)))) return [];
    return [{ spot: { path: ["lens"], part: "key" }, message }];
  };
  return { ...rule, canSilence: true, fails: `lens: |\n  ${fails}\n`, passes: `lens: |\n  ${passes}\n`, find };
}
