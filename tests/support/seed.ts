/**
 * Where randomised tests take their chance from. `bun test` plays the same cases every time, so that a failure is the
 * change's and not the day's; long runs play new ones, and print the seed that plays them again.
 */

const VARIABLE = "MASQUE_TEST_SEED";
const FIXED = 1597;

/**
 * The seed of tests: the same in every run, unless `MASQUE_TEST_SEED` names another.
 *
 * @throws TypeError for a seed that is not a whole number.
 */
export function testSeed(): number {
  const given = process.env[VARIABLE];
  if (given === undefined || given === "") return FIXED;
  if (!/^\d{1,9}$/.test(given)) throw new TypeError(`${VARIABLE} takes a whole number, and got "${given}"`);
  return Number(given);
}

/** A seed that no run had before. The caller prints it. */
export function freshSeed(): number {
  return 1 + ((crypto.getRandomValues(new Uint32Array(1))[0] ?? 0) % 999_999_999);
}
