import type { Rule } from "./rule.ts";

/** Keys, tokens and passwords, anywhere in the file: in a comment too. */

const KEYS: readonly (readonly [what: string, form: RegExp])[] = [
  ["an access key of AWS", /\b(?:AKIA|ASIA)[0-9A-Z]{16}\b/g],
  ["a token of GitHub", /\b(?:gh[pousr]_[A-Za-z0-9]{36}|github_pat_[A-Za-z0-9_]{40,})/g],
  ["a token of GitLab", /\bglpat-[A-Za-z0-9_-]{20,}/g],
  ["a key of Anthropic", /\bsk-ant-[A-Za-z0-9_-]{20,}/g],
  ["a secret key", /\bsk[-_](?:proj-|live_|test_)?[A-Za-z0-9_]{20,}/g],
  ["a token of Slack", /\bxox[abeoprs]-[A-Za-z0-9-]{10,}/g],
  ["a key of Google", /\bAIza[0-9A-Za-z_-]{35}/g],
  ["a token of npm", /\bnpm_[A-Za-z0-9]{36}\b/g],
  ["a token of Hugging Face", /\bhf_[A-Za-z0-9]{30,}/g],
  ["a key of SendGrid", /\bSG\.[A-Za-z0-9_-]{16,}\.[A-Za-z0-9_-]{16,}/g],
  ["a JSON Web Token", /\beyJ[A-Za-z0-9_-]{10,}\.eyJ[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{10,}/g],
  ["a private key", /-----BEGIN [A-Z ]{0,30}PRIVATE KEY-----\s{0,100}[A-Za-z0-9+/=]{20,}/g],
  [
    "a password in an address",
    /\b[a-z][a-z0-9+.-]{1,20}:\/\/[^\s:/@"'`<>]{1,64}:[^\s:/@"'`<>$*{[]{4,128}@[a-z0-9.-]+/gi,
  ],
  [
    "a password or a token",
    /\b(?:password|passwd|pwd|pw|secret|token|api[_-]?key|access[_-]?key|auth[_-]?token|bearer)["']?\s{0,4}(?:[:=]|\bis\b)\s{0,4}["'`]?([A-Za-z0-9+/_!@#$%^&*.~-]{10,200})/gi,
  ],
];

/** A run of characters that a random generator may have made. */
const TOKEN = /[A-Za-z0-9+/_-]{32,200}={0,2}/g;

/** Bits for each character. English text in camel case has up to some 4.0, random base64 of this length above 4.2. */
const RANDOM_BITS_MIN = 4.2;
const DIGITS_MIN = 3;

const PLACEHOLDER =
  /example|placeholder|changeme|your[-_]|xxxx|\.\.\.|0000|1234567|abcdef|redacted|dummy|sample|<|\$\{/i;

/** "postgres://user:password@localhost": the word in place of a password. */
const PASSWORD_WORD = /:\/\/[^:@\s]{1,64}:(?:pass(?:word|wd)?|secret|pwd?)@/i;
/** "password: DB_PASSWORD_1" names the variable that holds the password. */
const VARIABLE_NAME = /^[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+$/;
/** A digest of a file, as lock files and `integrity` attributes have it. */
const DIGEST = /^sha(?:1|256|384|512)[-_]/i;

/** `text/secret` */
export const secret: Rule = {
  id: "text/secret",
  severity: "error",
  title: "A key, a token or a password",
  reason: "A masque is copied, shared and sent to a model: what is in it is not secret any more",
  fix: "delete it, and make it invalid where it came from; name the variable that holds it instead",
  canSilence: false,
  // In parts, so that scanners of this repository do not take it for a leak.
  fails: `context: |\n  The staging key is ${["AKIA", "Q3EGRT5XKWPL7ZBN"].join("")}.\n`,
  passes: "context: |\n  The staging key is in `AWS_ACCESS_KEY_ID`; keys look like AKIAIOSFODNN7EXAMPLE.\n",
  find: ({ source }) => {
    const faults = KEYS.flatMap(([what, form]) =>
      [...source.matchAll(form)]
        .filter((match) => isSecret(match))
        .map(({ index }) => ({ spot: { sourceAt: index }, message: `This looks like ${what}` })),
    );
    const random = [...source.matchAll(TOKEN)].filter(([token]) => isRandom(token));
    const others = random.filter(
      ({ index, 0: token }) =>
        !faults.some(({ spot }) => spot.sourceAt >= index - 80 && spot.sourceAt <= index + token.length),
    );
    return [
      ...faults,
      ...others.map(({ index }) => ({ spot: { sourceAt: index }, message: "This looks like a random key" })),
    ];
  },
};

/** The last form has words for values as well: "password: required" is not a secret. */
function isSecret([whole, value]: RegExpMatchArray): boolean {
  if (PLACEHOLDER.test(whole) || PASSWORD_WORD.test(whole)) return false;
  if (value !== undefined && VARIABLE_NAME.test(value)) return false;
  return value === undefined || (/\d/.test(value) && /[A-Za-z]/.test(value) && bitsOf(value) >= PASSWORD_BITS_MIN);
}

const PASSWORD_BITS_MIN = 3;

function isRandom(token: string): boolean {
  const digits = token.match(/\d/g)?.length ?? 0;
  const isMixed = /[a-z]/.test(token) && /[A-Z]/.test(token) && digits >= DIGITS_MIN;
  return (
    !DIGEST.test(token) && isMixed && bitsOf(token) >= RANDOM_BITS_MIN && !PLACEHOLDER.test(token) && !isPath(token)
  );
}

/** Words with slashes between. */
function isPath(token: string): boolean {
  return token.split(/[/_-]/).every((part) => part.length < 16);
}

/** Shannon's entropy of the characters, in bits for each of them. */
function bitsOf(text: string): number {
  const counts = new Map<string, number>();
  for (const character of text) counts.set(character, (counts.get(character) ?? 0) + 1);
  return [...counts.values()].reduce((sum, count) => sum - (count / text.length) * Math.log2(count / text.length), 0);
}
