import { dirname, join } from "node:path";
import { stableProgram } from "../../../kernel/process/stable-program.ts";
import type { World } from "../../../kernel/world.ts";
import type { HostSetup, HostWorld } from "../../host.ts";
import { findFile, readSettingsFile } from "../../settings/file.ts";
import { valueAt } from "../../settings/text.ts";
import { readSetupJournal } from "../../setup/apply-setup.ts";
import type { Setup, SetupJournal, SetupKey } from "../../setup/journal.ts";
import { isLink, missingFolders } from "../../setup/missing-folders.ts";
import { type FilesFound, formerOf, type PlannedSetup, pathsOf, planUndo } from "../../setup/plan.ts";
import { tellsWhatProcessesHave } from "../host-processes.ts";
import { groundOf, projectFolder, runShPath, settingsFileOf, setupPlace, userFolder } from "../places.ts";
import { telemetryEnv } from "../telemetry-env.ts";
import { PLACE_VARIABLES } from "../trusted-env.ts";
import { commandFiles } from "./command-files.ts";
import { commandOf } from "./entries.ts";
import { planSetup, type SetupFacts } from "./plan.ts";
import { pluginReachFor } from "./plugin-reach.ts";

type Wanted = Parameters<HostSetup["plan"]>[1];

/** Reads the machine, and plans what a setup, or undoing it, would change. Throws as {@link HostSetup.plan}. */
export function planClaudeSetup(world: World, wanted: Wanted): PlannedSetup {
  const place = setupPlace(world);
  const key = keyOf(world, wanted.scope);
  const { former } = formerOf(readSetupJournal(place), key);
  return { plan: planSetup(readFacts(world, wanted, { key, former }), former), former, place };
}

/** The same for {@link HostSetup.planUndo}. */
export function planClaudeUndo(world: HostWorld, scope: Wanted["scope"]): PlannedSetup {
  const place = setupPlace(world);
  const journal = readSetupJournal(place);
  const { former, orEmpty } = formerOf(journal, keyOf(world, scope));
  const plan = planUndo(readFiles(world, pathsOf(former)), withoutShared(journal, orEmpty, runShPath(world.paths)));
  return { plan, former, place };
}

function keyOf(world: HostWorld, scope: Wanted["scope"]): SetupKey {
  return { kind: "setup", folder: scope === "user" ? userFolder(world) : projectFolder(world) };
}

/** The script serves every place that was set up: it goes with the last. */
function withoutShared(journal: SetupJournal, former: Setup, runSh: string): Setup {
  const isLast = journal.every(({ kind, folder }) => kind !== "setup" || folder === former.folder);
  return isLast ? former : { ...former, files: former.files.filter(({ path }) => path !== runSh) };
}

function readFacts(
  world: World,
  { scope, target }: Wanted,
  { key, former }: { key: SetupKey; former: Setup | null },
): SetupFacts {
  const own = settingsFileOf(world);
  const settings = scope === "user" ? own : join(key.folder, "settings.local.json");
  const base = { claude: key.folder, runSh: runShPath(world.paths), program: stableProgram(world) };
  const files = commandFiles(base).map(({ path }) => path);
  return {
    ...base,
    ...readFiles(world, [settings, own, ...files, ...pathsOf(former)]),
    settings,
    userSettings: own,
    missingFolders: missingFolders([...files, settings, own].map(dirname)),
    plugin: pluginReachFor(world, scope),
    inheritedStatusline: scope === "user" ? null : inheritedStatusline(world),
    telemetry: telemetryEnv(target),
    processEnv: world.env,
    places: tellsWhatProcessesHave() ? {} : placesOf(world),
  };
}

function placesOf({ env }: HostWorld): Record<string, string> {
  return Object.fromEntries(PLACE_VARIABLES.flatMap((name) => (env[name] ? [[name, env[name]]] : [])));
}

/** The texts of files. A script or command that is a link is not read: a person has put the link there. */
function readFiles(world: HostWorld, paths: readonly string[]): FilesFound {
  const [texts, links] = [new Map<string, string>(), new Set<string>()];
  for (const path of new Set(paths)) {
    if (!path.endsWith(".json") && isLink(path)) links.add(path);
    const { text } = links.has(path) ? { text: null } : findFile(path, groundOf(world, path));
    if (text !== null) texts.set(path, text);
  }
  return { texts, links };
}

function inheritedStatusline(world: HostWorld): string | null {
  return statuslineIn(join(projectFolder(world), "settings.json")) ?? statuslineIn(settingsFileOf(world));
}

function statuslineIn(path: string): string | null {
  const text = readSettingsFile(path);
  return text === null ? null : commandOf(valueAt(text, ["statusLine"], path));
}
