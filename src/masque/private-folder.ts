import { readdirSync } from "node:fs";
import { errnoOf, MasqueError } from "../kernel/errors.ts";
import { readBounded } from "../kernel/files/files.ts";
import { LIMITS } from "../kernel/limits.ts";
import { MASQUE_FILE_SUFFIX } from "./masque.ts";

/** The user's own folder of masques: which files it holds, and their bytes within bounds. */

/**
 * The names of a folder's masque files, sorted; none where there is no folder.
 *
 * @throws {MasqueError} `file.unreadable`
 */
export function masqueFilesIn(folder: string): string[] {
  try {
    return readdirSync(folder)
      .filter((file) => file.endsWith(MASQUE_FILE_SUFFIX) && !file.startsWith("."))
      .sort();
  } catch (error) {
    if (errnoOf(error) === "ENOENT") return [];
    throw unreadable(folder, error);
  }
}

/**
 * The bytes of a masque file, or `undefined` when there is none.
 *
 * @throws {MasqueError} `masque.too-large`, before it is read; `file.unreadable` for what is no readable file.
 */
export function readMasqueFile(path: string): Buffer | undefined {
  try {
    return readBounded(path, LIMITS.masqueFileBytesMax, (bytes) => tooLarge(path, bytes));
  } catch (error) {
    if (error instanceof MasqueError) throw error;
    throw unreadable(path, error);
  }
}

function tooLarge(path: string, bytes: number): MasqueError {
  return new MasqueError(
    "masque.too-large",
    `Cannot read "${path}": it is ${bytes} bytes, and a masque has at most ${LIMITS.masqueFileBytesMax}`,
    { hint: "a masque is prose that an agent reads whole: keep what shapes its thinking" },
  );
}

function unreadable(path: string, cause: unknown): MasqueError {
  return new MasqueError("file.unreadable", `Cannot read "${path}": ${errnoOf(cause) ?? String(cause)}`, {
    hint: "make it readable for your user",
    cause,
  });
}
