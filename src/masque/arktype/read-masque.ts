import { type } from "arktype";
import { LIMITS } from "../../kernel/limits.ts";
import { isObject, type JsonObject } from "../../kernel/text/json.ts";
import { nearest } from "../../kernel/text/nearest.ts";
import { positionAt } from "../../kernel/text/position.ts";
import { describeCharacter, indexOfUnprintable, printableLine } from "../../kernel/text/printable.ts";
import { readYaml, type YamlReading } from "../../kernel/text/yaml.ts";
import { codeFrame } from "../code-frame.ts";
import { type Masque, parseName } from "../masque.ts";
import type { MasqueReader, MasqueReading, Problem } from "../reading.ts";
import type { PatternCompiler } from "../rubric/pattern.ts";
import type { Finding } from "./finding.ts";
import { patternFindings } from "./pattern-findings.ts";
import { MASQUE_KEYS, masqueSchema } from "./schema.ts";
import { schemaFinding } from "./schema-finding.ts";

type Read = Extract<YamlReading, { kind: "read" }>;

/**
 * The reader of masque files: bytes, then text, then YAML, then the schema, then the patterns of the rubric. Each step sees only
 * what passed the step before, and every problem has its place in the file.
 */
export function masqueReaderWith(compile: PatternCompiler): MasqueReader {
  return (bytes, file) => readMasque(bytes, file, compile);
}

function readMasque(bytes: Uint8Array, file: string, compile: PatternCompiler): MasqueReading {
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
  return check(yaml, compile, { file, text });
}

type Source = { readonly file: string; readonly text: string };

function check(yaml: Read, compile: PatternCompiler, { file, text }: Source): MasqueReading {
  const { value } = yaml;
  if (!isObject(value)) return invalid(file, text, [notAMap(value)]);
  const warnings = unknownKeys(value, yaml);
  const result = masqueSchema(value);
  if (result instanceof type.errors) {
    return invalid(file, text, [...[...result].map((error) => schemaFinding(error, yaml)), ...warnings]);
  }
  const masque = masqueOf(result);
  const refused = patternFindings(masque, compile, yaml);
  if (refused.length > 0) return invalid(file, text, [...refused, ...warnings]);
  return { kind: "valid", masque, warnings: problemsOf(file, text, warnings) };
}

/** Only the keys that a masque has. Unknown keys of the file are left out. */
function masqueOf(checked: typeof masqueSchema.infer): Masque {
  return {
    name: parseName(checked.name),
    version: checked.version,
    ...(checked.attributes && { attributes: checked.attributes as JsonObject as Masque["attributes"] & object }),
    ...(checked.context !== undefined && { context: checked.context }),
    lens: checked.lens,
    ...(checked.anchor !== undefined && { anchor: checked.anchor }),
    ...(checked.rubric !== undefined && { rubric: checked.rubric as Masque["rubric"] & object }),
    ...(checked.spinnerVerbs && {
      spinnerVerbs: { mode: checked.spinnerVerbs.mode, verbs: checked.spinnerVerbs.verbs },
    }),
    ...(checked.lint && { lint: checked.lint }),
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
