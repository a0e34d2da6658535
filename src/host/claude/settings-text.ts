import type { Node } from "jsonc-parser";
import type { Json } from "../../kernel/json.ts";
import type { SettingsEdit } from "./settings-edit.ts";
import { childAppended, childRemoved, documentAfter, type Splice, spliced, valueInstead } from "./settings-layout.ts";
import {
  endOf,
  invalid,
  jsonOf,
  meaningOf,
  memberOf,
  membersOf,
  parseSettings,
  trailingCommas,
} from "./settings-tree.ts";

/**
 * Edits of a settings file's text that touch nothing else and can be taken back.
 *
 * An edit is one replacement in the text, kept as data. Taking it back looks for our value where its key says it is,
 * and for the inserted text around it: when that stands as we wrote it, it is replaced by exactly what was there
 * before, so every byte returns however odd the file. When the text around has changed (the host rewrites its settings
 * whole, a person reformats), only our own key or element goes, and the containers we made for it if they are empty.
 * When our value itself has changed it is someone else's now, and stays. The exact way is taken only when it means the
 * same as the careful one, so neither ever costs a person a key of theirs.
 */

/** A text after an edit; `edit` is `null` when the text said so already and nothing was done. */
export type Edited = { readonly text: string; readonly edit: SettingsEdit | null };

/** Where to edit, and the file's name for failures. */
export type Place = { readonly path: readonly string[]; readonly file: string };

/**
 * Sets the value at a path of keys, making the objects on the way.
 *
 * @throws {MasqueError} `host.settings-invalid`: no JSON, or something on the way is not an object.
 */
export function setMember(text: string, place: Place, value: Json): Edited {
  return edited(text, place, value, false);
}

/**
 * Appends a value to the array at a path of keys, making it and the objects on the way.
 *
 * @throws {MasqueError} `host.settings-invalid`: no JSON, or something on the way is of another type.
 */
export function appendElement(text: string, place: Place, value: Json): Edited {
  return edited(text, place, value, true);
}

/**
 * What taking an edit back came to: nothing of ours stood there; it did, but the text around it has changed; or every
 * byte is as it was.
 */
export type Undone = { readonly kind: "absent" | "careful" | "exact"; readonly text: string };

/**
 * Takes an edit back: byte for byte when what we wrote still stands as we wrote it.
 *
 * @throws {MasqueError} `host.settings-invalid` when the text is not JSON.
 */
export function undoEdit(text: string, edit: SettingsEdit, file: string): Undone {
  const found = findOurs(parseSettings(text, file), edit);
  if (!found) return { kind: "absent", text };
  const careful = undoneByKey(text, found, edit);
  const exact = undoneExactly(text, found.value, edit);
  const isExact =
    exact !== undefined && meansTheSame(exact, careful) && trailingCommas(exact) <= trailingCommas(careful);
  return isExact ? { kind: "exact", text: exact } : { kind: "careful", text: careful };
}

/** The value at a path of keys, or `undefined` when it is not there. */
export function valueAt(text: string, { path, file }: Place): Json | undefined {
  const root = parseSettings(text, file);
  const found = root && descend(root, path);
  return found?.depth === path.length ? jsonOf(found.node) : undefined;
}

function edited(text: string, { path, file }: Place, value: Json, isElement: boolean): Edited {
  const root = parseSettings(text, file);
  const at = root ? descend(root, path) : undefined;
  const depth = at?.depth ?? 0;
  const isThere = at !== undefined && depth === path.length;
  if (isThere && alreadySays(at.node, value, isElement)) return { text, edit: null };
  const splice = root && at ? spliceAt(text, root, at, { path, file }, value, isElement) : undefined;
  const made = splice ?? documentAfter(text, path[0] ?? "", nested(path.slice(1), value, isElement));
  const replaces = isThere && !isElement;
  const draft = {
    path,
    isElement,
    value,
    former: replaces ? made.removed : null,
    madeFrom: depth,
    removed: made.removed,
    inserted: made.inserted,
    valueAt: 0,
  };
  const after = spliced(text, made);
  const ours = findOurs(parseSettings(after, file), draft);
  if (!ours) throw invalid(file, text, made.offset, `"${path.join(".")}" cannot be put there safely`);
  return { text: after, edit: { ...draft, valueAt: ours.value.offset - made.offset } };
}

function spliceAt(
  text: string,
  root: Node,
  { node, depth }: { node: Node; depth: number },
  { path, file }: Place,
  value: Json,
  isElement: boolean,
): Splice {
  const key = path[depth];
  if (key === undefined) {
    if (!isElement) return valueInstead(text, root, node, value);
    if (node.type === "array") return childAppended(text, root, node, null, value);
  } else if (node.type === "object") {
    return childAppended(text, root, node, key, nested(path.slice(depth + 1), value, isElement));
  }
  const wanted = key === undefined ? "array" : "object";
  throw invalid(file, text, node.offset, `"${path.slice(0, depth).join(".")}" is ${node.type}, not an ${wanted}`);
}

function alreadySays(node: Node, value: Json, isElement: boolean): boolean {
  if (!isElement) return Bun.deepEquals(jsonOf(node), value, true);
  return node.type === "array" && (node.children ?? []).some((child) => Bun.deepEquals(jsonOf(child), value, true));
}

function nested(path: readonly string[], value: Json, isElement: boolean): Json {
  return path.reduceRight<Json>((inner, key) => ({ [key]: inner }), isElement ? [value] : value);
}

/** As far down the path as the text goes. */
function descend(root: Node, path: readonly string[]): { node: Node; depth: number } {
  let node = root;
  let depth = 0;
  for (const key of path) {
    const member = node.type === "object" ? memberOf(node, key) : undefined;
    if (!member) break;
    node = member.value;
    depth++;
  }
  return { node, depth };
}

/** Our value in the tree, and the chain of nodes it hangs in: container and child, outermost first. */
type Found = { readonly value: Node; readonly chain: readonly { container: Node; child: Node }[] };

function findOurs(root: Node | undefined, edit: Pick<SettingsEdit, "path" | "value" | "isElement">): Found | undefined {
  const isOurs = (node: Node) => Bun.deepEquals(jsonOf(node), edit.value, true);
  const chain: { container: Node; child: Node }[] = [];
  let node = root;
  for (const [index, key] of edit.path.entries()) {
    if (node?.type !== "object") return undefined;
    const isLeaf = index === edit.path.length - 1 && !edit.isElement;
    const member = membersOf(node).findLast((each) => each.key === key && (!isLeaf || isOurs(each.value)));
    if (!member) return undefined;
    chain.push({ container: node, child: member.property });
    node = member.value;
  }
  if (!edit.isElement) return node && { value: node, chain };
  const element = node?.type === "array" ? node.children?.findLast(isOurs) : undefined;
  return node && element && { value: element, chain: [...chain, { container: node, child: element }] };
}

function undoneExactly(text: string, value: Node, edit: SettingsEdit): string | undefined {
  const offset = value.offset - edit.valueAt;
  if (offset < 0 || !text.startsWith(edit.inserted, offset)) return undefined;
  return spliced(text, { offset, removed: edit.inserted, inserted: edit.removed });
}

function undoneByKey(text: string, { value, chain }: Found, edit: SettingsEdit): string {
  if (edit.former !== null) return text.slice(0, value.offset) + edit.former + text.slice(endOf(value));
  let outermost = chain.length - 1;
  while (outermost > edit.madeFrom && holdsOnly(text, chain[outermost])) outermost--;
  const link = chain[outermost];
  return link ? childRemoved(text, link.container, link.child) : text;
}

function holdsOnly(text: string, link: { container: Node; child: Node } | undefined): boolean {
  if (!link) return false;
  const before = text.slice(link.container.offset + 1, link.child.offset);
  const behind = text.slice(endOf(link.child), endOf(link.container) - 1);
  return /^[\s,]*$/.test(before + behind);
}

function meansTheSame(exact: string, careful: string): boolean {
  const meaning = meaningOf(exact);
  return meaning !== undefined && Bun.deepEquals(meaning, meaningOf(careful), true);
}
