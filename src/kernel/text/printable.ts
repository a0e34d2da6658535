/**
 * Foreign text on a terminal. Control characters (C0, DEL, C1), bidirectional controls and line separators could move
 * the cursor, retitle the window or reorder what is read. Characters that Unicode calls ignorable are not shown at all:
 * tag characters, zero-width characters, fillers, variation selectors; an agent reads them where a person sees nothing.
 * None of them is ever printed as itself. Newline and tab are text.
 *
 * @source Unicode: DerivedCoreProperties.txt, Default_Ignorable_Code_Point (DI); UTS #51 for what an emoji is made of.
 */
const SUSPECT = /[[\p{Cc}\p{Zl}\p{Zp}\p{DI}\ufff9-\ufffb]--[\n\t]]/v;

/**
 * Ignorable characters in the places that they exist for: inside an emoji, and one joiner between two letters of a script
 * that is spelt with joiners, such as Persian or Hindi.
 */
const IN_PLACE = [
  /\p{RGI_Emoji_Tag_Sequence}/v,
  /[0-9#*]\ufe0f\u20e3/v,
  /[\p{Emoji}--[0-9#*]][\ufe0e\ufe0f]?(?:\p{EMod}?\u200d[\p{Emoji}--[0-9#*]][\ufe0e\ufe0f]?)*/v,
  /(?<=[[\p{L}\p{M}]&&[\p{scx=Arab}\p{scx=Syrc}]])\u200c(?=[\p{L}&&[\p{scx=Arab}\p{scx=Syrc}]])/v,
  /(?<=[\p{M}&&[\p{scx=Deva}\p{scx=Beng}\p{scx=Guru}\p{scx=Gujr}\p{scx=Orya}\p{scx=Telu}\p{scx=Knda}\p{scx=Mlym}\p{scx=Sinh}]])[\u200c\u200d](?=\p{L})/v,
];

/** Matches what is in place; its one group has a character that is out of place. The engine keeps the last patterns compiled. */
function pieces(): RegExp {
  return new RegExp(`${IN_PLACE.map(({ source }) => source).join("|")}|(${SUSPECT.source})`, "gv");
}

/** The index of the first character that must not be printed, or -1. */
export function indexOfUnprintable(text: string): number {
  if (!SUSPECT.test(text)) return -1;
  for (const piece of text.matchAll(pieces())) if (piece[1] !== undefined) return piece.index;
  return -1;
}

/** The text with every such character made visible as `\u{…}`. */
export function printable(text: string): string {
  return withEscapes(text, (found) => `\\u{${found.codePointAt(0)?.toString(16)}}`);
}

/** JSON text with every such character as JSON escapes it. Such a character can only be inside a string. */
export function printableJson(json: string): string {
  return withEscapes(json, (found) => {
    const units = Array.from({ length: found.length }, (_, at) => found.charCodeAt(at));
    return units.map((unit) => `\\u${unit.toString(16).padStart(4, "0")}`).join("");
  });
}

/** The text as one printable line: newlines and tabs become spaces. */
export function printableLine(text: string): string {
  return printable(text.replace(/[\n\t]+/g, " "));
}

/** The character at an index as standards write it, and what it is: `U+200B`, `invisible character`. */
export function describeCharacter(text: string, index: number): { readonly code: string; readonly kind: string } {
  const code = text.codePointAt(index) ?? 0;
  return {
    code: `U+${code.toString(16).toUpperCase().padStart(4, "0")}`,
    kind: kindOf(String.fromCodePoint(code)),
  };
}

function kindOf(character: string): string {
  if (/[\p{Cc}\p{Zl}\p{Zp}]/u.test(character)) return "control character";
  if (/[\u{e0000}-\u{e007f}]/u.test(character)) return "tag character";
  if (/\p{Variation_Selector}/u.test(character)) return "variation selector";
  if (/\p{Bidi_Control}/u.test(character)) return "bidirectional control";
  return "invisible character";
}

function withEscapes(text: string, escaped: (found: string) => string): string {
  if (!SUSPECT.test(text)) return text;
  return text.replace(pieces(), (piece: string, found: string | undefined) =>
    found === undefined ? piece : escaped(found),
  );
}
