import { storageSettingsFrom } from "../../audience/files/storage-settings.ts";
import { runAudience } from "../../audience/process/run.ts";
import { appendToLog } from "../../audience/process/write-log.ts";
import { EXIT } from "../../kernel/errors.ts";
import { LIMITS } from "../../kernel/limits.ts";
import { defineMasqueCommand, jsonFlag } from "../command.ts";
import { printWarnings } from "../print/output.ts";
import { readSettingFlags, settingFlags } from "../setting-flags.ts";
import { settingsOf } from "../settings.ts";
import { addressFrom, RECEIVER_SETTINGS, refuseUnlessAsTyped } from "./receiver-flags.ts";
import { listeningText } from "./render-receiver.ts";

/** `masque audience run` */
export const audienceRunCommand = defineMasqueCommand({
  args: {
    ...settingFlags(RECEIVER_SETTINGS),
    log: {
      type: "boolean",
      description: "Write messages to the log that `masque audience logs` shows, not to stderr",
      default: false,
    },
    ...jsonFlag,
  },
  examples: [
    ["masque audience run", "receive until Ctrl-C, in a terminal or under a service manager"],
    ["masque audience run --http-port 0 --json", "print the ports as one JSON line once it listens"],
  ],
  async run({ args }, deps) {
    const { io } = deps;
    let linesElsewhere = 0;
    const say = (line: string) => io.stderr.write(`${line}\n`);
    const settings = await settingsOf(deps, readSettingFlags("audience run", RECEIVER_SETTINGS, args));
    const address = addressFrom(settings);
    const outcome = await runAudience(deps, await deps.audience(), {
      address,
      token: settings["audience.token"],
      keeping: storageSettingsFrom(settings),
      announce: {
        listening: (health) => {
          if (args.json) io.stdout.write(`${JSON.stringify(health)}\n`);
          else if (!args.log) io.stdout.write(listeningText(health, "The audience is listening"));
        },
        log: (line) => {
          if (args.log && appendToLog(deps.paths, line)) return;
          if (args.log && linesElsewhere++ >= LIMITS.logLinesElsewhereMax) return;
          say(line);
        },
      },
    });
    if (outcome.kind === "stopped") return EXIT.ok;
    const { health } = outcome;
    refuseUnlessAsTyped(args, health);
    printWarnings(io, [`the audience is already running (process ${health.pid})`]);
    io.stdout.write(args.json ? `${JSON.stringify(health)}\n` : listeningText(health, "It listens here:"));
    return EXIT.ok;
  },
});
