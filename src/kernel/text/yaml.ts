import { isAlias, isMap, isNode, isScalar, isSeq, Lexer, LineCounter, type Node, parseDocument, visit } from "yaml";
import { LIMITS } from "../limits.ts";
import type { Json } from "./json.ts";
import { measureYaml } from "./measure-yaml.ts";
import { type Position, positionAt } from "./position.ts";
import { printableLine } from "./printable.ts";

/**
 * Reads foreign YAML; the only file that knows the `yaml` package. Import it dynamically: the package takes longer to load
 * than a hot command may run. Tags, several documents, duplicate keys, keys that are not scalars and too many aliases are
 * faults. A value that was read is plain JSON.
 */

/** Why a text could not be read, and where. */
export type YamlFault = Position & { readonly message: string };

/** Where a value lies in a document: keys and indexes from the top. */
export type YamlPath = readonly (string | number)[];

/** The outcome of reading. An empty document reads as `null`. */
export type YamlReading =
  | { readonly kind: "broken"; readonly faults: readonly YamlFault[] }
  | {
      readonly kind: "read";
      readonly value: Json;
      /** Where a value is, or its key; for a value that is absent, the place of the deepest part of the path that is there. */
      locate(path: YamlPath, part?: "key" | "value"): Position;
    };

/** Reads one YAML document. CRLF is a newline like any other; the caller has removed a byte order mark. */
export function readYaml(text: string): YamlReading {
  const bound = measureYaml(new Lexer().lex(text));
  if (bound) return broken(text, [[bound.offset, bound.message]]);
  const lines = new LineCounter();
  const document = parseDocument(text, {
    lineCounter: lines,
    prettyErrors: false,
    schema: "core",
    resolveKnownTags: false,
    stringKeys: true,
  });
  const faults: [number, string][] = document.errors.map((error) => [error.pos[0], faultText(error.message)]);
  visit(document, {
    Node(_key, node) {
      if ("tag" in node && node.tag) faults.push([startOf(node), `The tag "${tagText(node.tag)}" is refused`]);
    },
  });
  if (faults.length > 0) return broken(text, faults);
  try {
    const value: Json = document.toJS({ maxAliasCount: LIMITS.yamlAliasesMax });
    return { kind: "read", value, locate: (path, part) => positionAt(text, locate(document.contents, path, part)) };
  } catch (error) {
    // The package throws a ReferenceError for aliases that it refuses to expand.
    if (!(error instanceof ReferenceError)) throw error;
    return broken(text, [[firstAlias(document.contents), aliasText(error.message)]]);
  }
}

function broken(text: string, faults: readonly (readonly [offset: number, message: string])[]): YamlReading {
  const first = faults.slice(0, LIMITS.yamlProblemsMax);
  return { kind: "broken", faults: first.map(([offset, message]) => ({ ...positionAt(text, offset), message })) };
}

/** The package's messages are for programmers. The three that authors meet most get plainer words. */
function faultText(message: string): string {
  if (message.startsWith("Map keys must be unique")) return "This key is here twice";
  if (message.startsWith("Source contains multiple documents")) return "A second document begins: a file holds one";
  if (message.startsWith("With stringKeys")) return "A key must be plain text";
  return printableLine(message);
}

function tagText(tag: string): string {
  return printableLine(tag.replace("tag:yaml.org,2002:", "!!"));
}

function aliasText(message: string): string {
  return message.startsWith("Excessive") ? "Aliases expand too far" : printableLine(message);
}

function locate(contents: unknown, path: YamlPath, part: "key" | "value" = "value"): number {
  let node: unknown = contents;
  let offset = isNode(node) ? startOf(node) : 0;
  for (const [depth, step] of path.entries()) {
    const isLast = depth === path.length - 1;
    if (isMap(node)) {
      const pair = node.items.find(({ key }) => isScalar(key) && String(key.value) === String(step));
      if (!pair) break;
      const wanted = isLast && part === "key" ? pair.key : pair.value;
      const found = isNode(wanted) && !isMissing(wanted) ? wanted : pair.key;
      if (isNode(found)) offset = startOf(found);
      node = pair.value;
    } else if (isSeq(node)) {
      node = node.items[Number(step)];
      if (isNode(node)) offset = startOf(node);
    } else break;
  }
  return offset;
}

/** For `lens:` without a value, the key is the place to show. */
function isMissing(node: Node): boolean {
  return isScalar(node) && node.value === null && (node.source ?? "") === "";
}

function startOf(node: Node): number {
  return node.range?.[0] ?? 0;
}

function firstAlias(contents: unknown): number {
  let offset: number | undefined;
  if (isNode(contents)) {
    visit(contents, {
      Node(_key, node) {
        if (isAlias(node)) offset ??= startOf(node);
      },
    });
  }
  return offset ?? 0;
}
