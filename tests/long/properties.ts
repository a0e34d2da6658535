import { readFileSync } from "node:fs";
import { join } from "node:path";
import { CHECKOUT } from "../support/binary.ts";
import { givenNumbers } from "../support/given-numbers.ts";
import { freshSeed } from "../support/seed.ts";

/**
 * Plays every property test again and again, each time with cases that no run had before:
 *
 *     bun tests/long/properties.ts --rounds 20
 *
 * A round that fails prints its seed; `MASQUE_TEST_SEED=<seed> bun test <file>` plays the same cases again.
 */

/** What marks a file whose cases follow from the seed. */
const RANDOM = /\bfc\.(assert|sample)\(|\btestSeed\(/;

/** The test files whose cases follow from the seed, relative to the checkout. */
export function randomisedTests(): readonly string[] {
  return [...new Bun.Glob("tests/**/*.test.ts").scanSync(CHECKOUT)]
    .filter((path) => RANDOM.test(readFileSync(join(CHECKOUT, path), "utf8")))
    .sort();
}

if (import.meta.main) {
  const { rounds } = givenNumbers({ rounds: 20 });
  const files = randomisedTests();
  const failed: number[] = [];
  for (let round = 1; round <= rounds; round += 1) {
    const seed = freshSeed();
    process.stdout.write(`round ${round} of ${rounds}, seed ${seed}, ${files.length} files: `);
    const child = Bun.spawn([process.execPath, "test", "--timeout", "120000", ...files.map((file) => `./${file}`)], {
      cwd: CHECKOUT,
      env: { ...process.env, MASQUE_TEST_SEED: String(seed) },
      stdin: "ignore",
      stdout: "ignore",
      stderr: "pipe",
    });
    const said = await child.stderr.text();
    const isFine = (await child.exited) === 0;
    process.stdout.write(isFine ? "nothing found\n" : `FAILED\n${said}\n`);
    if (!isFine) failed.push(seed);
  }
  if (failed.length > 0) process.stdout.write(`failed with seeds ${failed.join(", ")}\n`);
  process.exitCode = failed.length > 0 ? 1 : 0;
}
