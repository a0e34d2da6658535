import { readdirSync } from "node:fs";
import { join, resolve } from "node:path";
import { errnoOf, MasqueError } from "../kernel/errors.ts";
import { statOrUndefined } from "../kernel/files.ts";
import type { Paths } from "../kernel/paths.ts";
import { byAge } from "../telemetry/file-names.ts";
import type { Sources } from "./judge.ts";

/** Files of a folder that can hold log export requests. */
const TELEMETRY = /\.(jsonl|json|pb)$/i;
const GLOB = /[*?[{]/;

/**
 * Telemetry that the user names instead of their own: files, folders (with what lies beneath) or globs.
 *
 * @throws {MasqueError} `judge.logs-missing` naming the first that leads to no telemetry file.
 */
export function givenSources(given: readonly string[], cwd: string, paths: Pick<Paths, "events">): Sources {
  for (const path of given) requireFiles(path, cwd);
  const listLogs = () => [...new Set(given.flatMap((path) => filesAt(path, cwd)))];
  return { logs: listLogs(), listLogs, events: paths.events, eventsCount: "when-logs-hold-none" };
}

function requireFiles(path: string, cwd: string): void {
  if (filesAt(path, cwd).length > 0) return;
  const found = statOrUndefined(resolve(cwd, path)) ? NO_TELEMETRY : "there is no such file";
  throw new MasqueError("judge.logs-missing", `Cannot judge "${path}": ${found}`, {
    hint: "name a file of OTLP log export requests (.jsonl, .json or .pb), a folder that holds some, or a glob",
  });
}

function filesAt(path: string, cwd: string): readonly string[] {
  const full = resolve(cwd, path);
  const stat = statOrUndefined(full);
  if (stat) return stat.isDirectory() ? filesBeneath(full) : [full];
  return filesMatching(path, cwd);
}

const NO_TELEMETRY = "the folder holds no .jsonl, .json or .pb file";

function filesBeneath(folder: string): string[] {
  const names = namesBeneath(folder);
  const files = names.filter((name) => TELEMETRY.test(name)).sort(byAge);
  return files.map((name) => join(folder, name)).filter((file) => statOrUndefined(file)?.isFile());
}

function namesBeneath(folder: string): string[] {
  try {
    return readdirSync(folder, { recursive: true, encoding: "utf8" });
  } catch (error) {
    throw new MasqueError("judge.logs-unreadable", `Cannot read "${folder}": ${errnoOf(error) ?? String(error)}`, {
      hint: "make it readable for your user, with what lies beneath",
      cause: error,
    });
  }
}

function filesMatching(path: string, cwd: string): string[] {
  if (!GLOB.test(path)) return [];
  const found = [...new Bun.Glob(path).scanSync({ cwd, absolute: true, onlyFiles: true, dot: true })];
  return found.sort(byAge);
}
