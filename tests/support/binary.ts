import { existsSync, readdirSync, statSync } from "node:fs";
import { join, resolve } from "node:path";
import { BUILT_FROM } from "./built-from.ts";
import { type Finished, finish, type RunAt } from "./process.ts";

/** The folder that holds package.json. */
export const CHECKOUT = resolve(import.meta.dir, "../..");

const BUILT_HERE = join(CHECKOUT, "dist", process.platform === "win32" ? "masque.exe" : "masque");

/** What is tested end to end: the compiled program, or the one that `MASQUE_TEST_BINARY` names, such as a release. */
export const MASQUE_BINARY = process.env["MASQUE_TEST_BINARY"] ?? BUILT_HERE;

/**
 * Runs the compiled program. Its environment is exactly `at.env`.
 *
 * @throws when `dist/masque` is missing or older than what it is built from: a test never tests yesterday's program.
 */
export function runMasque(args: readonly string[], at: RunAt): Promise<Finished> {
  requireFreshBinary();
  return finish([MASQUE_BINARY, ...args], at);
}

let isKnownFresh = false;

/** Fails unless `dist/masque` is there and newer than the sources. Looks once a test process. */
export function requireFreshBinary(): void {
  if (isKnownFresh || MASQUE_BINARY !== BUILT_HERE) return;
  if (!existsSync(MASQUE_BINARY)) throw new Error("There is no dist/masque: run `npm run build`");
  const builtMs = statSync(MASQUE_BINARY).mtimeMs;
  const newer = BUILT_FROM.flatMap((name) => filesUnder(join(CHECKOUT, name))).find(
    (path) => statSync(path).mtimeMs > builtMs,
  );
  if (newer) throw new Error(`dist/masque is older than ${newer.slice(CHECKOUT.length + 1)}: run \`npm run build\``);
  isKnownFresh = true;
}

function filesUnder(path: string): string[] {
  if (!statSync(path).isDirectory()) return [path];
  return readdirSync(path, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
}
