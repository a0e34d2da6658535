import { wholeNumber } from "../kernel/config/kinds.ts";
import type { SettingTable } from "../kernel/config/setting.ts";

/** Every setting about masques. */
export const MASQUE_SETTINGS = {
  "anchor.every": {
    ...wholeNumber({ min: 0, max: 1_000 }),
    description: "a worn masque's anchor is repeated every so many prompts; 0 never repeats it",
    default: 20,
    isProjectSafe: false,
  },
} as const satisfies SettingTable;
