import { expect, test } from "bun:test";
import { LIMITS } from "../../src/kernel/limits.ts";
import { throwBombs } from "../long/bombs.ts";
import { sendSlowly } from "../long/slow-clients.ts";

/** A fiftieth of the attacks of `tests/long`; docs/audience.md has the figures of the whole runs. */

const CEILING_MS = 60_000;
/** Under attack too, a receiver beside an agent must stay out of the way. */
const PEAK_MIB_MAX = 200;
const MIB_KEPT_MAX = 64;
const isMemoryKnown = process.platform === "linux";

test(
  "10 GB of gzip and values 10,000 deep are refused over every transport, and a good exporter loses nothing",
  async () => {
    const { refused, exported, memory } = await throwBombs(1);
    expect(refused["malformed"]).toBe(2);
    expect((refused["too_large"] ?? 0) + (refused["overloaded"] ?? 0)).toBe(12);
    expect(exported.batches).toBeGreaterThan(1);
    expect(memory !== undefined).toBe(isMemoryKnown);
    if (!memory) return;
    expect(memory.peak).toBeLessThan(PEAK_MIB_MAX);
    expect(memory.after - memory.before).toBeLessThan(MIB_KEPT_MAX);
  },
  CEILING_MS,
);

test(
  "clients that send a byte a second, headers that never end and the silent are cut off, and a good exporter loses nothing",
  async () => {
    const { cutAfter, refused, exported, memory } = await sendSlowly({ clients: 20, withDrip: false });
    const secondsMax = LIMITS.requestIdleSeconds + 8;
    for (const seconds of Object.values(cutAfter)) expect(seconds).toBeLessThan(secondsMax);
    expect(Object.keys(cutAfter).sort()).toEqual(["body", "chunks", "headers", "silent"]);
    expect(refused["slow"]).toBe(10);
    expect(exported.batches).toBeGreaterThan(1);
    expect(memory !== undefined).toBe(isMemoryKnown);
    if (memory) expect(memory.peak).toBeLessThan(PEAK_MIB_MAX);
  },
  CEILING_MS,
);
