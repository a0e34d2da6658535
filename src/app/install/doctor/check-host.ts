import { existsSync } from "node:fs";
import { isAbsolute, join } from "node:path";
import type { Health } from "../../../audience/process/health.ts";
import { userSettingsPath } from "../../../host/claude/settings-path.ts";
import { HOOK_WORDS, type HookPresent, hooksPresent } from "../../../host/claude/setup/hooks-present.ts";
import { pluginReachFor } from "../../../host/claude/setup/plugin-reach.ts";
import { exporterVariables, settingsEnv, telemetryState } from "../../../host/claude/telemetry-state.ts";
import { readSettingsFile } from "../../../host/settings/file.ts";
import { type Json, parseJson } from "../../../kernel/text/json.ts";
import type { World } from "../../../kernel/world.ts";
import type { StandardAddress } from "../../audience/receiver-endpoint.ts";
import { type Check, type Finding, failed, ok, warning } from "./check.ts";

/** What of Claude Code's own settings decides whether masque is called, and told what happens. */
export type HostWorld = Pick<World, "env" | "paths" | "project">;

const SET_UP = "masque setup claude";
const CONFIGURE = "masque audience config --write";

/** A settings file of the host's: `json` is `undefined` when it is no JSON, which the host passes over. */
type SettingsFile = { readonly path: string; readonly json: Json | undefined };

/** Hooks, telemetry, and what a project says of either. */
export function hostChecks(world: HostWorld, health: Health | undefined, standard: StandardAddress): readonly Check[] {
  const address = health ? { host: health.host, ...health.ports } : standard;
  return [
    { name: "Claude Code settings", look: () => settingsFinding(world) },
    { name: "Claude Code hooks", look: () => hooksFinding(world) },
    { name: "Claude Code telemetry", look: () => telemetryFinding(world, address) },
    { name: "project telemetry", look: () => projectFinding(world) },
  ];
}

/** Whether the host would send its telemetry to a receiver there. */
export function sendsHere(world: HostWorld, address: StandardAddress): boolean {
  return telemetryFinding(world, address).verdict === "ok";
}

function settingsFinding(world: HostWorld): Finding {
  const files = [ownSettings(world), ...projectSettings(world)].filter((file) => file !== null);
  const broken = files.find(({ json }) => json === undefined);
  if (!broken) return ok(files.length === 0 ? "there are none" : files.map(({ path }) => `"${path}"`).join(", "));
  return warning(
    `"${broken.path}" is no strict JSON: Claude Code passes over it`,
    "take out comments and trailing commas",
  );
}

function hooksFinding(world: HostWorld): Finding {
  const hasPlugin = pluginReachFor(world, "project") === "here";
  const files = [ownSettings(world), ...projectSettings(world)].flatMap((file) => (file === null ? [] : [file]));
  const inSettings = files.flatMap(({ json }) => hooksPresent(json));
  const called = inSettings.filter(({ isFromSetup }) => !(hasPlugin && isFromSetup));
  const counts = Object.keys(HOOK_WORDS).map((event) => {
    const count = called.filter((hook) => hook.event === event).length + (hasPlugin ? 1 : 0);
    return { event, count };
  });
  const missing = counts.filter(({ count }) => count === 0).map(({ event }) => event);
  const twice = counts.filter(({ count }) => count > 1).map(({ event }) => event);
  const gone = missingProgram(world, called, hasPlugin);
  if (missing.length > 0) {
    const what = missing.length === counts.length ? "none of masque's hooks is there" : `${missing.join(", ")} missing`;
    const isDeaf = missing.includes("UserPromptExpansion");
    const lost = isDeaf
      ? "slash commands cannot run"
      : "what is worn does not live through resume, /clear and /compact";
    return warning(`${what}: ${lost}`, SET_UP);
  }
  if (gone !== null) return failed(`the hooks run "${gone}", which is not there`, SET_UP);
  if (twice.length > 0) return warning(`${twice.join(", ")} would run twice`, `${SET_UP} --undo, in one of the places`);
  return ok(`each once, ${hasPlugin ? "from the plugin" : "from the settings"}`);
}

function missingProgram(world: HostWorld, called: readonly HookPresent[], hasPlugin: boolean): string | null {
  const commands = [...called.map(({ command }) => command), ...(hasPlugin ? ["masque"] : [])];
  const isThere = (command: string) =>
    isAbsolute(command) ? existsSync(command) : Bun.which(command, { PATH: world.env["PATH"] ?? "" }) !== null;
  return commands.find((command) => !isThere(command)) ?? null;
}

function telemetryFinding(world: HostWorld, { host, http, grpc }: StandardAddress): Finding {
  const state = telemetryState({ ...world.env, ...settingsEnv(ownSettings(world)?.json) });
  if (state.kind === "off") return warning(`none is sent: ${state.because}`, CONFIGURE);
  const wanted = state.protocol === "grpc" ? grpc : http;
  const said = `${state.protocol} to ${state.endpoint}`;
  if (wanted === 0) {
    const setting = `audience.${state.protocol === "grpc" ? "grpc" : "http"}Port`;
    return warning(`${said}, but ${setting} is 0: the receiver takes any free port`, `set ${setting} to a fixed port`);
  }
  if (portAt(state.endpoint, host) === wanted) return ok(said);
  return warning(`${said} (${state.variable ?? "by default"}), and not to port ${wanted} of ${host}`, CONFIGURE);
}

/** The port of an endpoint at this address, which exporters find by the name `localhost` too; `undefined` for every other. */
function portAt(endpoint: string, host: string): number | undefined {
  const url = URL.parse(endpoint);
  const name = url?.hostname.replace(/^\[(.*)\]$/, "$1");
  if (!url || (name !== "localhost" && name !== host)) return undefined;
  return Number(url.port || (url.protocol === "https:" ? "443" : "80"));
}

function projectFinding(world: HostWorld): Finding {
  const [first] = ignoredWarnings(world);
  if (first === undefined) return ok("the project's settings leave it alone, as they must");
  return warning(first, `${CONFIGURE}, and take it out there`);
}

/** What this project's settings say of telemetry, where the host passes over it. */
export function ignoredWarnings(world: HostWorld): readonly string[] {
  return projectSettings(world).flatMap(({ path, json }) => {
    const names = exporterVariables(json);
    if (names.length === 0) return [];
    return [`"${path}" sets ${names.join(", ")}: Claude Code ignores that in a project's settings`];
  });
}

function ownSettings({ env, paths }: HostWorld): SettingsFile | null {
  return settingsAt(userSettingsPath(env, paths.home));
}

function projectSettings(world: HostWorld): readonly SettingsFile[] {
  const own = userSettingsPath(world.env, world.paths.home);
  const paths = ["settings.json", "settings.local.json"].map((name) => join(world.project, ".claude", name));
  return paths.filter((path) => path !== own).flatMap((path) => settingsAt(path) ?? []);
}

function settingsAt(path: string): SettingsFile | null {
  const text = readSettingsFile(path)?.replace(/^\ufeff/, "");
  if (text === undefined || text.trim() === "") return null;
  return { path, json: parseJson(text) };
}
