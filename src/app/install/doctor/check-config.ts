import type { ConfigPlace } from "../../../kernel/config/config.ts";
import { statOrUndefined } from "../../../kernel/files/files.ts";
import { readSettings } from "../../settings.ts";
import { type Check, ok, warning } from "./check.ts";

/** Whether the settings can be used as they are written. */
export function configCheck(place: ConfigPlace): Check {
  return {
    name: "settings",
    async look() {
      const { warnings } = await readSettings(place);
      const [first] = warnings;
      const file = place.paths.configFile;
      if (first !== undefined) {
        const more = warnings.length > 1 ? `, and ${warnings.length - 1} more` : "";
        return warning(`${first}${more}`, "docs/configuration.md shows every setting");
      }
      return ok(statOrUndefined(file) ? `"${file}"` : `the defaults; "${file}" would change them`);
    },
  };
}
