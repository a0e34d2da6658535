import { type ArkError, type } from "arktype";
import { LIMITS } from "../../kernel/limits.ts";
import { isObject, type JsonObject } from "../../kernel/text/json.ts";
import { nearest } from "../../kernel/text/nearest.ts";
import { describeCharacter, indexOfUnprintable, printableLine } from "../../kernel/text/printable.ts";
import { type Position, positionAt, readYaml, type YamlPath, type YamlReading } from "../../kernel/text/yaml.ts";
import { codeFrame } from "../code-frame.ts";
import { type Masque, parseName } from "../masque.ts";
import type { MasqueReader, MasqueReading, Problem } from "../reading.ts";
import { MASQUE_KEYS, masqueSchema } from "./schema.ts";

/** A problem, without the name of its file. */
type Finding = Position & Pick<Problem, "severity" | "message"> & { readonly hint?: string | undefined };

type Read = Extract<YamlReading, { kind: "read" }>;

/**
 * Reads one masque file: bytes, then text, then YAML, then the schema. Each step sees only what passed the step before, and
 * every problem has its place in the file.
 */
export const readMasque: MasqueReader = (bytes, file) => {
  const { text, finding } = decode(bytes);
  if (finding) return invalid(file, text, [finding]);
  const yaml = readYaml(text);
  if (yaml.kind === "broken") {
    return invalid(
      file,
      text,
      yaml.faults.map((fault) => ({ ...fault, severity: "error" })),
    );
  }
  return check(yaml, file, text);
};

function check(yaml: Read, file: string, text: string): MasqueReading {
  const { value } = yaml;
  if (!isObject(value)) return invalid(file, text, [notAMap(value)]);
  const warnings = unknownKeys(value, yaml);
  const result = masqueSchema(value);
  if (result instanceof type.errors) {
    return invalid(file, text, [...[...result].map((error) => schemaFinding(error, yaml)), ...warnings]);
  }
  return { kind: "valid", masque: masqueOf(result), warnings: problemsOf(file, text, warnings) };
}

/** Only the keys that a masque has. Unknown keys of the file are left out. */
function masqueOf(checked: typeof masqueSchema.infer): Masque {
  return {
    name: parseName(checked.name),
    version: checked.version,
    ...(checked.attributes && { attributes: checked.attributes as JsonObject as Masque["attributes"] & object }),
    ...(checked.context !== undefined && { context: checked.context }),
    lens: checked.lens,
    ...(checked.rubric !== undefined && { rubric: checked.rubric }),
    ...(checked.spinnerVerbs && {
      spinnerVerbs: { mode: checked.spinnerVerbs.mode, verbs: checked.spinnerVerbs.verbs },
    }),
  };
}

/** Text without its byte order mark, or why a masque may not hold these bytes. */
function decode(bytes: Uint8Array): { text: string; finding?: Finding } {
  if (bytes.length > LIMITS.masqueFileBytesMax) {
    const message = `The file is ${bytes.length} bytes: a masque has at most ${LIMITS.masqueFileBytesMax}`;
    return { text: "", finding: { severity: "error", line: 1, column: 1, message } };
  }
  const text = new TextDecoder("utf-8").decode(bytes).replaceAll("\r\n", "\n");
  if (!isUtf8(bytes)) {
    return { text, finding: { severity: "error", ...positionAt(text, text.indexOf("�")), message: "Not UTF-8 text" } };
  }
  const at = indexOfUnprintable(text);
  if (at === -1) return { text };
  const { kind, code } = describeCharacter(text, at);
  const message = `The ${kind} ${code} is refused: people must see everything that an agent reads, and text must not control a terminal`;
  return { text, finding: { severity: "error", ...positionAt(text, at), message } };
}

function isUtf8(bytes: Uint8Array): boolean {
  try {
    new TextDecoder("utf-8", { fatal: true }).decode(bytes);
    return true;
  } catch (error) {
    if (error instanceof TypeError) return false;
    throw error;
  }
}

function notAMap(value: unknown): Finding {
  const message =
    value === null
      ? "The file is empty: a masque has at least name, version and lens"
      : "A masque is a map of keys: name, version, lens and more";
  return { severity: "error", line: 1, column: 1, message, hint: "start from a template: masque new <name> --stdout" };
}

function unknownKeys(value: JsonObject, yaml: Read): Finding[] {
  const known: readonly string[] = MASQUE_KEYS;
  const unknown = Object.keys(value).filter((key) => !known.includes(key));
  return unknown.map((key) => {
    const near = nearest(
      key,
      known.filter((one) => !Object.hasOwn(value, one)),
    );
    return {
      severity: "warning",
      ...yaml.locate([key], "key"),
      message: `Unknown key "${printableLine(key)}": it is ignored`,
      hint: near && `did you mean "${near}"?`,
    };
  });
}

function schemaFinding(error: ArkError, yaml: Read): Finding {
  const path = [...error.path].map((step) => (typeof step === "number" ? step : String(step)));
  return { severity: "error", ...yaml.locate(path), ...schemaMessage(error, path) };
}

function schemaMessage(error: ArkError, path: YamlPath): { message: string; hint?: string | undefined } {
  const shown = printableLine(path.join("."));
  if (error.code === "required") return { message: `"${shown}" is missing` };
  if (path.length === 1 && path[0] === "version" && typeof error.data === "number") {
    return {
      message: `"version" must be text, and ${error.data} without quotes is a number`,
      hint: 'write it in quotes, with three parts: version: "1.0.0"',
    };
  }
  // For a pattern without a description, arktype expects "matched by" and the pattern itself. Only "lens" has one.
  const expected = error.expected.startsWith("matched by") ? "more than blank" : error.expected;
  return { message: printableLine(`"${shown}" must be ${expected}${wasText(error)}`).slice(0, MESSAGE_CHARS_MAX) };
}

const MESSAGE_CHARS_MAX = 300;

function wasText(error: ArkError): string {
  if (error.code === "pattern" && typeof error.data === "string" && error.data.trim() === "") return "";
  return error.actual === "" ? "" : ` (was ${error.actual})`;
}

function invalid(file: string, text: string, findings: readonly Finding[]): MasqueReading {
  return { kind: "invalid", problems: problemsOf(file, text, findings) };
}

function problemsOf(file: string, text: string, findings: readonly Finding[]): Problem[] {
  const ordered = findings.toSorted((left, right) => left.line - right.line || left.column - right.column);
  return ordered.slice(0, LIMITS.yamlProblemsMax).map(({ hint, ...finding }) => ({
    ...finding,
    file,
    ...(hint && { hint }),
    frame: codeFrame(text, finding),
  }));
}
