import { catalogPlace } from "../../app/masques/catalog-place.ts";
import { MasqueError } from "../../kernel/errors.ts";
import { defineMasqueCommand } from "../command.ts";

/** `masque tui` */
export const tuiCommand = defineMasqueCommand({
  args: {},
  examples: [["masque tui", "browse all masques: / filters, Enter opens, q quits"]],
  async run(_given, deps) {
    const { io } = deps;
    if (!io.stdout.isTerminal || !io.canAsk) {
      throw new MasqueError(
        "tui.no-terminal",
        "Cannot open the full screen: standard input and output must be a terminal",
        {
          try: "masque list",
        },
      );
    }
    const browse = await deps.catalogScreen();
    await browse(catalogPlace(deps), { color: io.stdout.color, stop: deps.stopSignal() });
    return undefined;
  },
});
