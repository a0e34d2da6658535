import { endpointOf } from "../../../audience/address.ts";
import type { AudienceStatus } from "../../../audience/process/status.ts";
import { BUILD } from "../../../kernel/process/build.ts";
import { type Check, type Finding, failed, ok, warning } from "./check.ts";

/** Whether the receiver runs and is well. */
export function receiverCheck(status: Pick<AudienceStatus, "kind" | "health">, isSentTo: () => boolean): Check {
  return { name: "audience", look: () => receiverFinding(status, isSentTo) };
}

function receiverFinding({ kind, health }: Pick<AudienceStatus, "kind" | "health">, isSentTo: () => boolean): Finding {
  if (kind === "unresponsive")
    return failed("it runs and does not answer", "masque audience logs, then stop and start it");
  if (!health) {
    const fix = "masque audience start";
    // Where no telemetry is sent, a receiver that does not run is not a failure.
    return isSentTo() ? failed("not running: what Claude Code sends is lost", fix) : warning("not running", fix);
  }
  const where = `process ${health.pid} on ${endpointOf(health.host, health.ports.http)}`;
  if (health.status === "failing")
    return failed(`${where} cannot write: see masque audience logs`, "free some space, or make its folder writable");
  if (health.version !== BUILD.version) {
    const what = `${where} is masque ${health.version}, and this is ${BUILD.version}`;
    return warning(what, "masque audience stop, then masque audience start");
  }
  return ok(`${where}, since ${health.since}`);
}
