import { type Node, type ParseError, parseTree, printParseErrorCode } from "jsonc-parser";
import { MasqueError } from "../../kernel/errors.ts";
import type { Json } from "../../kernel/text/json.ts";

/**
 * A settings file as a tree that knows the offsets of its parts in the text. Comments and trailing commas are
 * accepted, because people write them. Of keys written twice the last one counts, as it does for Claude Code.
 */

/** Deeper than any settings are nested. The parser recurses, so the depth is checked before it runs. */
const DEPTH_MAX = 100;

/** Strings and comments, whole or cut off by the end of the text, and brackets: jsonc-parser takes the same for them. */
const TOKEN = /"(?:[^"\\\r\n]|\\.)*"?|\/\/[^\r\n]*|\/\*.*?(?:\*\/|$)|[{}[\]]/gs;

/**
 * Parses the text of a settings file.
 *
 * @param file The name that a failure carries.
 * @returns The root object, or `undefined` for a text that holds nothing but space and comments.
 * @throws {MasqueError} `host.settings-invalid` with line and column.
 */
export function parseSettings(text: string, file: string): Node | undefined {
  refuseDepth(text, file);
  const errors: ParseError[] = [];
  // A byte order mark stays in the file, but is not part of its JSON. A space in its place keeps every offset.
  const readable = text.startsWith("\ufeff") ? ` ${text.slice(1)}` : text;
  const root = parseTree(readable, errors, { allowTrailingComma: true, allowEmptyContent: true });
  const [fault] = errors;
  if (fault) throw invalid(file, text, fault.offset, wordsOf(printParseErrorCode(fault.error)));
  if (root && root.type !== "object") throw invalid(file, text, root.offset, `it holds ${root.type}, not an object`);
  return root;
}

/** The JSON value of a node; of keys written twice the last. */
export function jsonOf(node: Node | undefined): Json {
  if (node === undefined) return {};
  if (node.type === "array") return (node.children ?? []).map(jsonOf);
  if (node.type !== "object") return node.value;
  return Object.fromEntries(membersOf(node).map(({ key, value }) => [key, jsonOf(value)]));
}

/** A member of an object, as written. */
type Member = { readonly key: string; readonly property: Node; readonly value: Node };

/** The members of an object in the order of the text. */
function membersOf(object: Node): Member[] {
  return (object.children ?? []).flatMap((property) => {
    const [key, value] = property.children ?? [];
    return key && value ? [{ key: String(key.value), property, value }] : [];
  });
}

/** The member that counts for `key`: the last of that name. What is not an object has none. */
export function memberOf(node: Node, key: string): Member | undefined {
  return node.type === "object" ? membersOf(node).findLast((member) => member.key === key) : undefined;
}

/** The end of a node in the text, exclusive. */
export function endOf(node: Node): number {
  return node.offset + node.length;
}

/** A fault in a settings file, at an offset of its text. */
export function invalid(file: string, text: string, offset: number, found: string): MasqueError {
  const before = text.slice(0, offset);
  const line = before.split("\n").length;
  const column = offset - before.lastIndexOf("\n");
  return new MasqueError("host.settings-invalid", `Cannot read "${file}": line ${line}, column ${column}: ${found}`, {
    hint: "fix the file by hand; masque did not change it",
  });
}

function refuseDepth(text: string, file: string): void {
  let depth = 0;
  for (const { 0: token, index } of text.matchAll(TOKEN)) {
    if (token === "{" || token === "[") depth++;
    if (token === "}" || token === "]") depth--;
    if (depth > DEPTH_MAX) throw invalid(file, text, index, `nested over ${DEPTH_MAX} deep`);
  }
}

/** `CommaExpected` as words. */
function wordsOf(code: string): string {
  return code.replace(/(?<=[a-z])[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`).toLowerCase();
}
