import { readdirSync } from "node:fs";
import { errnoOf, MasqueError } from "../kernel/errors.ts";
import { readBounded } from "../kernel/files/files.ts";
import { LIMITS } from "../kernel/limits.ts";
import { MASQUE_FILE_SUFFIX } from "./masque.ts";

/** The user's own folder of masques: which files it holds, and the bytes of files that are not too large. */

/**
 * The names of the masque files in a folder, sorted. A missing folder has none.
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
 * @throws {MasqueError} `masque.too-large`, before it is read; `file.unreadable` for anything but a readable file.
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
    { hint: "shorten it: an agent reads all of it each time" },
  );
}

function unreadable(path: string, cause: unknown): MasqueError {
  return new MasqueError("file.unreadable", `Cannot read "${path}": ${errnoOf(cause) ?? String(cause)}`, {
    hint: "make it readable for your user",
    cause,
  });
}
