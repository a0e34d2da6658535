import { audienceConfig } from "../app/audience-config.ts";
import { defineMasqueCommand, jsonFlag } from "./command.ts";
import { wholeNumber } from "./parse.ts";
import { jsonText } from "./print.ts";
import { configText } from "./render-audience.ts";
import { settingsOf } from "./settings.ts";

const PORT = { min: 1, max: 65_535 };

/** `masque audience config` */
export const audienceConfigCommand = defineMasqueCommand({
  args: {
    write: { type: "boolean", description: "Put it into your own Claude Code settings", default: false },
    force: { type: "boolean", description: "Replace what sends telemetry elsewhere", default: false },
    "tool-details": {
      type: "boolean",
      description: "Also record tools' inputs and real command names",
      default: false,
    },
    "http-port": { type: "string", valueHint: "PORT", description: "Of a receiver other than the one that runs" },
    ...jsonFlag,
  },
  examples: [
    ['eval "$(masque audience config)"', "for agents started from this shell"],
    ["masque audience config --write", "for all of yours, from their next start"],
  ],
  async run({ args }, deps) {
    const port = args["http-port"];
    const settings = await settingsOf(deps);
    const config = await audienceConfig(deps, {
      httpPort: port === undefined ? null : wholeNumber("audience config", "http-port", port, PORT),
      standardPort: settings["audience.httpPort"],
      token: settings["audience.token"],
      withToolDetails: args["tool-details"],
      write: args.write,
      force: args.force,
    });
    const { endpoint, env, settingsFile, written } = config;
    const json = { endpoint, env, settings_file: settingsFile, written: written !== "not-asked" };
    deps.io.stdout.write(args.json ? jsonText(json) : configText(config));
    return undefined;
  },
});
