import { flushPending } from "../../app/wear/flush-pending.ts";
import { migrateProjectState } from "../../app/wear/migrate-project-state.ts";
import { wornNow } from "../../app/wear/worn.ts";
import { EXIT } from "../../kernel/errors.ts";
import { defineMasqueCommand, jsonFlag } from "../command.ts";
import { printWarnings } from "../print/output.ts";
import { idJson, idText } from "./render-session.ts";

/** `masque id` */
export const idCommand = defineMasqueCommand({
  args: jsonFlag,
  examples: [
    ["masque id", "which masque is worn, since when, and whether its file has changed"],
    ["masque id --json", "as JSON"],
  ],
  async run({ args }, deps) {
    const session = deps.agentSession().id;
    printWarnings(deps.io, await migrateProjectState(deps));
    const now = wornNow(deps, session);
    if (now.isUnsettled) printWarnings(deps.io, await flushPending(deps, session));
    const { stdout } = deps.io;
    const at = { nowUnixNano: deps.clock.nowUnixNano(), isForPerson: stdout.isTerminal };
    stdout.write(args.json ? idJson(now, session) : idText(now, at));
    return now.worn ? EXIT.ok : EXIT.absent;
  },
});
