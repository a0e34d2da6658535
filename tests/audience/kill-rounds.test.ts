import { expect, test } from "bun:test";
import { killRounds } from "../long/kill-rounds.ts";
import { testSeed } from "../support/seed.ts";

/** A fiftieth of the run whose figures are in docs/audience.md. */
test("ten rounds of kill -9 under load lose, tear, glue and double nothing", async () => {
  const { rounds, batchesAcknowledged } = await killRounds({ rounds: 10, seed: testSeed() });
  expect(rounds).toBe(10);
  expect(batchesAcknowledged).toBeGreaterThan(0);
}, 120_000);
