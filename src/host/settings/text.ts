import type { Node } from "jsonc-parser";
import { MasqueError } from "../../kernel/errors.ts";
import type { Json } from "../../kernel/text/json.ts";
import type { Place, SettingsEdit } from "./edit.ts";
import { replaced, withChild, withDocument, withoutChild, withValue } from "./layout.ts";
import { endOf, invalid, jsonOf, memberOf, parseSettings } from "./tree.ts";

/**
 * One value put into a settings file's text, and taken out again by its key: everything else stays byte for byte.
 *
 * jsonc-parser's own `modify` is not used: a removal deletes the comments beside the key and miscounts at the end of an array
 * and at a trailing comma, formatting lays out the neighbours again, and of two equal keys the first is changed.
 */

/** A text after an edit; `edit` is `null` when the text said so already and nothing was done. */
export type Edited = { readonly text: string; readonly edit: SettingsEdit | null };

/**
 * Sets the value at a path of keys, or appends it to the array there (`isElement`), making the objects on the way.
 *
 * @throws {MasqueError} `host.settings-invalid`: not JSON, or something on the way is of another type.
 */
export function withEdit(text: string, place: Place, value: Json, file: string): Edited {
  const { path, isElement } = place;
  const root = parseSettings(text, file);
  if (!root) {
    const after = withDocument(text, path[0] ?? "", nested(path.slice(1), value, isElement));
    return { text: after, edit: { ...place, value, former: null, madeFrom: 0 } };
  }
  const { value: node, chain } = descend(root, path);
  const depth = chain.length;
  const isThere = depth === path.length;
  if (isThere && alreadySays(node, value, isElement)) return { text, edit: null };
  const former = isThere && !isElement ? text.slice(node.offset, endOf(node)) : null;
  const key = path[depth];
  const wanted = key === undefined ? "array" : "object";
  if (former === null && node.type !== wanted) {
    throw invalid(file, text, node.offset, `"${path.slice(0, depth).join(".")}" is ${node.type}, not an ${wanted}`);
  }
  const child = key === undefined ? value : nested(path.slice(depth + 1), value, isElement);
  const after = former === null ? withChild(text, root, node, key ?? null, child) : withValue(text, root, node, value);
  return { text: after, edit: { ...place, value, former, madeFrom: depth } };
}

/**
 * Takes an edit out by its key, or puts back what was there before it; `undefined` when the key does not say what was
 * written, so that it is someone else's now. Containers made for the edit go with it when they hold nothing more.
 *
 * @throws {MasqueError} `host.settings-invalid` when the text is not JSON.
 */
export function withoutEdit(text: string, edit: SettingsEdit, file: string): string | undefined {
  const found = findOurs(parseSettings(text, file), edit);
  if (!found) return undefined;
  const { value, chain } = found;
  if (edit.former !== null) return replaced(text, value, edit.former);
  let outermost = chain.length - 1;
  while (outermost > edit.madeFrom && holdsOnly(text, chain[outermost])) outermost--;
  const link = chain[outermost];
  return link && withoutChild(text, link.container, link.child);
}

/** The value at a path of keys, or `undefined` when it is not there. */
export function valueAt(text: string, path: readonly string[], file: string): Json | undefined {
  const found = find(parseSettings(text, file), path);
  return found && jsonOf(found.value);
}

/** Whether the text says at a place what an edit would write there. */
export function says(text: string | null, { path, isElement }: Place, value: Json, file: string): boolean {
  const found = find(text === null ? undefined : parseSettings(text, file), path);
  return found !== undefined && alreadySays(found.value, value, isElement);
}

/** Whether two texts mean the same; one that is not a settings file's means nothing. */
export function meanTheSame(one: string, other: string): boolean {
  const [left, right] = [one, other].map(meaningOf);
  return left !== undefined && Bun.deepEquals(left, right, true);
}

function meaningOf(text: string): Json | undefined {
  try {
    return jsonOf(parseSettings(text, ""));
  } catch (error) {
    if (error instanceof MasqueError) return undefined;
    throw error;
  }
}

function alreadySays(node: Node, value: Json, isElement: boolean): boolean {
  if (!isElement) return isValue(node, value);
  return node.type === "array" && (node.children ?? []).some((child) => isValue(child, value));
}

function isValue(node: Node, value: Json): boolean {
  return Bun.deepEquals(jsonOf(node), value, true);
}

function nested(path: readonly string[], value: Json, isElement: boolean): Json {
  return path.reduceRight<Json>((inner, key) => ({ [key]: inner }), isElement ? [value] : value);
}

/** A node and the one that it is in: for a member, `child` is the whole property. */
type Link = { readonly container: Node; readonly child: Node };
/** A value, and what it is in, outermost first. */
type Found = { readonly value: Node; readonly chain: readonly Link[] };

/** As far down the path as the text goes: as many links as keys when the value is there. */
function descend(root: Node, path: readonly string[]): Found {
  const chain: Link[] = [];
  let value = root;
  for (const key of path) {
    const member = memberOf(value, key);
    if (!member) break;
    chain.push({ container: value, child: member.property });
    value = member.value;
  }
  return { value, chain };
}

/** The value at a path of keys; `undefined` where the text does not go so far. */
function find(root: Node | undefined, path: readonly string[]): Found | undefined {
  const found = root && descend(root, path);
  return found?.chain.length === path.length ? found : undefined;
}

/** The value that masque wrote; `undefined` where the key has another value now. */
function findOurs(root: Node | undefined, { path, isElement, value }: SettingsEdit): Found | undefined {
  const found = find(root, path);
  if (!found || !isElement) return found && isValue(found.value, value) ? found : undefined;
  const { value: array, chain } = found;
  const element = array.type === "array" && array.children?.findLast((child) => isValue(child, value));
  return element ? { value: element, chain: [...chain, { container: array, child: element }] } : undefined;
}

function holdsOnly(text: string, link: Link | undefined): boolean {
  if (!link) return false;
  const before = text.slice(link.container.offset + 1, link.child.offset);
  const after = text.slice(endOf(link.child), endOf(link.container) - 1);
  return /^[\s,]*$/.test(before + after);
}
