import { type BigIntStats, closeSync, fstatSync, openSync, readSync } from "node:fs";
import { basename } from "node:path";
import { errnoOf } from "../../kernel/errors.ts";
import { statRegular } from "../../kernel/files/open-regular.ts";
import { inodeOf } from "../reading/lines.ts";
import type { KnownSource, Manifest } from "./manifest.ts";
import type { PresentFile } from "./present-files.ts";

/**
 * Which files on disk the store knows, and from which byte on their content is new to it.
 *
 * A file is known by its content: its first bytes, and the last bytes that were read of it, are still at the same place.
 * So a renamed (rotated) or moved file stays known. A file that was truncated, replaced or overwritten is a new file, and is
 * read from its beginning. The rows of the former file stay: the store forgets rows only when it is built again and both the
 * file and its rows are gone. A line that is in both files counts once, as everywhere.
 */

/** How many bytes at either end tell files apart: the first request of a session with its times and ids. */
const EDGE_BYTES = 4096;

/** A file that is there, as the store sees it; `isNew` when the store has nothing of it. */
export type Recognised = PresentFile & {
  readonly source: KnownSource;
  readonly isNew: boolean;
  /** Size when it was looked at. */
  readonly bytes: number;
};

/** Everything that rows may come from. */
export type Recognition = {
  /** The files that were looked for; those that were gone by then are not in `present`. */
  readonly files: readonly PresentFile[];
  /** In the order of `files`: oldest first. */
  readonly present: readonly Recognised[];
  /** Known sources whose files are no longer there. */
  readonly vanished: readonly KnownSource[];
};

/**
 * Recognises files; a file that is gone by now is left out.
 *
 * @throws System errors of reading, except `ENOENT`.
 */
export function recognise(files: readonly PresentFile[], { sources }: Pick<Manifest, "sources">): Recognition {
  const left = new Set(sources);
  let nextId = sources.reduce((most, { id }) => Math.max(most, id + 1), 0);
  const looked = files.flatMap((file) => {
    const look = lookAt(file);
    return look ? [look] : [];
  });
  const present = looked.map((look) => {
    const found = [...left].sort(likeliestFirst(look)).find((source) => isSame(source, look));
    if (found) left.delete(found);
    return asSeen(look, found ?? newSource(look, nextId++), found === undefined);
  });
  return { files, present, vanished: [...left] };
}

/** Bytes that the files have beyond what the store holds of them. */
export function unseenBytes({ present }: Recognition): number {
  return present.reduce((sum, { bytes, source }) => sum + Math.max(0, bytes - source.bytesRead), 0);
}

/**
 * A source after more of its file was read. Without a path, or when another file has the path by now, the file is gone, and
 * no later run will recognise it.
 */
export function readUpTo(
  { path, source }: { readonly path: string | undefined; readonly source: KnownSource },
  to: Pick<KnownSource, "bytesRead" | "linesRead" | "linesSkipped" | "skipped">,
): KnownSource {
  const edges = path === undefined ? undefined : edgesOf(path, { inode: source.inode, bytes: to.bytesRead });
  return { ...source, ...to, ...edges };
}

/** Digests of a file's first and last bytes; `undefined` where it is no longer there, or no longer that file. */
function edgesOf(
  path: string,
  { inode, bytes }: { inode: string; bytes: number },
): Pick<KnownSource, "head" | "tail"> | undefined {
  try {
    return withFile(path, (fd) => {
      if (inodeOf(fstatSync(fd, { bigint: true })) !== inode) return undefined;
      const head = digestAt(fd, 0, Math.min(EDGE_BYTES, bytes));
      return { head, tail: digestAt(fd, Math.max(0, bytes - EDGE_BYTES), bytes) };
    });
  } catch (error) {
    if (errnoOf(error) === "ENOENT") return undefined;
    throw error;
  }
}

type Look = PresentFile & { readonly stat: BigIntStats };

function lookAt(file: PresentFile): Look | undefined {
  const stat = statRegular(file.path);
  return stat ? { ...file, stat } : undefined;
}

function likeliestFirst(look: Look): (a: KnownSource, b: KnownSource) => number {
  const likeness = (source: KnownSource) =>
    Number(source.inode === inodeOf(look.stat)) * 2 + Number(source.name === basename(look.path));
  return (a, b) => likeness(b) - likeness(a) || b.bytesRead - a.bytesRead;
}

function isSame(source: KnownSource, look: Look): boolean {
  if (source.content !== look.content || source.bytesRead === 0) return false;
  if (source.inode === inodeOf(look.stat) && source.seal === sealOf(look)) return true;
  if (look.stat.size < BigInt(source.bytesRead)) return false;
  try {
    return withFile(look.path, (fd) => {
      const { bytesRead } = source;
      return (
        digestAt(fd, 0, Math.min(EDGE_BYTES, bytesRead)) === source.head &&
        digestAt(fd, Math.max(0, bytesRead - EDGE_BYTES), bytesRead) === source.tail
      );
    });
  } catch (error) {
    if (errnoOf(error) === "ENOENT") return false;
    throw error;
  }
}

function newSource(look: Look, id: number): KnownSource {
  const { content } = look;
  return {
    id,
    name: "",
    content,
    inode: "",
    seal: "",
    bytesRead: 0,
    linesRead: 0,
    linesSkipped: 0,
    skipped: [],
    head: "",
    tail: "",
  };
}

function asSeen(look: Look, source: KnownSource, isNew: boolean): Recognised {
  const { path, content, stat } = look;
  const seen = { ...source, name: basename(path), inode: inodeOf(stat), seal: sealOf(look) };
  return { path, content, source: seen, isNew, bytes: Number(stat.size) };
}

function sealOf({ stat }: Look): string {
  return `${stat.size}:${stat.mtimeNs}`;
}

function withFile<T>(path: string, use: (fd: number) => T): T {
  const fd = openSync(path, "r");
  try {
    return use(fd);
  } finally {
    closeSync(fd);
  }
}

function digestAt(fd: number, from: number, to: number): string {
  const bytes = Buffer.alloc(to - from);
  const read = readSync(fd, bytes, 0, bytes.length, from);
  return new Bun.CryptoHasher("sha256").update(bytes.subarray(0, read)).digest("hex");
}
