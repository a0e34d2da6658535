import { expect, test } from "bun:test";
import { FILE_LIMITS } from "../../src/kernel/limits/files.ts";
import { JUDGE_LIMITS } from "../../src/kernel/limits/judge.ts";
import { MASQUE_LIMITS } from "../../src/kernel/limits/masques.ts";
import { RECEIVER_LIMITS } from "../../src/kernel/limits/receiver.ts";
import { TRIAL_LIMITS } from "../../src/kernel/limits/trial.ts";
import { WEAR_LIMITS } from "../../src/kernel/limits/wear.ts";
import { LIMITS } from "../../src/kernel/limits.ts";

test("LIMITS holds every bound once: no two files of bounds use one name", () => {
  const parts = [FILE_LIMITS, JUDGE_LIMITS, MASQUE_LIMITS, RECEIVER_LIMITS, TRIAL_LIMITS, WEAR_LIMITS];
  const names = parts.flatMap((part) => Object.keys(part));
  expect(Object.keys(LIMITS).sort()).toEqual(names.sort());
});

test("every bound is a number above 0", () => {
  expect(Object.entries(LIMITS).filter(([, value]) => !(value > 0))).toEqual([]);
});
