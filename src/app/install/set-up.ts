import type { Host, SetupScope } from "../../host/host.ts";
import { applySetup } from "../../host/setup/apply-setup.ts";
import type { PlannedSetup } from "../../host/setup/plan.ts";
import type { World } from "../../kernel/world.ts";
import { receiverEndpoint, type StandardAddress } from "../audience/receiver-endpoint.ts";

/** `masque setup`: plans from what the machine holds, and on a person's word applies exactly what was shown. */

/** What is asked of {@link planSetup}. */
export type SetupRequest = {
  readonly scope: SetupScope;
  readonly undo: boolean;
  /** The receiver's OTLP/HTTP port; `null` for the one that runs, or else the standard one. */
  readonly httpPort: number | null;
  readonly standard: StandardAddress;
  /** What the receiver asks of its senders; empty when nothing. */
  readonly token: string;
};

/**
 * What setting up, or undoing it, would change. Nothing is touched.
 *
 * @throws {MasqueError} `host.settings-invalid`, `file.unreadable`; and as {@link receiverEndpoint}.
 */
export async function planSetup(
  world: World & { readonly host: Host },
  { scope, undo, httpPort, standard, token }: SetupRequest,
): Promise<PlannedSetup> {
  const setup = await world.host.setup();
  if (undo) return setup.planUndo(world, scope);
  const endpoint = await receiverEndpoint(world, { transport: "http", port: httpPort, standard });
  return setup.plan(world, {
    scope,
    target: { endpoint, protocol: "http/protobuf", withToolDetails: false, token },
  });
}

/** Whether applying the plan would do nothing: not even clear what an interrupted setup has left in the journal. */
export function isSettled({ plan, former }: PlannedSetup): boolean {
  return plan.changes.length === 0 && (plan.result !== null || former === null);
}

/**
 * Applies the plan that was shown.
 *
 * @throws {MasqueError} `setup.outdated` when the machine has changed since; `file.unwritable`; `lock.timeout`
 */
export async function applyPlanned(planned: PlannedSetup): Promise<void> {
  await applySetup(planned);
}
