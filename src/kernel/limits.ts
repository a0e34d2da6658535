import { FILE_LIMITS } from "./limits/files.ts";
import { JUDGE_LIMITS } from "./limits/judge.ts";
import { MASQUE_LIMITS } from "./limits/masques.ts";
import { RECEIVER_LIMITS } from "./limits/receiver.ts";
import { TRIAL_LIMITS } from "./limits/trial.ts";
import { WEAR_LIMITS } from "./limits/wear.ts";

/**
 * Every bound that masque sets on foreign input, on waiting and on keeping. `limits/` has each of them with its reason, in one
 * file for each kind of work. Sizes are bytes unless the name says otherwise.
 */
export const LIMITS = {
  ...MASQUE_LIMITS,
  ...FILE_LIMITS,
  ...WEAR_LIMITS,
  ...RECEIVER_LIMITS,
  ...JUDGE_LIMITS,
  ...TRIAL_LIMITS,
} as const;
