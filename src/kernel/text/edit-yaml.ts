import { isMap, isNode, isScalar, type Pair, parseDocument, type YAMLMap } from "yaml";

/** A text to set: the keys that lead to it from the top of the document, one or two, and what it is to be. */
export type YamlText = { readonly path: readonly [string] | readonly [string, string]; readonly text: string };

/**
 * Sets texts in a YAML document that `readYaml` can read; every byte that belongs to no such text stays as it is. A key that is
 * missing at the top goes below the first key, a key that is missing in a map becomes the map's first key.
 *
 * The caller reads the result again and compares: an alias that loses its anchor, for example, is not noticed here.
 */
export function setYamlTexts(source: string, texts: readonly YamlText[]): string {
  return texts.reduce(setText, source);
}

function setText(source: string, { path, text }: YamlText): string {
  const { contents } = parseDocument(source, { prettyErrors: false, schema: "core", stringKeys: true });
  if (!isMap(contents)) return source;
  const [top, inner] = path;
  const pair = pairOf(contents, top);
  if (inner === undefined) {
    return pair ? replaced(source, pair, text) : withKeyAtTop(source, contents, `${top}: ${quoted(text)}`);
  }
  if (!pair) return withKeyAtTop(source, contents, `${top}: { ${inner}: ${quoted(text)} }`);
  if (!isMap(pair.value)) return source;
  const innerPair = pairOf(pair.value, inner);
  return innerPair ? replaced(source, innerPair, text) : withFirstKey(source, pair.value, `${inner}: ${quoted(text)}`);
}

/** A JSON string is a double-quoted YAML scalar. */
function quoted(text: string): string {
  return JSON.stringify(text);
}

function pairOf(map: YAMLMap, name: string): Pair | undefined {
  return map.items.find(({ key }) => isScalar(key) && String(key.value) === name);
}

function replaced(source: string, { value }: Pair, text: string): string {
  if (!isNode(value) || !value.range) return source;
  const [start, end] = value.range;
  const isBlock = isScalar(value) && (value.type === "BLOCK_LITERAL" || value.type === "BLOCK_FOLDED");
  return `${source.slice(0, start)}${quoted(text)}${isBlock ? newlineOf(source) : ""}${source.slice(end)}`;
}

function withKeyAtTop(source: string, map: YAMLMap, line: string): string {
  const first = map.items[0]?.value;
  if (map.flow || !isNode(first)) return withFirstKey(source, map, line);
  const lineEnd = source.indexOf("\n", Math.max((first.range?.[1] ?? 0) - 1, 0));
  if (lineEnd === -1) return `${source}${newlineOf(source)}${line}${newlineOf(source)}`;
  return `${source.slice(0, lineEnd + 1)}${line}${newlineOf(source)}${source.slice(lineEnd + 1)}`;
}

function withFirstKey(source: string, map: YAMLMap, line: string): string {
  if (map.flow) {
    const inside = (map.range?.[0] ?? 0) + 1;
    return `${source.slice(0, inside)} ${line}${map.items.length > 0 ? "," : " "}${source.slice(inside)}`;
  }
  const key = map.items[0]?.key;
  const start = (isNode(key) ? key.range?.[0] : undefined) ?? 0;
  const indent = source.slice(source.lastIndexOf("\n", start - 1) + 1, start);
  return `${source.slice(0, start)}${line}${newlineOf(source)}${indent}${source.slice(start)}`;
}

function newlineOf(source: string): string {
  return source.includes("\r\n") ? "\r\n" : "\n";
}
