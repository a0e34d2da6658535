import { existsSync } from "node:fs";
import { readLoginFile } from "../../../audience/login/login-file.ts";
import { type LoginPlace, loginManager } from "../../../audience/login/login-manager.ts";
import { type Check, ok, warning } from "./check.ts";

/** Whether the receiver starts at login, where that is switched on. */
export function loginCheck(place: LoginPlace): Check {
  return {
    name: "start at login",
    look() {
      if (place.platform !== "linux" && place.platform !== "darwin") return ok("not on this platform");
      const { file, link, name } = loginManager(place);
      if (!readLoginFile(file)) return ok("off");
      if (link === null || existsSync(link)) return ok(`by ${name}: "${file}"`);
      return warning(`"${file}" exists, but is not enabled`, "masque audience start --at-login");
    },
  };
}
