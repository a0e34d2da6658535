import { test } from "bun:test";

/** Something of the machine that a test drives and that not every machine has. */
export type Requirement = {
  /** As the skipped test shows it: what is missing, and where it comes from. */
  readonly name: string;
  readonly isMet: boolean;
};

/**
 * `test`, or where a requirement is not met the same test skipped, with the reason in its name. With
 * `MASQUE_TEST_REQUIRE=all` nothing is skipped: the test runs and fails for what is missing, so that no machine that is
 * meant to test everything tests less in silence.
 */
export function testWith(...requirements: readonly Requirement[]) {
  const missing = requirements.filter(({ isMet }) => !isMet).map(({ name }) => name);
  const isStrict = process.env["MASQUE_TEST_REQUIRE"] === "all";
  return (name: string, body: () => Promise<void>, msMax: number): void => {
    if (missing.length === 0) test(name, body, msMax);
    else if (isStrict) test(name, () => Promise.reject(new Error(`Needs ${missing.join(", ")}`)));
    else test.skip(`${name} [skipped: needs ${missing.join(", ")}]`, body);
  };
}

/** A program on the PATH, where root's folders count too. */
export function program(name: string, from: string): Requirement {
  const path = `${process.env["PATH"] ?? ""}:/usr/sbin:/sbin`;
  return { name: `${name} (${from})`, isMet: Bun.which(name, { PATH: path }) !== null };
}
