import { runAudience } from "../audience/run.ts";
import { EXIT } from "../kernel/errors.ts";
import { addressFlags, addressFrom, grpcWarnings } from "./audience-flags.ts";
import { defineMasqueCommand, jsonFlag } from "./command.ts";
import { printWarnings } from "./print.ts";
import { listeningText } from "./render-audience.ts";
import { settingsOf } from "./settings.ts";

/** `masque audience run` */
export const audienceRunCommand = defineMasqueCommand({
  args: { ...addressFlags, ...jsonFlag },
  examples: [
    ["masque audience run", "receive until Ctrl-C, for a terminal of its own or a service manager"],
    ["masque audience run --http-port 0 --json", "one JSON line of ports once it listens"],
  ],
  async run({ args }, deps) {
    const { io } = deps;
    const address = addressFrom("audience run", args, await settingsOf(deps));
    printWarnings(io, grpcWarnings(args));
    const outcome = await runAudience(deps, await deps.audience(), {
      address,
      announce: {
        listening: (health) =>
          io.stdout.write(
            args.json ? `${JSON.stringify(health)}\n` : listeningText(health, "The audience is listening"),
          ),
        log: (line) => io.stderr.write(`${line}\n`),
      },
    });
    if (outcome.kind === "stopped") return EXIT.ok;
    const { health } = outcome;
    printWarnings(io, [`the audience is already running (process ${health.pid})`]);
    io.stdout.write(args.json ? `${JSON.stringify(health)}\n` : listeningText(health, "It listens here:"));
    return EXIT.ok;
  },
});
