import { dirname } from "node:path";
import type { LoginPlace } from "../audience/login/login-job.ts";
import type { LoginWorld } from "../audience/login/start-at-login.ts";
import type { Deps } from "../deps.ts";
import { LIMITS } from "../kernel/limits.ts";
import { programRunner } from "../kernel/run-program.ts";

/** Where this machine looks for what is to run at login. */
export function loginPlaceOf({ paths }: Pick<Deps, "paths">): LoginPlace {
  // Windows has no such number, and no manager that would want it.
  const uid = process.getuid?.() ?? 0;
  return { platform: process.platform, home: paths.home, configHome: dirname(dirname(paths.configFile)), uid };
}

/** The world with the machine's own systemctl or launchctl in it. */
export function loginWorldOf({ env, paths, program }: Deps): LoginWorld {
  return { env, paths, program, run: programRunner({ env, waitMs: LIMITS.loginCommandWaitMs }) };
}
