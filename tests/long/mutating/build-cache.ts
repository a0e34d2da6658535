import { copyFileSync, existsSync, mkdirSync, readdirSync, renameSync, rmSync, statSync, utimesSync } from "node:fs";
import { join } from "node:path";
import { runToEnd } from "./run-to-end.ts";
import { buildDigest } from "./sources.ts";

/** Built programs by the digest of their sources: a run that was ended, or changed tests, need no new build. */

/** A program is 145 MB; what is asked for again is what was built last. */
const KEPT = 6;
const BUILD_MS_MAX = 300_000;
const BINARY = process.platform === "win32" ? "masque.exe" : "masque";

/**
 * Puts the program built from a tree into its `dist/`.
 *
 * @returns What the build said where it failed.
 */
export async function buildInto(tree: string, cache: string): Promise<{ readonly failure: string | undefined }> {
  const kept = join(cache, buildDigest(tree));
  const binary = join(tree, "dist", BINARY);
  mkdirSync(join(tree, "dist"), { recursive: true });
  mkdirSync(cache, { recursive: true });
  if (existsSync(kept)) {
    // A test takes a program that is older than its sources for yesterday's, and one that still runs cannot be written to.
    rmSync(binary, { force: true });
    copyFileSync(kept, binary);
    utimesSync(kept, new Date(), new Date());
    return { failure: undefined };
  }
  const { exit, output } = await runToEnd(["build.ts"], tree, BUILD_MS_MAX);
  if (exit !== 0) return { failure: output };
  copyFileSync(binary, `${kept}.${process.pid}`);
  renameSync(`${kept}.${process.pid}`, kept);
  forgetOldest(cache);
  return { failure: undefined };
}

function forgetOldest(cache: string): void {
  const paths = readdirSync(cache).map((name) => join(cache, name));
  const byAge = paths.map((path) => ({ path, ms: statSync(path).mtimeMs })).sort((a, b) => b.ms - a.ms);
  for (const { path } of byAge.slice(KEPT)) rmSync(path, { force: true });
}
