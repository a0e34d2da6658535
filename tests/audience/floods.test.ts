import { expect, test } from "bun:test";
import { sendFloods } from "../long/http2-floods.ts";
import { testSeed } from "../support/seed.ts";

/** A fiftieth of `tests/long/http2-floods.ts`; docs/audience.md has the figures of a whole run. */

const CEILING_MS = 60_000;
/** Under attack too, a receiver beside an agent must stay out of the way. */
const PEAK_MIB_MAX = 200;

test(
  "floods of HTTP/2 are cut off or borne, and a good exporter loses nothing",
  async () => {
    const { exported, peakMiB } = await sendFloods({ rounds: 1, seed: testSeed() });
    expect(exported.batches).toBeGreaterThan(1);
    expect(peakMiB !== undefined).toBe(process.platform === "linux");
    if (peakMiB !== undefined) expect(peakMiB).toBeLessThan(PEAK_MIB_MAX);
  },
  CEILING_MS,
);
