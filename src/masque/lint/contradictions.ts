import { type Check, criteriaOf } from "../rubric/criteria.ts";
import { literalOf } from "./pattern-source.ts";
import { sentencesOf } from "./prose.ts";
import type { Fault, Rule, Subject } from "./rule.ts";

/** Rules of one masque of which no session could keep both, as far as a program can see. */

type Placed = { readonly check: Check; readonly at: number };

function checksOf({ masque }: Subject): readonly Placed[] {
  return criteriaOf(masque).flatMap(({ check }, at) => (check ? [{ check, at }] : []));
}

const spotOf = (at: number, key: keyof Check): Fault["spot"] => ({ path: ["rubric", at, "check", key], part: "key" });

/** `contradiction/checks` */
export const contradictingChecks: Rule = {
  id: "contradiction/checks",
  severity: "error",
  title: "Two checks of which no answer passes both",
  reason: "A rubric that cannot be met fails every session, so it says nothing about any of them",
  fix: "decide which of the two is meant, and delete the other",
  canSilence: true,
  fails:
    "rubric:\n  - text: It ends with a verdict\n    check:\n      must: 'Verdict:'\n  - text: No labels\n    check:\n      mustNot: '(?m)^\\w+:'\n  - text: Searched\n    check:\n      tool: { used: Grep }\n  - text: Did not search\n    check:\n      tool: { unused: Grep }\n",
  passes:
    "rubric:\n  - text: It ends with a verdict\n    check:\n      must: 'Verdict:'\n  - text: The verdict is not a maybe\n    check:\n      mustNot: 'Verdict: maybe'\n  - text: Searched\n    check:\n      tool: { used: Grep }\n  - text: Edits nothing\n    check:\n      tool: { unused: Edit }\n",
  find: (subject) => {
    const checks = checksOf(subject);
    const refused = checks.flatMap(({ check: { mustNot }, at }) => (mustNot === undefined ? [] : [{ mustNot, at }]));
    const patterns = checks.flatMap(({ check: { must } }) =>
      must === undefined
        ? []
        : refused
            .filter(({ mustNot }) => excludes(must, mustNot, subject))
            .map(({ at, mustNot }) => ({ must, mustNot, at })),
    );
    const used = new Set(checks.flatMap(({ check: { tool } }) => (tool && "used" in tool ? [tool.used] : [])));
    const tools = checks.flatMap(({ check: { tool }, at }) =>
      tool && "unused" in tool && used.has(tool.unused) ? [{ at, tool: tool.unused }] : [],
    );
    return [
      ...patterns.map(({ must, mustNot, at }) => ({
        spot: spotOf(at, "mustNot"),
        message: `What matches ${must}, which an answer must contain, also matches ${mustNot}, which it must not`,
      })),
      ...tools.map(({ at, tool }) => ({
        spot: spotOf(at, "tool"),
        message: `The tool ${tool} must be used, and must not be used`,
      })),
    ];
  },
};

/** Whether every text with the first pattern has the second one too: the patterns are equal, or the first is a plain text. */
function excludes(must: string, mustNot: string, { compile }: Subject): boolean {
  if (must === mustNot) return true;
  const literal = literalOf(must);
  const compiled = compile(mustNot);
  if (literal === undefined || compiled.kind === "refused") return false;
  // Around the text there may be anything: the pattern must be in it whatever is there.
  return ["", "x", " ", "\n", "1"].every((around) => compiled.pattern.find(`${around}${literal}${around}`) !== null);
}

/** What a sentence says about the length of the whole answer. */
type Bound = { readonly most?: number; readonly least?: number };

const WHOLE_ANSWER =
  /^[\s*#>\d.)•–—-]*(?:(?:then|finally|always|please)[, ]+)?(?:the |your |each |every |a |an |any |keep (?:the |your )?(?:whole )?)?(?:whole |final |entire |complete )?(?:answers?|replies|reply|reports?|respond|responses?)\b/;
const MOST =
  /\b(?:at most|no more than|not more than|under|below|fewer than|less than|within|max\.?|maximum|maximal|up to)\s+(?:of\s+)?(\d{1,3}(?:,\d{3})+|\d{1,6})\s+words\b(?!\s+(?:(?:for|in|on) (?:each|every)|per|each|an?)\b)/;
const LEAST =
  /\b(?:at least|no fewer than|no less than|not less than|minimum(?: of)?|more than|over)\s+(\d{1,3}(?:,\d{3})+|\d{1,6})\s+words\b/;

function boundsIn(text: string | undefined): readonly Bound[] {
  return sentencesOf(text ?? "").flatMap(({ plain }) => {
    if (!WHOLE_ANSWER.test(plain)) return [];
    const own = plain.replace(/\b(?:no|not) (?:more|less|fewer) than\b/g, (words) =>
      words.includes("more") ? "at most" : "at least",
    );
    const [most, least] = [numberIn(MOST.exec(own)), numberIn(LEAST.exec(own))];
    return most === undefined && least === undefined
      ? []
      : [{ ...(most !== undefined && { most }), ...(least !== undefined && { least }) }];
  });
}

function numberIn(match: RegExpExecArray | null): number | undefined {
  return match?.[1] === undefined ? undefined : Number(match[1].replaceAll(",", ""));
}

/** A check may be somewhat looser than the lens; twice as loose, it checks something else. */
const SLACK = 2;

/** `contradiction/words` */
export const contradictingWords: Rule = {
  id: "contradiction/words",
  severity: "error",
  title: "Two different bounds on the length of the answer",
  reason: "An agent that keeps the one breaks the other, or the rubric passes what the lens refuses",
  fix: "state one bound in lens, anchor and rubric",
  canSilence: true,
  fails:
    "context: |\n  Answer in at most 400 words.\nrubric:\n  - text: It is short\n    check:\n      maxWords: 200\n",
  passes:
    "context: |\n  Answer in at most 200 words; a design document has at most 900 words.\nrubric:\n  - text: It is short\n    check:\n      maxWords: 250\n",
  find: ({ masque }) => {
    const [lens, anchor] = [[...boundsIn(masque.lens), ...boundsIn(masque.context)], boundsIn(masque.anchor)];
    const mosts = lens.flatMap(({ most }) => (most === undefined ? [] : [most]));
    const leasts = lens.flatMap(({ least }) => (least === undefined ? [] : [least]));
    const [most] = mosts;
    const onlyMost = new Set(mosts).size === 1 ? most : undefined;
    const inside = leasts.some((least) => mosts.some((one) => least > one))
      ? [
          {
            spot: { path: ["lens"], part: "key" as const },
            message: `The answer is to have at least ${Math.max(...leasts)} words, and at most ${Math.min(...mosts)}`,
          },
        ]
      : [];
    const anchored = anchor.flatMap(({ most: again }) =>
      again !== undefined && onlyMost !== undefined && again !== onlyMost
        ? [
            {
              spot: { path: ["anchor"], part: "key" as const },
              message: `The anchor allows ${again} words, and the lens ${onlyMost}`,
            },
          ]
        : [],
    );
    return [
      ...inside,
      ...anchored,
      ...criteriaOf(masque).flatMap(({ check }, at) => againstRubric(check?.maxWords, at, { onlyMost, leasts })),
    ];
  },
};

function againstRubric(
  maxWords: number | undefined,
  at: number,
  { onlyMost, leasts }: { readonly onlyMost: number | undefined; readonly leasts: readonly number[] },
): readonly Fault[] {
  if (maxWords === undefined) return [];
  const spot = spotOf(at, "maxWords");
  const least = leasts.find((one) => one > maxWords);
  if (least !== undefined)
    return [{ spot, message: `The lens asks for at least ${least} words, and the rubric allows ${maxWords}` }];
  if (onlyMost === undefined) return [];
  if (onlyMost > maxWords) return [{ spot, message: `The lens allows ${onlyMost} words, and the rubric ${maxWords}` }];
  if (maxWords >= onlyMost * SLACK)
    return [{ spot, message: `The lens allows ${onlyMost} words, and the rubric passes up to ${maxWords}` }];
  return [];
}

/** What a lens forbids outright, and the tools that do it. A condition ("never edit a migration that has run") is not outright. */
const FORBIDDEN: readonly (readonly [order: RegExp, tools: readonly string[]])[] = [
  [
    /(?:^|[.,;:]\s*|\band\s+|\byou\s+)(?:never|do not|don't|must not)\s+(?:edit|modify|change|touch|write(?: to)?)(?:\s+(?:any|the|a|anything|code|files?|any files?|the code|source files?|source code|working tree))*\s*(?=[.;!]|$)/,
    ["Edit", "MultiEdit", "Write"],
  ],
  [/(?:^|[.,;:]\s*|\band\s+)(?:edit|change|modify|touch) nothing\s*(?=[.,;!]|$)/, ["Edit", "MultiEdit", "Write"]],
  [
    /(?:^|[.,;:]\s*|\band\s+|\byou\s+)(?:never|do not|don't|must not)\s+(?:run|execute|use)(?:\s+(?:any|the|a|anything|commands?|shell|shell commands?|programs?|code))+\s*(?=[.;!]|$)|\brun nothing\s*(?=[.,;!]|$)/,
    ["Bash"],
  ],
  [
    /(?:^|[.,;:]\s*|\band\s+|\byou\s+)(?:never|do not|don't|must not)\s+(?:browse|search|use|go to|fetch from|consult)\s+(?:the\s+)?(?:web|internet)\s*(?=[.;!]|$)/,
    ["WebFetch", "WebSearch"],
  ],
];

/** `contradiction/tools` */
export const contradictingTools: Rule = {
  id: "contradiction/tools",
  severity: "error",
  title: "The lens forbids what the rubric asks for",
  reason: "An agent that follows the lens fails the rubric",
  fix: "decide whether the tool is to be used, and say the same in both",
  canSilence: true,
  fails: "context: |\n  Edit nothing.\nrubric:\n  - text: The fix was made\n    check:\n      tool: { used: Edit }\n",
  passes:
    "context: |\n  Never edit a migration that has run.\nrubric:\n  - text: The fix was made\n    check:\n      tool: { used: Edit }\n",
  find: (subject) => {
    const { masque } = subject;
    const sentences = [masque.lens, masque.context, masque.anchor].flatMap((text) => sentencesOf(text ?? ""));
    return checksOf(subject).flatMap(({ check: { tool }, at }) => {
      if (!tool || !("used" in tool)) return [];
      const orders = FORBIDDEN.filter(([, tools]) => tools.includes(tool.used)).map(([order]) => order);
      const said = sentences.find(({ plain }) => orders.some((order) => order.test(plain)));
      return said
        ? [
            {
              spot: spotOf(at, "tool"),
              message: `The rubric asks for ${tool.used}, and the lens says "${said.text.trim()}"`,
            },
          ]
        : [];
    });
  },
};
