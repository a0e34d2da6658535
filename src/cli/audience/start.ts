import { startAtLogin } from "../../audience/login/at-login.ts";
import { loginPlaceOf } from "../../audience/login/login-manager.ts";
import { startAudience } from "../../audience/process/start.ts";
import { SYNC_SETTINGS } from "../../audience/settings.ts";
import { MasqueError } from "../../kernel/errors.ts";
import { networkWarning } from "../../kernel/files/file-system.ts";
import { defineMasqueCommand, jsonFlag } from "../command.ts";
import { jsonText, printWarnings } from "../print/output.ts";
import { readSettingFlags, settingFlags, typedAgain } from "../setting-flags.ts";
import { settingsOf } from "../settings.ts";
import { loginWorldOf } from "./login-world.ts";
import { addressFrom, RECEIVER_SETTINGS, refuseUnlessAsTyped } from "./receiver-flags.ts";
import { loginJson, loginText, undoneWarnings } from "./render-login.ts";
import { startedText } from "./render-receiver.ts";

/** `masque audience start` */
export const audienceStartCommand = defineMasqueCommand({
  args: {
    ...settingFlags(RECEIVER_SETTINGS),
    "at-login": {
      type: "boolean",
      description: "Also start it at each login, with a systemd user unit or a launchd agent",
      default: false,
    },
    "if-configured": {
      type: "boolean",
      description: "Start it only if your config sets audience.autoStart",
      default: false,
    },
    ...jsonFlag,
  },
  examples: [
    ["masque audience start", "listen on the standard ports; nothing happens if it already runs"],
    ["masque audience start --http-port 0 --grpc-port 0 --health-port 0", "listen on free ports, and print them"],
    ["masque audience start --at-login", "now and at each login; `masque audience stop --at-login` undoes this"],
  ],
  async run({ args }, deps) {
    const { io } = deps;
    if (args["at-login"] && args["if-configured"]) throw contradiction();
    const config = await settingsOf(deps, readSettingFlags("audience start", RECEIVER_SETTINGS, args));
    if (args["if-configured"] && !config["audience.autoStart"]) return undefined;
    const address = addressFrom(config);
    const trouble = networkWarning(deps.paths.data);
    if (trouble) printWarnings(io, [`${trouble.found}; ${trouble.fix}`]);
    if (!args["at-login"]) {
      const outcome = await startAudience(deps, address, typedAgain(SYNC_SETTINGS, args));
      if (outcome.kind === "already-running") refuseUnlessAsTyped(args, outcome.health);
      io.stdout.write(args.json ? jsonText({ state: outcome.kind, ...outcome.health }) : startedText(outcome));
      return undefined;
    }
    const request = { address, flags: typedAgain(RECEIVER_SETTINGS, args) };
    const login = await startAtLogin(loginWorldOf(deps), loginPlaceOf(deps), request);
    io.stdout.write(args.json ? jsonText(loginJson(login)) : loginText(login, io.stdout));
    printWarnings(io, undoneWarnings(login));
    return undefined;
  },
});

function contradiction(): MasqueError {
  return new MasqueError("cli.usage", "Cannot start the audience both --at-login and --if-configured: choose one", {
    try: "masque audience start --at-login",
  });
}
