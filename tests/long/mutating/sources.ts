import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { CHECKOUT } from "../../support/binary.ts";
import { BUILT_FROM } from "../../support/built-from.ts";

/** The checkout as a mutation sees it: a copy to plant faults in, and digests of what outcomes and builds depend on. */

const NOT_COPIED: readonly string[] = [".git", ".cache", "dist", "node_modules"];

/** Copies the checkout to a folder that is emptied first. Packages, and what builds keep of them, are linked. */
export function copyCheckout(to: string): void {
  rmSync(to, { recursive: true, force: true });
  mkdirSync(join(to, ".cache"), { recursive: true });
  for (const name of readdirSync(CHECKOUT)) {
    // A link within the checkout stays one: the plugin's commands are such a link, and Claude Code follows none out of a plugin.
    if (!NOT_COPIED.includes(name))
      cpSync(join(CHECKOUT, name), join(to, name), { recursive: true, verbatimSymlinks: true });
  }
  symlinkSync(join(CHECKOUT, "node_modules"), join(to, "node_modules"));
  symlinkSync(join(CHECKOUT, ".cache/native"), join(to, ".cache/native"));
}

/** A digest of everything that an outcome depends on: product and tests. */
export function treeDigest(root: string): string {
  return digestOf(root, [...BUILT_FROM, "tests", "bunfig.toml"]);
}

/** A digest of everything that the program is built from. */
export function buildDigest(root: string): string {
  return digestOf(root, BUILT_FROM);
}

function digestOf(root: string, names: readonly string[]): string {
  const hasher = new Bun.CryptoHasher("sha256");
  for (const path of names.flatMap((name) => filesIn(root, name)).sort()) {
    hasher.update(`${path}\0${readFileSync(join(root, path)).toString("base64")}\0`);
  }
  return hasher.digest("hex");
}

function filesIn(root: string, name: string): string[] {
  if (!statSync(join(root, name)).isDirectory()) return [name];
  return readdirSync(join(root, name), { recursive: true, encoding: "utf8" })
    .map((path) => `${name}/${path}`)
    .filter((path) => statSync(join(root, path)).isFile());
}
