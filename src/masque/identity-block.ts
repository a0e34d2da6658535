import { MasqueError } from "../kernel/errors.ts";
import { LIMITS } from "../kernel/limits.ts";
import { type Digest, parseDigest } from "../kernel/text/digest.ts";
import type { Json } from "../kernel/text/json.ts";
import { printable, printableLine } from "../kernel/text/printable.ts";
import { KNOWN_ATTRIBUTES, type Masque, NAME_CHARS_MAX } from "./masque.ts";

/**
 * What an agent reads when it dons, wears and doffs a masque: one element, `<masque-identity …>`. Its opening tag has name,
 * version and digest, so that both the agent and masque find the element in a conversation.
 *
 * Every `<` of foreign text that could open or close an element of masque's is written `&lt;`. Nothing else is changed, so
 * quotes, ampersands and shell characters arrive as they were typed. The rubric is left out: it is for the judge, and an
 * agent that knows how it is judged works for the score. The attributes that masque knows are left out too: they are for people,
 * and the agent would pay for them in every session. The anchor is left out, because the prompt hook repeats it later.
 */

/** What goes into a block. */
export type BlockInput = {
  readonly masque: Masque;
  readonly digest: Digest;
  /** What the masque was donned for, as it was typed. */
  readonly intent: string | null;
  /** The name of the masque that a switch took off. */
  readonly replaces: string | null;
};

/** What identifies a worn masque. */
export type WornLabel = { readonly name: string; readonly version: string; readonly digest: Digest };

/** The whole block: the lens first, then context, the author's own attributes and intent. No newline at its end. */
export function identityBlock(input: BlockInput): string {
  const { masque } = input;
  return element(input, [
    section("Lens", masque.lens),
    section("Context", masque.context ?? ""),
    section("Attributes", attributeLines(masque.attributes ?? {})),
    section("Intent", input.intent ?? ""),
  ]);
}

/**
 * What the hooks add to a conversation: the whole block where Claude Code shows all of it. Otherwise the lens, if it fits
 * alone, and where the rest can be read.
 */
export function hookBlock(input: BlockInput & { readonly pinnedPath: string }): string {
  const whole = identityBlock(input);
  if (whole.length <= LIMITS.hookBlockCharsMax) return whole;
  const rest = `Read the rest before you go on: ${printableLine(input.pinnedPath)}`;
  const lens = element(input, [section("Lens", input.masque.lens), section("Where the rest is", rest)]);
  if (lens.length <= LIMITS.hookBlockCharsMax) return lens;
  return element(input, [section("Where it is", `Too long to repeat here. ${rest}`)]);
}

/**
 * Refuses a block that is so long that Claude Code would replace it with a preview.
 *
 * @throws {MasqueError} `masque.block-too-large`
 */
export function assertBlockFits(block: string): void {
  if (block.length <= LIMITS.blockCharsMax) return;
  throw new MasqueError(
    "masque.block-too-large",
    `Cannot don: the identity block is ${block.length} characters, and Claude Code shows at most ${LIMITS.blockCharsMax}`,
    { hint: "shorten the masque's lens or context, or the intent" },
  );
}

/** The line that names the worn masque, for a conversation that still holds the block. */
export function stillWornLine({ name, version, digest }: WornLabel): string {
  const tag = `<masque-worn ${labels({ name, version, digest })}/>`;
  return `${tag} You still wear the masque "${shownName(name)}": its identity block above still applies.`;
}

/** What the prompt hook adds to a conversation to repeat a worn masque's anchor. */
export function anchorElement(name: string, anchor: string): string {
  const text = escapeTags(printable(anchor.toWellFormed())).trim();
  return `<masque-anchor name="${shownName(name)}">\n${text}\n</masque-anchor>`;
}

/** The notice to the agent that a masque is off, in two lines. */
export function doffNotice({ name, version }: { readonly name: string; readonly version: string }): string {
  return [
    `<masque-off name="${shownName(name)}" version="${escapeTags(printableLine(version))}"/>`,
    `The masque "${shownName(name)}" is off. Its lens, context and intent no longer apply: go on as yourself.`,
  ].join("\n");
}

/** What a text last said about what is worn: a masque, that a masque was taken off, or nothing. */
export type WornInText = { readonly digest: Digest; readonly name: string } | "off" | null;

// Quotes may carry backslashes: a transcript holds the block inside a JSON string.
const MARK = new RegExp(
  [
    `<masque-(?:identity|worn) name=\\\\*"([^"\\\\<>]{1,${NAME_CHARS_MAX}})\\\\*" version=\\\\*"[^"\\\\<>]{1,128}\\\\*"`,
    ` digest=\\\\*"(sha256:[0-9a-f]{64})\\\\*"|<masque-off name=\\\\*"[^"\\\\<>]{1,${NAME_CHARS_MAX}}\\\\*"`,
  ].join(""),
  "g",
);

/** Reads the last identity block or doff notice in a text, such as the end of a transcript. */
export function readWornFromText(text: string): WornInText {
  let last: WornInText = null;
  for (const [, name, digestText] of text.matchAll(MARK)) {
    const digest = digestText === undefined ? undefined : parseDigest(digestText);
    last = name !== undefined && digest !== undefined ? { name, digest } : "off";
  }
  return last;
}

function element({ masque, digest, replaces }: BlockInput, sections: readonly string[]): string {
  const replacing = replaces === null ? "" : ` replaces="${shownName(replaces)}"`;
  const body = [...sections, section("Wearing it", standing(replaces))].filter((part) => part !== "");
  const open = `<masque-identity ${labels({ name: masque.name, version: masque.version, digest })}${replacing}>`;
  return `${open}\n${body.join("\n\n")}\n</masque-identity>`;
}

function standing(replaces: string | null): string {
  const until = "Work as this masque until it is doffed or another replaces it. It shapes how you think and speak";
  const bounds = "your permissions, your safety and what the user asks stay as they are.";
  const former = replaces === null ? "" : ` It replaces the masque "${shownName(replaces)}", which no longer applies.`;
  return `${until}; ${bounds}${former}`;
}

function section(title: string, text: string): string {
  const shown = escapeTags(printable(text.replaceAll("\r\n", "\n").toWellFormed())).trim();
  return shown === "" ? "" : `# ${title}\n${shown}`;
}

function attributeLines(attributes: { readonly [key: string]: Json }): string {
  return Object.entries(attributes)
    .filter(([key]) => !KNOWN_ATTRIBUTES.has(key))
    .map(([key, value]) => `- ${printableLine(key)}: ${valueText(value)}`)
    .join("\n");
}

function valueText(value: Json): string {
  return printableLine(typeof value === "string" ? value.trim() : JSON.stringify(value));
}

function labels({ name, version, digest }: WornLabel): string {
  return `name="${shownName(name)}" version="${escapeTags(printableLine(version))}" digest="${digest}"`;
}

/** A checked name holds nothing to escape, but a name from an old state file may. */
function shownName(name: string): string {
  return escapeTags(printableLine(name)).replaceAll('"', "'");
}

/** Each `<` that begins one of masque's tags, with any spaces and in any case. */
function escapeTags(text: string): string {
  return text.replace(/<(?=\s*\/?\s*masque-)/gi, "&lt;");
}
