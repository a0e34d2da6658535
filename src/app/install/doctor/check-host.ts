import { existsSync } from "node:fs";
import { isAbsolute } from "node:path";
import type { Health } from "../../../audience/process/health.ts";
import type { Host, HostInspection, HostWorld } from "../../../host/host.ts";
import type { StandardAddress } from "../../audience/receiver-endpoint.ts";
import { type Check, type Finding, failed, ok, warning } from "./check.ts";

/** Whether the agent program's own settings let it call masque, and send its telemetry. */

/** The world with what its agent program's files hold. */
export type InspectedWorld = HostWorld & {
  readonly host: Pick<Host, "id" | "name">;
  readonly inspection: HostInspection;
};

/** Settings, hooks, telemetry, what a project says of telemetry, and slash commands. */
export function hostChecks(
  world: InspectedWorld,
  health: Health | undefined,
  standard: StandardAddress,
): readonly Check[] {
  const address = health ? { host: health.host, ...health.ports } : standard;
  const { name } = world.host;
  return [
    { name: `${name} settings`, look: () => settingsFinding(world) },
    { name: `${name} hooks`, look: () => hooksFinding(world) },
    { name: `${name} telemetry`, look: () => telemetryFinding(world, address) },
    { name: "project telemetry", look: () => projectFinding(world) },
    { name: `${name} commands`, look: () => commandsFinding(world) },
  ];
}

/** Whether the agent program would send its telemetry to a receiver there. */
export function sendsHere(world: InspectedWorld, address: StandardAddress): boolean {
  return telemetryFinding(world, address).verdict === "ok";
}

function settingsFinding(world: InspectedWorld): Finding {
  const files = world.inspection.settingsFiles(world);
  const broken = files.find(({ isReadable }) => !isReadable);
  if (!broken) return ok(files.length === 0 ? "no settings file yet" : files.map(({ path }) => `"${path}"`).join(", "));
  return warning(
    `"${broken.path}" is not strict JSON, so ${world.host.name} ignores the whole file`,
    "make it valid JSON, without comments and trailing commas",
  );
}

function hooksFinding(world: InspectedWorld): Finding {
  const { events, hasExpansion, programs, isFromPlugin } = world.inspection.hooks(world);
  const missing = events.filter(({ runs }) => runs === 0).map(({ event }) => event);
  const twice = events.filter(({ runs }) => runs > 1).map(({ event }) => event);
  if (missing.length > 0) {
    const what =
      missing.length === events.length ? "none of masque's hooks is set up" : `no hook for ${missing.join(", ")}`;
    const lost = hasExpansion ? "a masque is lost at resume, /clear and /compact" : "slash commands cannot run";
    return warning(`${what}: ${lost}`, setUp(world));
  }
  const gone = programs.find((program) => !isThere(world, program));
  if (gone !== undefined) return failed(`the hooks run "${gone}", which is not there`, setUp(world));
  if (twice.length > 0)
    return warning(
      `${twice.join(", ")} would run twice`,
      `${setUp(world)} --project --undo, or the same without --project`,
    );
  return ok(`each once, ${isFromPlugin ? "from the plugin" : "from the settings"}`);
}

function setUp({ host }: InspectedWorld): string {
  return `masque setup ${host.id}`;
}

/** The plugin brings the hooks, so that only the variables are missing; setup writes both. */
function sendTelemetry(world: InspectedWorld): string {
  return world.inspection.hooks(world).isFromPlugin ? "masque audience config --write" : setUp(world);
}

function isThere({ env }: InspectedWorld, program: string): boolean {
  return isAbsolute(program) ? existsSync(program) : Bun.which(program, { PATH: env["PATH"] ?? "" }) !== null;
}

function telemetryFinding(world: InspectedWorld, { host, http, grpc }: StandardAddress): Finding {
  const state = world.inspection.telemetry(world);
  const fix = sendTelemetry(world);
  if (state.kind === "off") return warning(`none is sent: ${state.because}`, fix);
  const wanted = state.protocol === "grpc" ? grpc : http;
  const said = `${state.protocol} to ${state.endpoint}`;
  if (wanted === 0) {
    const setting = `audience.${state.protocol === "grpc" ? "grpc" : "http"}Port`;
    return warning(`${said}, but ${setting} is 0: the receiver takes any free port`, `set ${setting} to a fixed port`);
  }
  if (portAt(state.endpoint, host) === wanted) return ok(said);
  return warning(`${said} (${state.variable ?? "by default"}), and not to port ${wanted} of ${host}`, fix);
}

/** The port of an endpoint at this address, which exporters find by the name `localhost` too; `undefined` for every other. */
function portAt(endpoint: string, host: string): number | undefined {
  const url = URL.parse(endpoint);
  const name = url?.hostname.replace(/^\[(.*)\]$/, "$1");
  if (!url || (name !== "localhost" && name !== host)) return undefined;
  return Number(url.port || (url.protocol === "https:" ? "443" : "80"));
}

function projectFinding(world: InspectedWorld): Finding {
  const [first] = ignoredTelemetry(world);
  if (first === undefined) return ok("the project does not change where telemetry goes");
  return warning(first, `remove it there; ${sendTelemetry(world)} sets it in your own settings`);
}

/** What this project's settings say of telemetry, where that has no effect. */
export function ignoredTelemetry(world: InspectedWorld): readonly string[] {
  return world.inspection
    .ignoredTelemetry(world)
    .map(
      ({ path, names }) =>
        `"${path}" sets ${names.join(", ")}: ${world.host.name} ignores that in a project's settings`,
    );
}

function commandsFinding(world: InspectedWorld): Finding {
  const unsafe = world.inspection.unsafeCommand(world);
  if (unsafe === null) return ok("none lets what you type reach a shell");
  const what = `"${unsafe.path}" is of an earlier masque: what you type after the command can run as shell`;
  return warning(what, `${setUp(world)}${unsafe.scope === "project" ? " --project" : ""}`);
}
