import { audienceStatus } from "../audience/status.ts";
import { EXIT } from "../kernel/errors.ts";
import { defineMasqueCommand, jsonFlag } from "./command.ts";
import { statusJson, statusText } from "./render-audience.ts";

const EXIT_BY_STATE = { running: EXIT.ok, "not-running": EXIT.absent, unresponsive: EXIT.failed } as const;

/** `masque audience status`: 0 while it runs, 3 when it does not, 1 when it does not answer. */
export const audienceStatusCommand = defineMasqueCommand({
  args: { ...jsonFlag },
  examples: [
    ["masque audience status", "ports, sessions seen, bytes on disk"],
    ["masque audience status --json", "the same for programs; exit 3 when it does not run"],
  ],
  async run({ args }, deps) {
    const status = await audienceStatus(deps.paths);
    deps.io.stdout.write(args.json ? statusJson(status) : statusText(status));
    return EXIT_BY_STATE[status.kind];
  },
});
