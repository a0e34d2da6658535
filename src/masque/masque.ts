import { MasqueError } from "../kernel/errors.ts";
import type { Digest } from "../kernel/text/digest.ts";
import type { Json } from "../kernel/text/json.ts";
import { printableLine } from "../kernel/text/printable.ts";
import type { Criterion } from "./rubric/criteria.ts";

declare const nameBrand: unique symbol;

/** A masque's name as its file spells it; two names that differ in case alone are the same masque. */
export type MasqueName = string & { readonly [nameBrand]: true };

/** The kinds of masque: one that decides, thinks, knows a craft, creates, or looks at how the work is done. */
export const CATEGORIES = ["executive", "cognitive", "specialist", "art", "meta"] as const;

/** One of the five kinds. */
export type Category = (typeof CATEGORIES)[number];

/** Where a masque comes from: the user's own folder, or the binary. */
export type MasqueSource = "private" | "shared";

/** Whether a masque's verbs replace Claude Code's own, or are added after or before them. */
export type SpinnerVerbs = {
  readonly mode: "replace" | "append" | "prepend";
  readonly verbs: readonly string[];
};

/** A masque that passed the schema: what one YAML file says. */
export type Masque = {
  readonly name: MasqueName;
  /** SemVer 2.0. */
  readonly version: string;
  readonly attributes?: { readonly [key: string]: Json };
  readonly context?: string;
  readonly lens: string;
  /** One or two sentences that the prompt hook repeats in a long session. */
  readonly anchor?: string;
  /** What a session is held to, as it was written: `criteriaOf()` reads both forms. */
  readonly rubric?: string | readonly Criterion[];
  readonly spinnerVerbs?: SpinnerVerbs;
  /** The lint rules that this file breaks on purpose. */
  readonly lint?: { readonly silence: readonly Silence[] };
};

/** A lint rule that a masque file silences, and why. */
export type Silence = { readonly rule: string; readonly reason: string };

/** A masque, and where its bytes came from. */
export type ResolvedMasque = {
  readonly masque: Masque;
  readonly source: MasqueSource;
  readonly digest: Digest;
  readonly bytes: Uint8Array;
  /** The file, or `null` for a shared masque, which lives in the binary. */
  readonly path: string | null;
};

/** Longest name, in UTF-16 units. */
export const NAME_CHARS_MAX = 64;

/** What a name looks like: letters and digits, with single spaces, hyphens or underscores between. */
export const NAME_PATTERN = /^\p{L}[\p{L}\p{N}]*(?:[ _-][\p{L}\p{N}]+)*$/u;

/**
 * Makes a name of foreign text. Letters and digits, with single spaces, hyphens or underscores between: never a path.
 *
 * @param hint What to do instead, when the name is for a new masque.
 * @throws {MasqueError} `masque.name`
 */
export function parseName(raw: string, hint = "`masque list` shows the names there are"): MasqueName {
  const text = raw.trim().normalize("NFC");
  if (text.length > 0 && text.length <= NAME_CHARS_MAX && NAME_PATTERN.test(text)) return text as MasqueName;
  throw new MasqueError(
    "masque.name",
    `Cannot use "${printableLine(raw).slice(0, 80)}" as a masque's name: ${nameFault(text)}`,
    { hint },
  );
}

function nameFault(text: string): string {
  if (text === "") return "it is empty";
  if (text.length > NAME_CHARS_MAX) return `it is longer than ${NAME_CHARS_MAX} characters`;
  if (/[/\\]|\.\./.test(text)) return "a masque is found by its name, never by a path";
  if (!/^\p{L}/u.test(text)) return "a name begins with a letter";
  return "a name is letters and digits, with single spaces, hyphens or underscores between them";
}

/** The file name's stem: lower case, hyphens for spaces and underscores. Equal slugs are equal names. */
export function slugOf(name: MasqueName): string {
  return name.toLowerCase().replace(/[ _]/g, "-");
}

/** The name of the file that holds a masque. */
export function fileNameOf(name: MasqueName): string {
  return `${slugOf(name)}${MASQUE_FILE_SUFFIX}`;
}

/** How every masque file's name ends. */
export const MASQUE_FILE_SUFFIX = ".masque.yaml";

/**
 * The attributes that masque knows. They are for people who choose a masque: the identity block leaves them out, because none
 * of them changes what an agent does. The author's own keys are in the block.
 */
export const KNOWN_ATTRIBUTES: ReadonlySet<string> = new Set([
  "category",
  "domain",
  "tagline",
  "occasion",
  "style",
  "philosophy",
  "complement",
  "shadow",
  "forkedFrom",
]);

/** A known text attribute, or `undefined` when it is absent or not text. */
export function textAttribute(masque: Masque, key: string): string | undefined {
  const value = masque.attributes?.[key];
  return typeof value === "string" ? value : undefined;
}
