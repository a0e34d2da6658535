/** XML 1.0 without what reports have no use for: no namespaces, no DTD, no comments, no CDATA. Strict about the rest. */

/** An element as it was read. */
export type XmlElement = {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: readonly XmlElement[];
  readonly text: string;
};

const DECLARATION = /^<\?xml version="1\.0" encoding="UTF-8"\?>\n/;
const TAG = /<(\/?)([A-Za-z][\w.-]*)((?:\s+[\w.-]+="[^"<]*")*)\s*(\/?)>/y;
const ATTRIBUTE = /([\w.-]+)="([^"<]*)"/g;
const REFERENCE = /&(?:#(\d+)|#x([\da-fA-F]+)|(amp|lt|gt|quot|apos));/y;
const NAMED: Readonly<Record<string, string>> = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'" };
/** @source XML 1.0, production 2. */
const CHARACTERS = /^[\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]*$/u;

type Open = { name: string; attributes: Record<string, string>; children: XmlElement[]; text: string };

/** @throws {Error} saying what is not well-formed. */
export function parseXml(text: string): XmlElement {
  if (!CHARACTERS.test(text)) throw new Error("A character that XML has no room for");
  const body = text.replace(DECLARATION, "");
  const open: Open[] = [{ name: "", attributes: {}, children: [], text: "" }];
  for (let at = 0; at < body.length; ) {
    const parent = open.at(-1);
    if (!parent) throw new Error("An end tag too many");
    if (body[at] !== "<") {
      const end = body.indexOf("<", at);
      const until = end === -1 ? body.length : end;
      parent.text += unescaped(body.slice(at, until));
      at = until;
      continue;
    }
    TAG.lastIndex = at;
    const [tag, isEnd, name = "", attributes = "", isEmpty] = TAG.exec(body) ?? [];
    if (tag === undefined) throw new Error(`No tag: ${body.slice(at, at + 60)}`);
    at += tag.length;
    if (isEnd) close(open, name);
    else open.push({ name, attributes: attributesIn(attributes), children: [], text: "" });
    if (!isEnd && isEmpty) close(open, name);
  }
  const [document] = open;
  const [root, ...more] = document?.children ?? [];
  if (open.length !== 1 || !root || more.length > 0 || document?.text.trim()) throw new Error("Not one whole element");
  return root;
}

function close(open: Open[], name: string): void {
  const closed = open.pop();
  const parent = open.at(-1);
  if (!closed || !parent || closed.name !== name) throw new Error(`</${name}> ends ${closed?.name}`);
  parent.children.push(closed);
}

function attributesIn(text: string): Record<string, string> {
  const found: Record<string, string> = {};
  for (const [, name = "", value = ""] of text.matchAll(ATTRIBUTE)) {
    if (Object.hasOwn(found, name)) throw new Error(`${name} is there twice`);
    // Whitespace that is not escaped reads as a space.
    found[name] = unescaped(value.replace(/[\t\n\r]/g, " "));
  }
  return found;
}

function unescaped(text: string): string {
  let found = "";
  for (let at = 0; at < text.length; ) {
    if (text[at] !== "&") found += text[at++];
    else {
      REFERENCE.lastIndex = at;
      const [all, decimal, hex, name] = REFERENCE.exec(text) ?? [];
      if (all === undefined) throw new Error(`A bare &: ${text.slice(at, at + 20)}`);
      found +=
        name === undefined ? String.fromCodePoint(parseInt(decimal ?? hex ?? "", decimal ? 10 : 16)) : NAMED[name];
      at += all.length;
    }
  }
  return found;
}
