import { parseArgs } from "node:util";

/**
 * The whole numbers that a long run is given as flags, such as `--rounds 50`; one that is not given is its default.
 * A seed is printed, so that a run that drew its own can be played again.
 *
 * @throws TypeError for any other flag, and for a value that is not a whole number above 0: a run of no rounds would find nothing.
 */
export function givenNumbers<Name extends string>(defaults: Readonly<Record<Name, number>>): Record<Name, number> {
  const names = Object.keys(defaults) as Name[];
  const options = Object.fromEntries(names.map((name) => [name, { type: "string" as const }]));
  const { values } = parseArgs({ options });
  const given = (name: Name) => {
    const text = values[name];
    if (text === undefined) return defaults[name];
    if (typeof text !== "string" || !/^[1-9]\d*$/.test(text))
      throw new TypeError(`--${name} takes a whole number above 0`);
    return Number(text);
  };
  const numbers = Object.fromEntries(names.map((name) => [name, given(name)])) as Record<Name, number>;
  for (const name of names) if (name === "seed") process.stdout.write(`seed ${numbers[name]}\n`);
  return numbers;
}
