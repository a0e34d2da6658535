import {
  appendFileSync,
  closeSync,
  constants,
  fstatSync,
  fsyncSync,
  openSync,
  readFileSync,
  readSync,
  renameSync,
  rmSync,
} from "node:fs";
import { join } from "node:path";
import { errnoOf, MasqueError } from "../kernel/errors.ts";
import { FILE_MODE, readUnlinked, replaceFile, writeWhole } from "../kernel/files/files.ts";
import { parseSessionId, type SessionId } from "../kernel/ids.ts";
import { LIMITS } from "../kernel/limits.ts";
import { type Digest, parseDigest } from "../kernel/text/digest.ts";
import { type Json, parseJson } from "../kernel/text/json.ts";
import { absentAs, oneOf, orNull, parsedBy, recordOf, string } from "../kernel/text/json-shape.ts";
import { keyOf } from "./session-path.ts";

/**
 * Which sessions wear a masque with spinner verbs in one project, and what masque edited in its settings. The file is named
 * for the project's real path. Its first line names the project, and each other line is a change, so a change is one
 * write. Only a line that says how an edit is undone waits for the disk. Callers hold the lock beside the file.
 */

/** What is known of a project's verbs. */
export type ProjectVerbs = {
  /** The project's real path. */
  readonly project: string;
  /** Which agent sessions wear verbs here, and of which masque; latest last. */
  readonly wearers: ReadonlyMap<SessionId, Digest>;
  /** The masque whose verbs the settings show; `null` for the user's own verbs. */
  readonly shown: Digest | null;
  /** How the user's own verbs are put back. Only `host/claude` reads it. */
  readonly record: Json;
};

/** One change, as a line. */
export type VerbsChange =
  | { readonly kind: "on"; readonly session: SessionId; readonly digest: Digest }
  | { readonly kind: "off"; readonly session: SessionId }
  | { readonly kind: "shown"; readonly digest: Digest | null; readonly record: Json };

const VERSION = 1;

/** The file of a project, by its real path, in `<data>/host/projects`. */
export function projectVerbsPath(folder: string, projectRealPath: string): string {
  return join(folder, `${keyOf(projectRealPath)}.jsonl`);
}

/** The lock of a project's file. */
export function verbsLockPath(path: string): string {
  return `${path}.lock`;
}

/** Nothing worn, nothing edited. */
export function noVerbs(project: string): ProjectVerbs {
  return { project, wearers: new Map(), shown: null, record: null };
}

/** What a project's file says; `null` where the file is another project's, or masque did not write it. */
export function readProjectVerbs(path: string, project: string): ProjectVerbs | null {
  const text = textAt(path);
  return text === undefined ? noVerbs(project) : verbsIn(text, project);
}

function verbsIn(text: string, project: string): ProjectVerbs | null {
  if (text === "") return noVerbs(project);
  // What follows the last newline is part of a line that a crash cut off.
  const [first = "", ...rest] = text.slice(0, text.lastIndexOf("\n") + 1).split("\n");
  if (headOf(parseJson(first))?.project !== project) return null;
  return afterChanges(
    noVerbs(project),
    rest.flatMap((line) => changeFrom(parseJson(line)) ?? []),
  );
}

/** The project that a file names, or `null` where masque did not write the file. */
export function projectOfFile(path: string): string | null {
  return headOf(parseJson(textAt(path)?.split("\n", 1)[0] ?? ""))?.project ?? null;
}

/** Whether a change would change nothing: the session is the latest already, or is not listed. */
export function isSaid({ wearers }: ProjectVerbs, change: VerbsChange): boolean {
  if (change.kind === "shown") return false;
  if (change.kind === "off") return !wearers.has(change.session);
  return latestOf(wearers)?.session === change.session && wearers.get(change.session) === change.digest;
}

/** The session that came last, or `null`. */
export function latestOf(
  wearers: ProjectVerbs["wearers"],
): { readonly session: SessionId; readonly digest: Digest } | null {
  const [session, digest] = [...wearers].at(-1) ?? [];
  return session === undefined || digest === undefined ? null : { session, digest };
}

function afterChanges(verbs: ProjectVerbs, changes: Iterable<VerbsChange>): ProjectVerbs {
  const wearers = new Map(verbs.wearers);
  let { shown, record } = verbs;
  for (const change of changes) {
    if (change.kind === "shown") ({ digest: shown, record } = change);
    else wearers.delete(change.session);
    if (change.kind === "on") wearers.set(change.session, change.digest);
    const [oldest] = wearers.size > LIMITS.verbWearersMax ? wearers.keys() : [];
    if (oldest !== undefined) wearers.delete(oldest);
  }
  return { project: verbs.project, wearers, shown, record };
}

/**
 * Appends a change, and returns the verbs after it.
 *
 * @param isSynced Whether to wait for the disk.
 * @throws {MasqueError} `file.unwritable`
 */
export function appendVerbsChange(
  path: string,
  { verbs, change }: { readonly verbs: ProjectVerbs; readonly change: VerbsChange },
  isSynced: boolean,
): ProjectVerbs {
  const { O_RDWR, O_CREAT, O_APPEND, O_NOFOLLOW = 0 } = constants;
  try {
    const fd = openSync(path, O_RDWR | O_CREAT | O_APPEND | O_NOFOLLOW, FILE_MODE);
    try {
      writeWhole(fd, Buffer.from(`${leadFor(fd, verbs)}${JSON.stringify(change)}\n`));
      if (isSynced) fsyncSync(fd);
    } finally {
      closeSync(fd);
    }
  } catch (error) {
    throw new MasqueError("file.unwritable", `Cannot write "${path}": ${errnoOf(error) ?? String(error)}`, {
      hint: `make "${path}" writable for your user`,
      cause: error,
    });
  }
  return afterChanges(verbs, [change]);
}

/** What to write before a line: the first line in a new file, a newline after a line that a crash cut off. */
function leadFor(fd: number, { project }: ProjectVerbs): string {
  const { size } = fstatSync(fd);
  if (size === 0) return firstLine(project);
  const last = Buffer.alloc(1);
  readSync(fd, last, 0, 1, size - 1);
  return last.toString() === "\n" ? "" : "\n";
}

function firstLine(project: string): string {
  return `${JSON.stringify({ version: VERSION, project })}\n`;
}

/**
 * Replaces a file that has grown long by a short one that says the same. Lines that other processes append to the old file
 * meanwhile are copied to the new one. A process that appends to the old file later looks for its line afterwards, and does
 * not find it.
 */
export function rewriteVerbs(path: string, project: string): void {
  const fd = openSync(path, constants.O_RDONLY);
  try {
    const text = readFileSync(fd);
    const { wearers, shown, record } = verbsIn(text.toString("utf8"), project) ?? noVerbs(project);
    const changes: VerbsChange[] = [...wearers].map(([session, digest]) => ({ kind: "on", session, digest }));
    if (shown !== null || record !== null) changes.push({ kind: "shown", digest: shown, record });
    replaceFile(path, firstLine(project) + changes.map((change) => `${JSON.stringify(change)}\n`).join(""));
    const later = readFileSync(fd);
    if (later.length > 0) appendFileSync(path, later);
  } finally {
    closeSync(fd);
  }
}

/** Removes the file, and the lock that is held: no masque with verbs is worn here, and nothing is to be put back. */
export function dropProjectVerbs(path: string): void {
  rmSync(path, { force: true });
  rmSync(verbsLockPath(path), { force: true });
}

/** Renames a file that masque did not write; returns the new path. */
export function setVerbsAside(path: string): string {
  const aside = `${path}.corrupt`;
  renameSync(path, aside);
  return aside;
}

function changeFrom(json: Json | undefined): VerbsChange | undefined {
  return donned(json) ?? doffed(json) ?? shown(json);
}

const headOf = recordOf({ version: oneOf(VERSION), project: string });
const donned = recordOf({ kind: oneOf("on"), session: parsedBy(parseSessionId), digest: parsedBy(parseDigest) });
const doffed = recordOf({ kind: oneOf("off"), session: parsedBy(parseSessionId) });
const shown = recordOf({
  kind: oneOf("shown"),
  digest: orNull(parsedBy(parseDigest)),
  record: absentAs<Json>(null, (json) => json),
});

function textAt(path: string): string | undefined {
  const tooLarge = (bytes: number) =>
    new MasqueError(
      "file.unreadable",
      `Cannot read "${path}": it is ${bytes} bytes long, far more than masque writes`,
      {
        hint: "move the file away; the project's spinner verbs then stay as they are",
      },
    );
  return readUnlinked(path, LIMITS.projectVerbsBytesMax, tooLarge)?.toString("utf8");
}
