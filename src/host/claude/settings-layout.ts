import { createScanner, type Node } from "jsonc-parser";
import type { Json } from "../../kernel/json.ts";
import { TOKEN } from "./json-token.ts";
import { endOf } from "./settings-tree.ts";

/** Where something new goes in a settings text and how it is laid out there: as the person who wrote the file does. */

/** One replacement in a text. */
export type Splice = { readonly offset: number; readonly removed: string; readonly inserted: string };

const STANDARD_INDENT = "  ";

/** The text after the replacement. */
export function spliced(text: string, { offset, removed, inserted }: Splice): string {
  return text.slice(0, offset) + inserted + text.slice(offset + removed.length);
}

/** A whole document behind whatever space and comments the text holds. */
export function documentAfter(text: string, key: string, value: Json): Splice {
  const eol = lineEnd(text);
  const body = member(key, printed(value, { eol, indent: STANDARD_INDENT, unit: STANDARD_INDENT, isCompact: false }));
  const separator = /[^\ufeff\r\n]$/.test(text) ? eol : "";
  const inserted = `${separator}{${eol}${STANDARD_INDENT}${body}${eol}}${eol}`;
  return { offset: text.length, removed: "", inserted };
}

/** A new value in the place of an old one. */
export function valueInstead(text: string, root: Node, old: Node, value: Json): Splice {
  const layout = { eol: lineEnd(text), indent: indentAt(text, old.offset), unit: unitOf(text, root) };
  const isCompact = !text.slice(root.offset, endOf(root)).includes("\n");
  return {
    offset: old.offset,
    removed: text.slice(old.offset, endOf(old)),
    inserted: printed(value, { ...layout, isCompact }),
  };
}

/** A new last child of an object (`key` given) or an array (`key` null). */
export function childAppended(text: string, root: Node, container: Node, key: string | null, value: Json): Splice {
  const last = container.children?.at(-1);
  const unit = unitOf(text, root);
  const layout = { eol: lineEnd(text), unit };
  const item = (indent: string, isCompact: boolean) => {
    const body = printed(value, { ...layout, indent, isCompact });
    return key === null ? body : member(key, body);
  };
  if (!last) return intoEmpty(text, root, container, unit, item);
  const first = container.children?.[0] ?? last;
  const startsLine = text.slice(container.offset, first.offset).includes("\n");
  const comma = trailingComma(text, endOf(last), endOf(container) - 1);
  if (!startsLine) return inLine(endOf(last), comma, item("", true));
  const indent = indentAt(text, startsItsLine(text, last.offset) ? last.offset : first.offset);
  return onOwnLine(text, { last: endOf(last), comma }, `${layout.eol}${indent}${item(indent, false)}`);
}

function inLine(last: number, comma: number | undefined, item: string): Splice {
  if (comma === undefined) return { offset: last, removed: "", inserted: `, ${item}` };
  return { offset: comma + 1, removed: "", inserted: ` ${item},` };
}

/** The comma goes to the last value, and a comment behind that value stays behind it. */
function onOwnLine(text: string, at: { last: number; comma: number | undefined }, line: string): Splice {
  if (at.comma !== undefined) {
    return { offset: endOfLineComments(text, at.comma + 1), removed: "", inserted: `${line},` };
  }
  const remark = text.slice(at.last, endOfLineComments(text, at.last));
  return { offset: at.last, removed: remark, inserted: `,${remark}${line}` };
}

function intoEmpty(
  text: string,
  root: Node,
  container: Node,
  unit: string,
  item: (indent: string, isCompact: boolean) => string,
): Splice {
  const close = endOf(container) - 1;
  const isCompact = container !== root && !text.slice(root.offset, endOf(root)).includes("\n");
  if (isCompact) return { offset: close, removed: "", inserted: item("", true) };
  const tail = /\s*$/.exec(text.slice(container.offset + 1, close))?.[0] ?? "";
  const outer = indentAt(text, container.offset);
  const eol = lineEnd(text);
  const inserted = `${eol}${outer}${unit}${item(outer + unit, false)}${eol}${outer}`;
  return { offset: close - tail.length, removed: tail, inserted };
}

/** The text without a child, its comma, and its line when nothing else stands on it. */
export function childRemoved(text: string, container: Node, child: Node): string {
  const children = container.children ?? [];
  const previous = children[children.indexOf(child) - 1];
  const next = children[children.indexOf(child) + 1];
  const behind = trailingComma(text, endOf(child), next ? next.offset : endOf(container) - 1);
  if (behind !== undefined) return withoutRange(withoutComma(text, behind), child.offset, endOf(child));
  const shortened = withoutRange(text, child.offset, endOf(child));
  const before = previous && trailingComma(text, endOf(previous), child.offset);
  return before === undefined ? shortened : withoutComma(shortened, before);
}

function withoutComma(text: string, comma: number): string {
  return text.slice(0, comma) + text.slice(comma + 1);
}

function withoutRange(text: string, start: number, end: number): string {
  const lineStart = text.lastIndexOf("\n", start - 1) + 1;
  const isAloneBefore = text.slice(lineStart, start).trim() === "" && lineStart > 0;
  const behind = /^[ \t]*\r?\n/.exec(text.slice(end))?.[0];
  if (isAloneBefore && behind !== undefined) return text.slice(0, lineStart) + text.slice(end + behind.length);
  return text.slice(0, start) + text.slice(end);
}

/** The comma between two offsets, comments aside. */
function trailingComma(text: string, from: number, to: number): number | undefined {
  const scanner = createScanner(text, true);
  scanner.setPosition(from);
  const token: number = scanner.scan();
  return token === TOKEN.comma && scanner.getTokenOffset() < to ? scanner.getTokenOffset() : undefined;
}

/** Where the comments end that stand on the same line behind `from`; `from` itself when there is none. */
function endOfLineComments(text: string, from: number): number {
  const scanner = createScanner(text, false);
  scanner.setPosition(from);
  let end = from;
  for (;;) {
    const token: number = scanner.scan();
    if (token === TOKEN.lineComment || token === TOKEN.blockComment) end = scanner.getPosition();
    else if (token !== TOKEN.space) return end;
  }
}

function member(key: string, body: string): string {
  return `${JSON.stringify(key)}: ${body}`;
}

function printed(value: Json, layout: { eol: string; indent: string; unit: string; isCompact: boolean }): string {
  if (layout.isCompact) return JSON.stringify(value);
  return JSON.stringify(value, null, layout.unit).replaceAll("\n", `${layout.eol}${layout.indent}`);
}

function lineEnd(text: string): string {
  return /\r?\n/.exec(text)?.[0] ?? "\n";
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
