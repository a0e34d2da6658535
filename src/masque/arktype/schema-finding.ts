import type { ArkError } from "arktype";
import { nearest } from "../../kernel/text/nearest.ts";
import { printableLine } from "../../kernel/text/printable.ts";
import type { YamlPath, YamlReading } from "../../kernel/text/yaml.ts";
import type { Finding } from "./finding.ts";

type Located = Pick<Extract<YamlReading, { kind: "read" }>, "locate">;

/** The known keys of the objects that refuse unknown ones. */
const STRICT_KEYS = [
  ["text", "check"],
  ["must", "mustNot", "maxWords", "tool"],
  ["used", "unused"],
  ["rule", "reason"],
  ["silence"],
].flat();

/** What to write for a key that has to be there. */
const HINT_OF_REQUIRED: ReadonlyMap<string, string> = new Map([
  ["name", "write a name, such as name: Cartographer"],
  ["version", 'write a version in quotes, such as version: "0.1.0"'],
  ["lens", "the lens says how to think and work; masque inspect codesmith --raw shows a whole file"],
]);

/** One error of the schema, with its place in the file and words that a person understands. */
export function schemaFinding(error: ArkError, yaml: Located): Finding {
  const path = [...error.path].map((step) => (typeof step === "number" ? step : String(step)));
  const isUnknownKey = error.expected === "removed";
  return {
    severity: "error",
    ...yaml.locate(path, isUnknownKey ? "key" : "value"),
    ...(isUnknownKey ? unknownKeyMessage(path) : schemaMessage(error, path)),
  };
}

type Message = { message: string; hint?: string | undefined };

function unknownKeyMessage(path: YamlPath): Message {
  const near = nearest(String(path.at(-1)), STRICT_KEYS);
  return {
    message: `Unknown key "${printableLine(path.join("."))}"`.slice(0, MESSAGE_CHARS_MAX),
    hint: near && `did you mean "${near}"?`,
  };
}

function schemaMessage(error: ArkError, path: YamlPath): Message {
  const shown = printableLine(path.join("."));
  if (error.code === "required") return { message: `"${shown}" is missing`, hint: HINT_OF_REQUIRED.get(shown) };
  if (path.length === 1 && path[0] === "version" && typeof error.data === "number") {
    return {
      message: `"version" must be text, and ${error.data} without quotes is a number`,
      hint: 'write it in quotes, with three parts: version: "1.0.0"',
    };
  }
  if (path[0] === "rubric" && path.length <= 2 && isOfWrongKind(error)) {
    const expected = path.length === 1 ? "text or a list of criteria" : 'a criterion with a "text"';
    return { message: `"${shown}" must be ${expected}${wasText(error)}`, hint: RUBRIC_HINT };
  }
  // For a pattern without a description, arktype expects "matched by" and the pattern itself. Every such pattern asks for more than blanks.
  const expected = error.expected.startsWith("matched by") ? "more than blank" : onOneLine(error.expected);
  return { message: printableLine(`"${shown}" must be ${expected}${wasText(error)}`).slice(0, MESSAGE_CHARS_MAX) };
}

/** For a value that breaks several rules, arktype expects a list, one rule a line. */
function onOneLine(expected: string): string {
  const rules = expected.split("\n").map((line) => line.replace(/^\s*◦\s*/, ""));
  return [...new Set(rules)].join(" and ");
}

const RUBRIC_HINT = "begin each criterion with its text: - text: The answer names a file";

const MESSAGE_CHARS_MAX = 300;

function isOfWrongKind({ code, expected }: ArkError): boolean {
  return code === "domain" || code === "proto" || (code === "predicate" && expected === "a string or an object");
}

function wasText(error: ArkError): string {
  if (error.code === "pattern" && typeof error.data === "string" && error.data.trim() === "") return "";
  return error.actual === "" ? "" : ` (was ${error.actual})`;
}
