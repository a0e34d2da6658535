import { lstatSync, rmSync } from "node:fs";
import { errnoOf, MasqueError } from "../../kernel/errors.ts";
import { readBounded, replaceFile } from "../../kernel/files.ts";
import { LIMITS } from "../../kernel/limits.ts";

/** Settings files on disk, as text that loses nothing: a byte order mark and line ends come back as they were. */

/**
 * The text of a settings file, or `null` where there is none.
 *
 * @throws {MasqueError} `host.settings-invalid`: too large, or not UTF-8, so an edit could not keep its bytes;
 *   `file.unreadable`: a folder, or not ours to read.
 */
export function readSettingsFile(path: string): string | null {
  const bytes = readBytes(path);
  if (bytes === undefined) return null;
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    throw invalidFile(path, "it is not UTF-8", error);
  }
}

function readBytes(path: string): Buffer | undefined {
  try {
    return readBounded(path, LIMITS.settingsFileBytesMax, (bytes) => invalidFile(path, `it has ${bytes} bytes`));
  } catch (error) {
    if (error instanceof MasqueError) throw error;
    throw new MasqueError("file.unreadable", `Cannot read "${path}": ${errnoOf(error) ?? String(error)}`, {
      hint: "make it a file that your user can read",
      cause: error,
    });
  }
}

function invalidFile(path: string, found: string, cause?: unknown): MasqueError {
  return new MasqueError("host.settings-invalid", `Cannot edit "${path}": ${found}`, {
    hint: "correct the file by hand; masque has left it as it is",
    cause,
  });
}

/**
 * Makes the file say `text`; `null` deletes it. A link is followed and never deleted: where it leads, an empty object
 * is what "no settings" is.
 *
 * @throws {MasqueError} `file.unwritable`
 */
export function writeSettingsFile(path: string, text: string | null): void {
  if (text !== null) replaceFile(path, text);
  else if (lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink()) replaceFile(path, "{}\n");
  else remove(path);
}

function remove(path: string): void {
  try {
    rmSync(path, { force: true });
  } catch (error) {
    throw new MasqueError("file.unwritable", `Cannot remove "${path}": ${errnoOf(error) ?? String(error)}`, {
      hint: "make its folder writable for your user",
      cause: error,
    });
  }
}
