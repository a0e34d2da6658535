import { type BigIntStats, closeSync, constants, fstatSync, openSync, statSync } from "node:fs";
import { errnoOf } from "../errors.ts";

/** Regular files to read. A pipe without a writer is not waited for, and a link in a circle counts as no file. */

const NO_FILE: ReadonlySet<string | undefined> = new Set(["ENOENT", "ENOTDIR", "ELOOP", "ENXIO"]);

/**
 * Opens a regular file for reading; `undefined` where there is none. The caller closes it.
 *
 * @param flags More flags of `open`, such as `O_NOFOLLOW`.
 * @throws System errors of a file that cannot be read.
 */
export function openRegular(path: string, flags = 0): number | undefined {
  const fd = unlessNoFile(() => openSync(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0) | flags));
  if (fd === undefined || fstatSync(fd).isFile()) return fd;
  closeSync(fd);
  return undefined;
}

/**
 * `stat` of a regular file, `undefined` where there is none.
 *
 * @throws System errors of a folder that cannot be read.
 */
export function statRegular(path: string): BigIntStats | undefined {
  const found = unlessNoFile(() => statSync(path, { bigint: true }));
  return found?.isFile() ? found : undefined;
}

function unlessNoFile<T>(look: () => T): T | undefined {
  try {
    return look();
  } catch (error) {
    if (NO_FILE.has(errnoOf(error))) return undefined;
    throw error;
  }
}
