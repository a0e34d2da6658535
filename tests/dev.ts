import { existsSync, statSync, watch } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { BUILT_FROM } from "./support/built-from.ts";
import { readImporters, testsOf } from "./support/importers.ts";

/**
 * `npm run dev`: watches the checkout. After a change it builds `dist/masque`, then runs the tests that reach the changed
 * files through imports. Tests that drive the program reach it through no import: `--e2e` runs them as well. Ctrl-C ends.
 *
 *   npm run dev
 *   npm run dev -- --e2e
 */

const CHECKOUT = join(import.meta.dir, "..");
const WATCHED = [...BUILT_FROM, "tests"];
/** Editors save in several steps, and a checkout of another branch changes many files. */
const QUIET_MS = 150;

const { values } = parseArgs({ options: { e2e: { type: "boolean", default: false } } });
const changed = new Set<string>();
let isRunning = false;
let timer: ReturnType<typeof setTimeout> | undefined;

for (const name of WATCHED) {
  const isFolder = statSync(join(CHECKOUT, name)).isDirectory();
  watch(join(CHECKOUT, name), { recursive: isFolder }, (_event, file) => {
    note(isFolder ? `${name}/${String(file).replaceAll("\\", "/")}` : name);
  });
}
say("Watching for changes. Ctrl-C ends.");

function note(path: string): void {
  if (path.includes("node_modules/") || path.endsWith("~") || path.includes("/.")) return;
  changed.add(path);
  clearTimeout(timer);
  timer = setTimeout(() => void rounds(), QUIET_MS);
}

/** One round at a time: what changes during a round makes another one. */
async function rounds(): Promise<void> {
  if (isRunning) return;
  isRunning = true;
  while (changed.size > 0) {
    const paths = [...changed];
    changed.clear();
    say(`\nChanged: ${paths.join(", ")}`);
    await round(paths);
  }
  isRunning = false;
}

async function round(paths: readonly string[]): Promise<void> {
  const needsBuild = paths.some((path) => BUILT_FROM.some((from) => path === from || path.startsWith(`${from}/`)));
  if (needsBuild && (await run(["build.ts"])) !== 0) return say("The build failed. Waiting for the next change.");
  const tests = testsOf(paths, readImporters(CHECKOUT)).filter((path) => existsSync(join(CHECKOUT, path)));
  const all = [...tests, ...(values.e2e ? ["tests/e2e"] : [])];
  if (all.length === 0) return say("No test imports these files.");
  const exit = await run(["test", "--timeout", "120000", ...all]);
  say(exit === 0 ? "Passed. Waiting for the next change." : "Failed. Waiting for the next change.");
}

async function run(args: readonly string[]): Promise<number> {
  return await Bun.spawn([process.execPath, ...args], { cwd: CHECKOUT, stdio: ["ignore", "inherit", "inherit"] })
    .exited;
}

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}
