import { appendToLog } from "../audience/log-file.ts";
import { runAudience } from "../audience/run.ts";
import { EXIT } from "../kernel/errors.ts";
import { LIMITS } from "../kernel/limits.ts";
import { addressFlags, addressFrom, refuseUnlessAsTyped } from "./audience-flags.ts";
import { defineMasqueCommand, jsonFlag } from "./command.ts";
import { keepingFlags, keepingWarnings, keepingWith } from "./keeping-flags.ts";
import { printWarnings } from "./print.ts";
import { listeningText } from "./render-audience.ts";
import { settingsOf } from "./settings.ts";

/** `masque audience run` */
export const audienceRunCommand = defineMasqueCommand({
  args: {
    ...addressFlags,
    ...keepingFlags,
    log: {
      type: "boolean",
      description: "Keep what it says in the log that `masque audience logs` shows, for one in the background",
      default: false,
    },
    ...jsonFlag,
  },
  examples: [
    ["masque audience run", "receive until Ctrl-C, for a terminal of its own or a service manager"],
    ["masque audience run --http-port 0 --json", "one JSON line of ports once it listens"],
  ],
  async run({ args }, deps) {
    const { io } = deps;
    let linesElsewhere = 0;
    const say = (line: string) => io.stderr.write(`${line}\n`);
    const settings = await settingsOf(deps);
    const address = addressFrom("audience run", args, settings);
    printWarnings(io, keepingWarnings(args));
    const outcome = await runAudience(deps, await deps.audience(), {
      address,
      token: settings["audience.token"],
      keeping: keepingWith(args, settings),
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
