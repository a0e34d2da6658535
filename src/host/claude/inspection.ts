import { join } from "node:path";
import { SLASH_COMMANDS } from "../../kernel/slash-commands.ts";
import { type Json, parseJson } from "../../kernel/text/json.ts";
import type { HooksFound, HostInspection, HostWorld, SetupScope } from "../host.ts";
import { readSettingsFile } from "../settings/file.ts";
import { projectFolder, projectSettingsPaths, settingsFileOf, userFolder } from "./places.ts";
import { HOOK_EVENTS, hooksPresent } from "./setup/hooks-present.ts";
import { pluginReachFor } from "./setup/plugin-reach.ts";
import { exporterVariables, settingsEnv, telemetryState } from "./telemetry-state.ts";

/** What Claude Code's files hold now, for `masque doctor`. Nothing is changed. */
export const inspection: HostInspection = {
  settingsFiles: (world) => allSettings(world).map(({ path, json }) => ({ path, isReadable: json !== undefined })),
  hooks: hooksFound,
  telemetry: (world) => telemetryState({ ...world.env, ...settingsEnv(settingsAt(settingsFileOf(world)).at(0)?.json) }),
  ignoredTelemetry: (world) =>
    projectSettings(world)
      .map(({ path, json }) => ({ path, names: exporterVariables(json) }))
      .filter(({ names }) => names.length > 0),
  unsafeCommand: (world) => unsafeIn(userFolder(world), "user") ?? unsafeIn(projectFolder(world), "project"),
};

/** A settings file: `json` is `undefined` where it is not strict JSON, so that Claude Code ignores it. */
type SettingsFile = { readonly path: string; readonly json: Json | undefined };

function allSettings(world: HostWorld): readonly SettingsFile[] {
  return [...settingsAt(settingsFileOf(world)), ...projectSettings(world)];
}

function projectSettings(world: HostWorld): readonly SettingsFile[] {
  return projectSettingsPaths(world).toReversed().flatMap(settingsAt);
}

/** The file, or none where it is not there or empty. */
function settingsAt(path: string): readonly SettingsFile[] {
  const text = readSettingsFile(path)?.replace(/^\ufeff/, "");
  return text === undefined || text.trim() === "" ? [] : [{ path, json: parseJson(text) }];
}

function hooksFound(world: HostWorld): HooksFound {
  const isFromPlugin = pluginReachFor(world, "project") === "here";
  const inSettings = allSettings(world).flatMap(({ json }) => hooksPresent(json));
  const called = inSettings.filter(({ isFromSetup }) => !(isFromPlugin && isFromSetup));
  const events = HOOK_EVENTS.map((event) => ({
    event,
    runs: called.filter((hook) => hook.event === event).length + (isFromPlugin ? 1 : 0),
  }));
  const programs = [...called.map(({ command }) => command), ...(isFromPlugin ? ["masque"] : [])];
  const hasExpansion = events.some(({ event, runs }) => event === "UserPromptExpansion" && runs > 0);
  return { events, hasExpansion, programs, isFromPlugin };
}

/** A block of masque 0.1: what a person types is in the shell's text. */
const UNSAFE_BLOCK = /```![^`]*run\.sh[^`]*\$ARGUMENTS/;

function unsafeIn(folder: string, scope: SetupScope): { path: string; scope: SetupScope } | null {
  const paths = SLASH_COMMANDS.map((command) => join(folder, "commands", `${command}.md`));
  const path = paths.find((one) => UNSAFE_BLOCK.test(readSettingsFile(one) ?? ""));
  return path === undefined ? null : { path, scope };
}
