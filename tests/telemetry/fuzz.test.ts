import { expect, test } from "bun:test";
import { type FuzzedEncoding, fuzzDecoder } from "../long/fuzz-decoders.ts";
import { testSeed } from "../support/seed.ts";

/** A fiftieth of the long run, the same bodies each time. */
const RUN = { bodies: 20_000, seed: testSeed() };
/** What resident memory may differ by between two looks at it; 2 KiB left behind by each body would be more. */
const GROWN_MIB_MAX = 32;

test.each<FuzzedEncoding>(["protobuf", "json"])(
  "20,000 damaged %s bodies crash no decoder and become no invalid line",
  async (encoding) => {
    const { taken, lines, grownMiB } = await fuzzDecoder(encoding, RUN);
    // Damage that nothing survives would test nothing.
    expect(taken).toBeGreaterThan(RUN.bodies / 50);
    expect(lines).toBeGreaterThan(RUN.bodies / 50);
    expect(grownMiB).toBeLessThan(GROWN_MIB_MAX);
  },
  120_000,
);
