import { isRefused, type Sentence, sentencesOf } from "./prose.ts";
import { agentFields, type Rule } from "./rule.ts";

/** A life story in place of a procedure. What the masque's user is or has done is context, and is left alone. */

const PRAISE =
  "seasoned|veteran|world-class|world-renowned|world-leading|renowned|legendary|award-winning|acclaimed|accomplished|celebrated|experienced|expert|brilliant|rockstar|rock-star|10x|elite|top-tier|distinguished|highly skilled|battle-hardened|battle-tested|grizzled|retired|former|ex-\\w+";

const YEARS =
  /\b(?:years|decades)'?\s+(?:of\s+)?(?:[\w-]+\s+){0,3}experience\b|\b(?:years|decades)\s+(?:in the (?:industry|field|trade|business|trenches)|as an?\s|under your belt)|\bdecades of\b/g;

const LIFE: readonly RegExp[] = [
  new RegExp(
    `\\b(?:you're|you are|act as|behave as|behave like|act like|imagine you are|pretend to be|as) (?:an?|the|one of the) (?:(?!(?:in|of|for|with|to|at|by|on|who|that|helping|working|reviewing|guest) )[\\w-]+,? ){0,3}?(?:${PRAISE})\\b(?!'s)(?!\\s+[a-z-]+\\s+(?:will|would|can|could|may|might|does|knows|sees|asks)\\b)(?=\\s+[a-z]|\\s*[.,;])`,
    "g",
  ),
  YEARS,
  /^[\s*#>•–—-]*you(?:'ve| have)\s+(?:personally\s+)?(?:spent|seen|built|led|shipped|worked|survived|mentored|trained|written|debugged|managed|earned|won|published|designed|reviewed|fixed)\b.{0,60}\b(?:hundreds|thousands|dozens|countless|years|decades|career|everything|it all|too many|millions|every kind)\b/g,
  /(?:^|[.,;:]\s*|\band\s+)you\s+(?:grew up|were born|were raised|were trained (?:at|in|by)|studied (?:at|in|under)|hold an? (?:phd|doctorate|degree|master)|graduated|cut your teeth|made your name|rose (?:through|to)|spent (?:your|years|decades|\w+ years)|started out as|began your)\b/g,
  /\b(?:over|in|throughout|across|during) (?:the course of )?your (?:long |\w+ )?career\b/g,
];

/** In a sentence with years of experience, whose years they are. */
const OF_THE_AGENT = /\byou\b|\byour\b|^[\s*#>•–—-]*with\b/;
const SAYS_WHO_YOU_ARE =
  /^[\s*#>•–—-]*(?:you(?:'re| are) (?:an?|the|one of)\b|you(?:'ve| have| bring| possess)\b|with\b|as an?\b)/;
/** The first sentence of a text may be nothing but the person: "A grizzled architect with thirty years of experience." */
const PERSON_FIRST = /^[\s*#>•–—-]*an?\b/;
const OF_A_PERSON =
  /\b(?:users?|readers?|team|they|their|them|customers?|clients?|developers?|authors?|persons?|people|audience|maintainers?|candidates?|person|who asks|he|she|someone|somebody|engineers?,? (?:you|who))\b/;

/** `text/biography` */
export const biography: Rule = {
  id: "text/biography",
  severity: "error",
  title: "A biography of the masque",
  reason: "In published trials a life story did not make answers better, and its tokens are paid in every session",
  fix: "delete the biography, and write what somebody with that experience would look at first",
  canSilence: true,
  fails: "context: |\n  You are a seasoned architect with twenty years of experience in large systems.\n",
  passes:
    "context: |\n  You are reviewing for a team with twenty years of experience in COBOL; they know the business, and not the cloud.\n",
  find: (subject) =>
    agentFields(subject).flatMap(({ path, text }) =>
      sentencesOf(text).flatMap((sentence) => {
        const found = lifeIn(sentence, subject.masque.name.toLowerCase());
        if (!found) return [];
        const shown = sentence.text.slice(found.at, found.end).trim();
        const spot = { path, at: sentence.at + found.at, text: shown };
        return [{ spot, message: `"${shown}" is biography` }];
      }),
    ),
};

type Span = { readonly at: number; readonly end: number };

function lifeIn(sentence: Sentence, name: string): Span | undefined {
  const ofMasque = inSecondPerson(sentence.plain, name);
  if (ofMasque === undefined) return spanIn(sentence);
  const found = spanIn({ ...sentence, plain: ofMasque });
  return found && { at: 0, end: sentence.text.length };
}

function spanIn(sentence: Sentence): Span | undefined {
  for (const form of LIFE) {
    for (const match of sentence.plain.matchAll(form)) {
      const isYears = form === YEARS;
      const isOfAgent = !isYears || isYearsOfAgent(sentence);
      if (isOfAgent && !isRefused(sentence, match.index))
        return { at: match.index, end: match.index + match[0].length };
    }
  }
  return undefined;
}

function isYearsOfAgent({ plain, at }: Sentence): boolean {
  if (SAYS_WHO_YOU_ARE.test(plain)) return true;
  return (OF_THE_AGENT.test(plain) || (at === 0 && PERSON_FIRST.test(plain))) && !OF_A_PERSON.test(plain);
}

/** "Ada is a …" says of the masque Ada what "you are a …" says. */
function inSecondPerson(plain: string, name: string): string | undefined {
  const rest = plain.trimStart();
  if (rest.startsWith(`${name} is `)) return `you are ${rest.slice(name.length + " is ".length)}`;
  if (rest.startsWith(`${name} has `)) return `you have ${rest.slice(name.length + " has ".length)}`;
  return undefined;
}
