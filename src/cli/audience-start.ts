import { startAudience } from "../audience/start.ts";
import { addressFlags, addressFrom, grpcWarnings } from "./audience-flags.ts";
import { defineMasqueCommand, jsonFlag } from "./command.ts";
import { jsonText, printWarnings } from "./print.ts";
import { listeningText } from "./render-audience.ts";
import { settingsOf } from "./settings.ts";

/** `masque audience start` */
export const audienceStartCommand = defineMasqueCommand({
  args: { ...addressFlags, ...jsonFlag },
  examples: [
    ["masque audience start", "listen where exporters look by custom; again does nothing"],
    ["masque audience start --http-port 0 --health-port 0", "on free ports, which are printed"],
  ],
  async run({ args }, deps) {
    const { kind, health } = await startAudience(deps, addressFrom("audience start", args, await settingsOf(deps)));
    printWarnings(deps.io, grpcWarnings(args));
    const lead = kind === "started" ? "The audience is listening" : "The audience is already running";
    const text = listeningText(health, `${lead} (process ${health.pid})`);
    deps.io.stdout.write(args.json ? jsonText({ state: kind, ...health }) : text);
    return undefined;
  },
});
