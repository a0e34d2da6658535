import { audienceStatus } from "../../audience/process/status.ts";
import { unixMs } from "../../kernel/clock.ts";
import { EXIT } from "../../kernel/errors.ts";
import { defineMasqueCommand, jsonFlag } from "../command.ts";
import { printWarnings } from "../print/output.ts";
import { statusJson, statusText } from "./render-status.ts";

const EXIT_BY_STATE = { running: EXIT.ok, "not-running": EXIT.absent, unresponsive: EXIT.failed } as const;

/** `masque audience status`: 0 while it runs, 3 when it does not, 1 when it does not answer. */
export const audienceStatusCommand = defineMasqueCommand({
  args: { ...jsonFlag },
  examples: [
    ["masque audience status", "ports, sessions, rates, and what is on disk"],
    ["masque audience status --json", "as JSON; exits 3 when the receiver does not run"],
  ],
  async run({ args }, deps) {
    const status = await audienceStatus(deps.paths);
    const { stdout } = deps.io;
    printWarnings(deps.io, status.warnings);
    const look = { nowUnixMs: unixMs(deps.clock.nowUnixNano()), color: stdout.color };
    stdout.write(args.json ? statusJson(status) : statusText(status, look));
    return EXIT_BY_STATE[status.kind];
  },
});
