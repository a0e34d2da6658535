import { MasqueError } from "../../kernel/errors.ts";
import { printableLine } from "../../kernel/text/printable.ts";
import { launchd } from "./launchd.ts";
import type { LoginManager, LoginPlace } from "./login-job.ts";
import { systemd } from "./systemd.ts";

/**
 * What starts programs at login on this platform.
 *
 * @throws {MasqueError} `audience.login-unsupported` where masque knows of none.
 */
export function loginManager(place: LoginPlace): LoginManager {
  switch (place.platform) {
    case "linux":
      return systemd(place);
    case "darwin":
      return launchd(place);
    default:
      throw new MasqueError(
        "audience.login-unsupported",
        `Cannot start the audience at login on "${printableLine(place.platform)}": masque knows systemd and launchd`,
        { hint: "let your system run `masque audience start` when you log in" },
      );
  }
}
