import { basename, dirname, join, relative, resolve } from "node:path";
import { adviceOf, MasqueError } from "../kernel/errors.ts";
import { statOrUndefined } from "../kernel/files/files.ts";
import { LIMITS } from "../kernel/limits.ts";
import { digestOf } from "../kernel/text/digest.ts";
import { plural } from "../kernel/text/plural.ts";
import { misnaming } from "./catalog.ts";
import { codeFrame } from "./code-frame.ts";
import { identityBlock } from "./identity-block.ts";
import { type LintTools, lintFile } from "./lint/lint-file.ts";
import type { SharedText } from "./lint/rule.ts";
import { sharedTextOf } from "./lint/shared-text.ts";
import { fileNameOf, type Masque, type MasqueName } from "./masque.ts";
import { masqueFilesIn, readMasqueFile } from "./private-folder.ts";
import type { MasqueReader, MasqueReading, Problem } from "./reading.ts";
import { sharedMasques } from "./shared.ts";

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
  /** What lint needs, when the files are to be linted too. */
  readonly lint?: () => Promise<LintTools>;
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
  if (unique.length === 0) return { filesChecked: 0, problems: [] };
  const read = await place.reader();
  const checked = unique.map((path) => checkFile(path, read, place));
  const problems = place.lint ? lintFiles(checked, read, await place.lint()) : checked.map((one) => one.problems);
  return { filesChecked: unique.length, problems: problems.flat() };
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

/** One file and what is wrong with it. `text` and `reading` are absent where the file could not be read. */
type Checked = {
  readonly path: string;
  readonly shown: string;
  readonly text?: string;
  readonly reading?: MasqueReading;
  readonly problems: readonly Problem[];
};

function checkFile(path: string, read: MasqueReader, place: ValidationPlace): Checked {
  const shown = shownPath(path, place.cwd);
  let bytes: Buffer | undefined;
  try {
    bytes = readMasqueFile(path);
  } catch (error) {
    if (!(error instanceof MasqueError)) throw error;
    const hint = adviceOf(error);
    return {
      path,
      shown,
      problems: [{ ...atStart(shown, ""), severity: "error", message: error.message, ...(hint && { hint }) }],
    };
  }
  if (!bytes) {
    return {
      path,
      shown,
      problems: [{ ...atStart(shown, ""), severity: "error", message: "The file does not exist any more" }],
    };
  }
  const reading = read(bytes, shown);
  const text = bytes.toString("utf8");
  if (reading.kind === "invalid") return { path, shown, text, reading, problems: reading.problems };
  const { masque, warnings } = reading;
  const inPrivateFolder = dirname(path) === resolve(place.privateFolder);
  const ours = [
    ...nameProblems({ path, shown, text, inPrivateFolder }, masque.name),
    ...lengthProblems(shown, text, masque),
  ];
  return { path, shown, text, reading, problems: inOrder([...warnings, ...ours]) };
}

/** The problems of each file with what lint finds. Masques are compared with each other, their folders' and the shared ones. */
function lintFiles(checked: readonly Checked[], read: MasqueReader, tools: LintTools): readonly (readonly Problem[])[] {
  const given = new Set(checked.map(({ path }) => path));
  const folders = [...new Set(checked.map(({ path }) => dirname(path)))];
  const besides = folders.flatMap((folder) => masqueFilesIn(folder).map((file) => join(folder, file)));
  const shared = sharedTextOf([
    ...checked.flatMap(({ reading }) => (reading?.kind === "valid" ? [reading.masque] : [])),
    ...besides.filter((path) => !given.has(path)).flatMap((path) => masqueAt(path, read)),
    ...sharedMasques().map(({ masque }) => masque),
  ]);
  return [...checked.map((one) => lintChecked(one, shared, tools)), notCompared(checked, shared)];
}

/** A bound that was reached is reported, at the first file. */
function notCompared([first]: readonly Checked[], { leftOut }: SharedText): readonly Problem[] {
  if (!first || leftOut === 0) return [];
  const message = `${plural(leftOut, "masque")} were not compared with the others: all together have more than ${LIMITS.lintComparedWordsMax} words`;
  return [{ ...atStart(first.shown, ""), severity: "warning", message, hint: "lint fewer files at once" }];
}

function lintChecked(
  { shown, text, reading, problems }: Checked,
  shared: SharedText,
  tools: LintTools,
): readonly Problem[] {
  if (text === undefined || reading === undefined) return problems;
  const found = lintFile({ file: shown, text, reading }, shared, tools);
  return reading.kind === "invalid" ? found : inOrder([...problems, ...found]);
}

/** A file beside those that are linted, to compare with. What is wrong with such a file is not reported. */
function masqueAt(path: string, read: MasqueReader): readonly Masque[] {
  try {
    const bytes = readMasqueFile(path);
    const reading = bytes && read(bytes, path);
    return reading?.kind === "valid" ? [reading.masque] : [];
  } catch (error) {
    if (error instanceof MasqueError) return [];
    throw error;
  }
}

function inOrder(problems: readonly Problem[]): readonly Problem[] {
  return problems.toSorted((left, right) => left.line - right.line);
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
