import type { Host, HostWorld } from "../../host/host.ts";
import { MasqueError } from "../../kernel/errors.ts";

/** How masque's commands are named in the agent program: as the plugin's, or as those that `masque setup` wrote. */
export type ScoredBy = "plugin" | "setup";

/**
 * Whose commands lead to a session with a score: the agent program runs masque's commands and sends its telemetry. `null`
 * where one of both is not set up, or cannot be read.
 */
export async function scoredBy(world: HostWorld & { readonly host: Host }): Promise<ScoredBy | null> {
  const inspection = await world.host.inspection();
  try {
    const { hasExpansion, isFromPlugin } = inspection.hooks(world);
    if (!hasExpansion || inspection.telemetry(world).kind === "off") return null;
    return isFromPlugin ? "plugin" : "setup";
  } catch (error) {
    if (error instanceof MasqueError) return null;
    throw error;
  }
}
