import { stopAtLogin } from "../../audience/login/at-login.ts";
import { loginPlaceOf } from "../../audience/login/login-manager.ts";
import { stopAudience } from "../../audience/process/stop.ts";
import { defineMasqueCommand, jsonFlag } from "../command.ts";
import { jsonText } from "../print/output.ts";
import { loginWorldOf } from "./login-world.ts";
import { loginStopJson, loginStopText } from "./render-login.ts";
import { stoppedText } from "./render-receiver.ts";

/** `masque audience stop` */
export const audienceStopCommand = defineMasqueCommand({
  args: {
    "at-login": {
      type: "boolean",
      description: "Also remove what starts it at login",
      default: false,
    },
    ...jsonFlag,
  },
  examples: [
    ["masque audience stop", "stop it; requests that are being received are finished first"],
    ["masque audience stop --at-login", "stop it, and no longer start it at login"],
  ],
  async run({ args }, deps) {
    const { stdout } = deps.io;
    if (args["at-login"]) {
      const outcome = await stopAtLogin(loginWorldOf(deps), loginPlaceOf(deps));
      stdout.write(args.json ? jsonText(loginStopJson(outcome)) : loginStopText(outcome));
      return undefined;
    }
    const outcome = await stopAudience(deps);
    const pid = outcome.kind === "stopped" ? { pid: outcome.pid } : {};
    stdout.write(args.json ? jsonText({ state: outcome.kind, ...pid }) : stoppedText(outcome));
    return undefined;
  },
});
