import { isOrder, isRefused, type Sentence, sentencesOf } from "./prose.ts";
import { agentFields, type Fault, type Rule } from "./rule.ts";

/** Orders that no one could say were not followed. */

const DEGREE = "(?:very |extremely |as |always |really |super |highly |especially |most )?";
const TRAITS =
  "careful|thorough|diligent|mindful|meticulous|cautious|vigilant|rigorous|attentive|proactive|excellent|detail-oriented|conscientious|smart|wise|prudent";

/** Phrases that say something as soon as the sentence goes on: "be careful not to …", "handle errors properly: …". */
const ORDERS: readonly RegExp[] = [
  new RegExp(`\\bbe ${DEGREE}(?:${TRAITS})\\b`, "g"),
  /\b(?:ensure|guarantee|maintain|uphold|deliver|strive for|aim for|prioriti[sz]e|focus on|insist on|care about)\s+(?:the\s+)?(?:(?:highest|high|top|good|best|overall|code|great|excellent|maximum|utmost)\s+)?(?:quality|excellence|perfection|high standards|standards of quality|high-quality (?:code|work|results?|output|answers?))(?![\w-])/g,
  /\b(?:follow|use|apply|adhere to|observe|respect|employ|stick to)\s+(?:\w+\s+){0,3}best[- ]practices?\b/g,
  /\b(?:use|exercise)\s+(?:your\s+)?(?:best\s+|good\s+|own\s+|sound\s+)?(?:judge?ment|common sense|caution)\b/g,
  /\b(?:do|try|give)\s+(?:it\s+)?your (?:very )?best\b/g,
  /\bgo the extra mile\b|\bthink outside the box\b|\bleave no stone unturned\b|\bgive it your all\b|\btake your time\b|\bstrive for (?:excellence|perfection|quality)\b|\bthink (?:deeply|hard|critically|holistically)\b/g,
  /\bpay (?:very |close |special |careful |particular )?attention to (?:the |every |all )?details?(?=\s*(?:[.,;!)]|$|(?:and|in|when|at|of)\b))|\btake (?:great|extra|special|good) care\b(?! (?:of|that)\b)/g,
  /\bwrite (?:(?:clean|good|great|high-quality|quality|maintainable|robust|elegant|beautiful|excellent|readable|solid|efficient|well-structured|testable),? (?:and )?){1,4}code(?=\s*(?:[.,;!)]|$|(?:and|that|which|with|in|for)\b))/g,
  /\b(?:ensure|make sure)\s+(?:that\s+)?(?:everything|it|the code|the result|all|your work|the work|things)\s+(?:works?|is|are)\s*(?:good|fine|correct|correctly|right|properly|well|perfect|perfectly|as expected|in order)?(?=\s*(?:[.!]|$))/g,
  /\bhandle (?:all |any |the )?(?:errors?|edge cases?|exceptions?|failures?|corner cases?)(?: and (?:errors?|edge cases?|exceptions?|failures?))? (?:gracefully|properly|appropriately|correctly|well|carefully)\b/g,
  /\bconsider (?:all|every) (?:the )?(?:aspects?|possibilit(?:y|ies)|angles?|options?|perspectives?|implications?|factors?)\b/g,
  /\b(?:test|review|check|verify|analy[sz]e|validate|examine|inspect|think|work|study)\s+(?:(?:everything|it|the code|your work|all|code|the changes|things|all changes|your code)\s+)?(?:carefully|thoroughly|properly|diligently|meticulously|deeply|appropriately|adequately)(?=\s*(?:[.!]|$))/g,
];

/** What makes such an order say something: a condition, a way, a number, a name, a list. */
const SPECIFIC =
  /[:;`"“(\d=]|\b(?:not to|to|by|until|because|unless|e\.g|i\.e|for example|namely|meaning|that is|which means|such as)\s|\s[—–-]\s/;

/** Whole sentences of nothing but traits: "Be clear, concise and helpful." */
const ONLY_TRAITS = new Set(
  `${TRAITS}|helpful|creative|concise|clear|precise|accurate|professional|friendly|polite|insightful|innovative|efficient|effective|reliable|flexible|responsible|positive|curious|focused|organized|organised|consistent|objective`.split(
    "|",
  ),
);

/** `text/vague` */
export const vague: Rule = {
  id: "text/vague",
  severity: "error",
  title: "An order that is too vague to follow",
  reason: "An order that no one could break changes nothing that the agent does, and costs tokens",
  fix: "say what to do, on what, and how one sees that it was done; or delete the order",
  canSilence: true,
  fails: "context: |\n  Be careful with user data.\n  Ensure quality.\n",
  passes:
    'context: |\n  Be careful not to log user data: grep the diff for `email` and `name` first.\n  Strike out "be careful" wherever a text says it.\n',
  find: (subject) =>
    agentFields(subject).flatMap(({ path, text }) =>
      faultsIn(text).map((fault) => ({ ...fault, spot: { path, ...fault.spot } })),
    ),
};

type VagueFault = Pick<Fault, "message"> & { readonly spot: { readonly at: number; readonly text: string } };

function faultsIn(text: string): VagueFault[] {
  return sentencesOf(text).flatMap((sentence) => {
    const first = onlyTraits(sentence) ?? orderIn(sentence);
    if (!first) return [];
    const shown = sentence.text.slice(first.at, first.end).trim();
    return [{ spot: { at: sentence.at + first.at, text: shown }, message: `"${shown}" is too vague to follow` }];
  });
}

type Span = { readonly at: number; readonly end: number };

function orderIn(sentence: Sentence): Span | undefined {
  for (const order of ORDERS) {
    for (const match of sentence.plain.matchAll(order)) {
      const end = match.index + match[0].length;
      const isVague = isOrder(sentence, match.index) && !isRefused(sentence, match.index);
      if (isVague && !SPECIFIC.test(sentence.text.slice(end))) return { at: match.index, end };
    }
  }
  return undefined;
}

function onlyTraits({ plain, text }: Sentence): Span | undefined {
  const begins = /^[\s*#>\d.)•–—-]*be\s/.exec(plain);
  if (!begins) return undefined;
  const at = begins[0].length;
  const traits = plain
    .slice(at)
    .split(/\s*,\s*and\s+|\s*,\s*|\s+and\s+/)
    .map((part) =>
      part
        .replace(/[.!\s*]+$/g, "")
        .replace(DEGREES, "")
        .trim(),
    );
  if (!traits.every((trait) => ONLY_TRAITS.has(trait))) return undefined;
  return { at: at - "be ".length, end: text.trimEnd().replace(/[.!]+$/, "").length };
}

const DEGREES = /^(?:very|extremely|always|really|super|highly) /;
