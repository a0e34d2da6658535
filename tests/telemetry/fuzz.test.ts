import { expect, test } from "bun:test";
import { join } from "node:path";
import { type FuzzedEncoding, fuzzDecoder } from "../long/fuzz-decoders.ts";
import { CHECKOUT } from "../support/binary.ts";
import { finish, succeeded } from "../support/process.ts";
import { testSeed } from "../support/seed.ts";

/** A fiftieth of the long run, the same bodies each time. */
const RUN = { bodies: 20_000, seed: testSeed() };
/** What resident memory may differ by between two looks at it; 2 KiB left behind by each body would be more. */
const GROWN_MIB_MAX = 32;

test.each<FuzzedEncoding>(["protobuf", "json"])(
  "20,000 damaged %s bodies crash no decoder and become no invalid line",
  async (encoding) => {
    const { taken, lines } = await fuzzDecoder(encoding, RUN);
    // Damage that nothing survives would test nothing.
    expect(taken).toBeGreaterThan(RUN.bodies / 50);
    expect(lines).toBeGreaterThan(RUN.bodies / 50);
  },
  120_000,
);

test("damaged bodies leave no memory behind, in a process of their own", async () => {
  const program = join(CHECKOUT, "tests/long/fuzz-decoders.ts");
  const flags = ["--bodies", String(RUN.bodies), "--seed", String(RUN.seed)];
  const { stdout } = succeeded(
    await finish([process.execPath, program, ...flags], { cwd: CHECKOUT, env: { PATH: process.env["PATH"] } }),
  );
  const grownMiB = [...stdout.matchAll(/memory ([+−])([\d.]+) MiB/g)].map(([, sign, mib]) =>
    sign === "+" ? Number(mib) : -Number(mib),
  );
  expect(grownMiB).toHaveLength(2);
  expect(Math.max(...grownMiB)).toBeLessThan(GROWN_MIB_MAX);
}, 120_000);
