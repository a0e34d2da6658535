import type { LoginWorld } from "../../audience/login/at-login.ts";
import type { Deps } from "../../deps.ts";
import { LIMITS } from "../../kernel/limits.ts";
import { programRunner } from "../../kernel/process/run-program.ts";

/** The world with the machine's own systemctl or launchctl in it. */
export function loginWorldOf({ env, paths, program }: Deps): LoginWorld {
  return { env, paths, program, run: programRunner({ env, waitMs: LIMITS.loginCommandWaitMs }) };
}
