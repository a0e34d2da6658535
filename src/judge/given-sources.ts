import { type Dirent, readdirSync } from "node:fs";
import { basename, join, resolve } from "node:path";
import { errnoOf, MasqueError } from "../kernel/errors.ts";
import { statOrUndefined } from "../kernel/files/files.ts";
import { printableLine } from "../kernel/text/printable.ts";
import { byAge } from "../telemetry/file-names.ts";
import type { Sources } from "./port.ts";

/** Files of a folder that can hold log export requests. */
const TELEMETRY = /\.(jsonl|json|pb)$/i;
const GLOB = /[*?[{]/;
/** What masque calls the file of its dons and doffs. */
const MARKS_NAME = "masque.jsonl";

/** What the user names: `logs` and, for dons and doffs, `marks`. */
export type Given = { readonly logs: readonly string[]; readonly marks?: readonly string[] };

/**
 * Telemetry that the user names instead of their own: files, folders (with what lies below) or globs. Dons and doffs
 * count from `marks`, and from the files among `logs` that are called `masque.jsonl`.
 *
 * @throws {MasqueError} `judge.logs-missing` naming the first that leads to no telemetry file, `judge.logs-unreadable`.
 */
export function givenSources({ logs, marks = [] }: Given, cwd: string): Sources {
  for (const path of [...logs, ...marks]) requireFiles(path, cwd);
  const list = (paths: readonly string[]) => [...new Set(paths.flatMap((path) => filesAt(path, cwd)))];
  const isMarks = (path: string) => basename(path) === MARKS_NAME;
  const listLogs = () => list(logs).filter((path) => !isMarks(path));
  return { logs: listLogs(), listLogs, marks: [...new Set([...list(logs).filter(isMarks), ...list(marks)])] };
}

function requireFiles(path: string, cwd: string): void {
  if (filesAt(path, cwd).length > 0) return;
  const found = statOrUndefined(resolve(cwd, path))
    ? NO_TELEMETRY
    : "there is no such file or folder, and no file matches it";
  throw new MasqueError("judge.logs-missing", `Cannot judge "${path}": ${found}`, {
    hint: "name a file of OTLP logs (.jsonl, .json or .pb), a folder of such files, or a glob",
  });
}

function filesAt(path: string, cwd: string): readonly string[] {
  const full = resolve(cwd, path);
  const stat = statOrUndefined(full);
  if (stat?.isDirectory()) return filesIn(full).sort(byAge);
  if (stat?.isFile()) return [full];
  if (stat) throw endless(path);
  return filesMatching(path, cwd);
}

/** Files are read from any position, which a pipe does not allow; and a device may never end. */
function endless(path: string): MasqueError {
  return new MasqueError("judge.logs-unreadable", `Cannot read "${printableLine(path)}": it is a pipe or a device`, {
    hint: "send it to standard input, and name that as `--logs -`",
  });
}

const NO_TELEMETRY = "the folder holds no .jsonl, .json or .pb file";

/** The files in a folder and in its folders. Links to folders are skipped: they may lead back here, or anywhere. */
function filesIn(folder: string): string[] {
  const entries = reading<Dirent>(folder, () => readdirSync(folder, { withFileTypes: true }));
  return entries.flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return filesIn(path);
    return TELEMETRY.test(entry.name) && statOrUndefined(path)?.isFile() ? [path] : [];
  });
}

function filesMatching(path: string, cwd: string): string[] {
  if (!GLOB.test(path)) return [];
  const options = { cwd, absolute: true, onlyFiles: true, dot: true };
  return reading(path, () => [...new Bun.Glob(path).scanSync(options)]).sort(byAge);
}

/** The paths that `look` finds; none where a folder is not there. */
function reading<T = string>(path: string, look: () => T[]): T[] {
  try {
    return look();
  } catch (error) {
    const code = errnoOf(error);
    if (code === "ENOENT" || code === "ENOTDIR") return [];
    throw new MasqueError("judge.logs-unreadable", `Cannot read "${printableLine(path)}": ${code ?? String(error)}`, {
      hint: "make it readable for your user, with what lies below",
      cause: error,
    });
  }
}
