import type { Node } from "jsonc-parser";
import type { Json } from "../../kernel/text/json.ts";
import { endOf } from "./tree.ts";

/** Where a new value goes in a settings text, and how it is laid out: as the person who wrote the file lays out the rest. */

const STANDARD_INDENT = "  ";

/** A text of space and comments alone, with a whole document after them. */
export function withDocument(text: string, key: string, value: Json): string {
  const eol = lineEnd(text);
  const body = printed(key, value, { eol, indent: STANDARD_INDENT, unit: STANDARD_INDENT, isCompact: false });
  const separator = /[^\ufeff\r\n]$/.test(text) ? eol : "";
  return `${text}${separator}{${eol}${STANDARD_INDENT}${body}${eol}}${eol}`;
}

/** The text with a new value in the place of an old one. */
export function withValue(text: string, root: Node, old: Node, value: Json): string {
  const layout = { eol: lineEnd(text), indent: indentAt(text, old.offset), unit: unitOf(text, root) };
  return replaced(text, old, printed(null, value, { ...layout, isCompact: isOnOneLine(text, root) }));
}

/** The text with other text in the place of a value. */
export function replaced(text: string, old: Node, instead: string): string {
  return text.slice(0, old.offset) + instead + text.slice(endOf(old));
}

/** The text with a new last child of an object (`key` given) or an array (`key` null). */
export function withChild(text: string, root: Node, container: Node, key: string | null, value: Json): string {
  const layout = { eol: lineEnd(text), unit: unitOf(text, root) };
  const item = (indent: string, isCompact: boolean) => printed(key, value, { ...layout, indent, isCompact });
  const [first, last] = [container.children?.[0], container.children?.at(-1)];
  if (!first || !last) return intoEmpty(text, root, container, item);
  const comma = commaAfter(text, endOf(last));
  if (!text.slice(container.offset, first.offset).includes("\n")) {
    const at = comma === undefined ? endOf(last) : comma + 1;
    return inserted(text, at, comma === undefined ? `, ${item("", true)}` : ` ${item("", true)},`);
  }
  const indent = indentAt(text, startsItsLine(text, last.offset) ? last.offset : first.offset);
  const line = `${layout.eol}${indent}${item(indent, false)}`;
  // A comment on the line of the last value stays on that line, and the comma goes right after the value.
  if (comma !== undefined) return inserted(text, endOfLineComments(text, comma + 1), `${line},`);
  return inserted(inserted(text, endOfLineComments(text, endOf(last)), line), endOf(last), ",");
}

function intoEmpty(
  text: string,
  root: Node,
  container: Node,
  item: (indent: string, isCompact: boolean) => string,
): string {
  const close = endOf(container) - 1;
  if (container !== root && isOnOneLine(text, root)) return inserted(text, close, item("", true));
  const inside = text.slice(container.offset + 1, close).trimEnd();
  const [eol, outer, unit] = [lineEnd(text), indentAt(text, container.offset), unitOf(text, root)];
  const body = `${eol}${outer}${unit}${item(outer + unit, false)}${eol}${outer}`;
  return text.slice(0, container.offset + 1) + inside + body + text.slice(close);
}

/** The text without a child, its comma, and its line when nothing else is on it. */
export function withoutChild(text: string, container: Node, child: Node): string {
  const children = container.children ?? [];
  const previous = children[children.indexOf(child) - 1];
  const after = commaAfter(text, endOf(child));
  if (after !== undefined) return withoutRange(withoutComma(text, after), child.offset, endOf(child));
  const shortened = withoutRange(text, child.offset, endOf(child));
  const before = previous && commaAfter(text, endOf(previous));
  return before === undefined ? shortened : withoutComma(shortened, before);
}

function inserted(text: string, at: number, more: string): string {
  return text.slice(0, at) + more + text.slice(at);
}

function withoutComma(text: string, comma: number): string {
  return text.slice(0, comma) + text.slice(comma + 1);
}

function withoutRange(text: string, start: number, end: number): string {
  const lineStart = text.lastIndexOf("\n", start - 1) + 1;
  const isAloneBefore = text.slice(lineStart, start).trim() === "" && lineStart > 0;
  const restOfLine = /^[ \t]*\r?\n/.exec(text.slice(end))?.[0];
  if (isAloneBefore && restOfLine !== undefined) return text.slice(0, lineStart) + text.slice(end + restOfLine.length);
  return text.slice(0, start) + text.slice(end);
}

const SPACE_AND_COMMENTS = /(?:\s|\/\/[^\r\n]*|\/\*.*?\*\/)*/sy;
const COMMENTS_ON_LINE = /(?:[ \t]*(?:\/\/[^\r\n]*|\/\*.*?\*\/))*/sy;

/** The comma that follows a value, after white space and comments. */
function commaAfter(text: string, from: number): number | undefined {
  const end = skip(SPACE_AND_COMMENTS, text, from);
  return text[end] === "," ? end : undefined;
}

/** The end of the comments that follow `from` on its line; `from` itself when there is none. */
function endOfLineComments(text: string, from: number): number {
  return skip(COMMENTS_ON_LINE, text, from);
}

/** Where a pattern ends that matches at `from`, if only nothing. The text was parsed: between values, a slash begins a comment. */
function skip(pattern: RegExp, text: string, from: number): number {
  pattern.lastIndex = from;
  pattern.test(text);
  return pattern.lastIndex;
}

type Layout = { readonly eol: string; readonly indent: string; readonly unit: string; readonly isCompact: boolean };

function printed(key: string | null, value: Json, { eol, indent, unit, isCompact }: Layout): string {
  const body = isCompact
    ? JSON.stringify(value)
    : JSON.stringify(value, null, unit).replaceAll("\n", `${eol}${indent}`);
  return key === null ? body : `${JSON.stringify(key)}: ${body}`;
}

function lineEnd(text: string): string {
  return /\r?\n/.exec(text)?.[0] ?? "\n";
}

function isOnOneLine(text: string, node: Node): boolean {
  return !text.slice(node.offset, endOf(node)).includes("\n");
}

function unitOf(text: string, root: Node): string {
  const first = root.children?.[0];
  const indent = first && startsItsLine(text, first.offset) ? indentAt(text, first.offset) : "";
  return indent || STANDARD_INDENT;
}

function startsItsLine(text: string, offset: number): boolean {
  const lineStart = text.lastIndexOf("\n", offset - 1) + 1;
  return lineStart > 0 && text.slice(lineStart, offset).trim() === "";
}

/** The space that the line of `offset` begins with. */
function indentAt(text: string, offset: number): string {
  const lineStart = text.lastIndexOf("\n", offset - 1) + 1;
  return /^[ \t]*/.exec(text.slice(lineStart, offset))?.[0] ?? "";
}
