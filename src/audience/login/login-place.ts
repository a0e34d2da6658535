import { dirname } from "node:path";
import type { Paths } from "../../kernel/paths.ts";
import type { LoginPlace } from "./login-job.ts";

/** Where this machine looks for what is to run at login. */
export function loginPlaceOf({ paths }: { readonly paths: Paths }): LoginPlace {
  // Windows has no such number, and no manager that would want it.
  const uid = process.getuid?.() ?? 0;
  return { platform: process.platform, home: paths.home, configHome: dirname(dirname(paths.configFile)), uid };
}
