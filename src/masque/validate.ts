import { basename, dirname, join, relative, resolve } from "node:path";
import { adviceOf, MasqueError } from "../kernel/errors.ts";
import { statOrUndefined } from "../kernel/files/files.ts";
import { LIMITS } from "../kernel/limits.ts";
import { digestOf } from "../kernel/text/digest.ts";
import { misnaming } from "./catalog.ts";
import { codeFrame } from "./code-frame.ts";
import { identityBlock } from "./identity-block.ts";
import { fileNameOf, type Masque, type MasqueName } from "./masque.ts";
import { masqueFilesIn, readMasqueFile } from "./private-folder.ts";
import type { MasqueReader, Problem } from "./reading.ts";

/** The result of validating, over all files. */
export type Validation = {
  readonly filesChecked: number;
  /** In the order of the files, then of the lines. */
  readonly problems: readonly Problem[];
};

/** What to validate, and what relative paths are relative to. */
export type ValidationPlace = {
  readonly cwd: string;
  readonly privateFolder: string;
  readonly reader: () => Promise<MasqueReader>;
};

/**
 * Validates files, and every `*.masque.yaml` of folders; without paths, the private folder.
 *
 * @throws {MasqueError} `masque.not-found` for a path where nothing is, or a folder without masques; `file.unreadable`
 *   for a folder that cannot be read.
 */
export async function validateMasques(paths: readonly string[], place: ValidationPlace): Promise<Validation> {
  const files = paths.length > 0 ? paths.flatMap((path) => filesAt(path, place.cwd)) : privateFiles(place);
  const unique = [...new Set(files)];
  const read = unique.length > 0 ? await place.reader() : undefined;
  const problems = unique.flatMap((path) => (read ? validateFile(path, read, place) : []));
  return { filesChecked: unique.length, problems };
}

function privateFiles({ privateFolder }: ValidationPlace): string[] {
  return masqueFilesIn(privateFolder).map((file) => join(privateFolder, file));
}

function filesAt(path: string, cwd: string): string[] {
  const absolute = resolve(cwd, path);
  const found = statOrUndefined(absolute);
  if (!found) throw nothingAt(path, "there is nothing");
  if (!found.isDirectory()) return [absolute];
  const files = masqueFilesIn(absolute).map((file) => join(absolute, file));
  if (files.length === 0) throw nothingAt(path, "the folder holds no *.masque.yaml");
  return files;
}

function nothingAt(path: string, found: string): MasqueError {
  return new MasqueError("masque.not-found", `Cannot validate "${path}": ${found}`, {
    hint: "name a file or a folder: masque validate <path>; without a path, it checks your private masques",
  });
}

function validateFile(path: string, read: MasqueReader, place: ValidationPlace): readonly Problem[] {
  const shown = shownPath(path, place.cwd);
  let bytes: Buffer | undefined;
  try {
    bytes = readMasqueFile(path);
  } catch (error) {
    if (!(error instanceof MasqueError)) throw error;
    const hint = adviceOf(error);
    return [{ ...atStart(shown, ""), severity: "error", message: error.message, ...(hint && { hint }) }];
  }
  if (!bytes) return [{ ...atStart(shown, ""), severity: "error", message: "The file does not exist any more" }];
  const reading = read(bytes, shown);
  if (reading.kind === "invalid") return reading.problems;
  const text = bytes.toString("utf8");
  const { masque, warnings } = reading;
  const inPrivateFolder = dirname(path) === resolve(place.privateFolder);
  const ours = [
    ...nameProblems({ path, shown, text, inPrivateFolder }, masque.name),
    ...lengthProblems(shown, text, masque),
  ];
  return [...warnings, ...ours].toSorted((left, right) => left.line - right.line);
}

type CheckedFile = {
  readonly path: string;
  readonly shown: string;
  readonly text: string;
  readonly inPrivateFolder: boolean;
};

/** A draft elsewhere may have any file name. In the private folder a masque is found by its file name. */
function nameProblems({ path, shown, text, inPrivateFolder }: CheckedFile, name: MasqueName): Problem[] {
  if (basename(path) === fileNameOf(name)) return [];
  const { found, hint } = misnaming(path, name, masqueFilesIn(dirname(path)));
  return [
    {
      ...atKey(shown, text, "name"),
      severity: inPrivateFolder ? "error" : "warning",
      message: `The file is called "${basename(path)}": ${found}`,
      hint,
    },
  ];
}

function lengthProblems(shown: string, text: string, masque: Masque): Problem[] {
  const { length } = identityBlock({ masque, digest: digestOf(""), intent: null, replaces: null });
  if (length <= LIMITS.hookBlockCharsMax) return [];
  const consequence =
    length > LIMITS.blockCharsMax
      ? `over ${LIMITS.blockCharsMax}, and \`don\` refuses it`
      : `over ${LIMITS.hookBlockCharsMax}, so after a compaction only part of it is shown again`;
  return [
    {
      ...atKey(shown, text, "lens"),
      severity: "warning",
      message: `The identity block is ${length} characters: ${consequence}`,
      hint: "shorten the lens or the context",
    },
  ];
}

function shownPath(path: string, cwd: string): string {
  const fromHere = relative(cwd, path);
  return fromHere === "" || fromHere.startsWith("..") ? path : fromHere;
}

type Place = Pick<Problem, "file" | "line" | "column" | "frame">;

function atStart(file: string, text: string): Place {
  return { file, line: 1, column: 1, frame: text && codeFrame(text, { line: 1, column: 1 }) };
}

/** The line of a top-level key. A file that writes the key in another way, such as in braces, is shown from its start. */
function atKey(file: string, text: string, key: string): Place {
  const index = text.split(/\r?\n/).findIndex((line) => new RegExp(`^\\uFEFF?["']?${key}["']?\\s*:`).test(line));
  if (index === -1) return atStart(file, text);
  const place = { line: index + 1, column: 1 };
  return { file, ...place, frame: codeFrame(text, place) };
}
