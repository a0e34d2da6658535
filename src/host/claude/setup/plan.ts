import type { Env } from "../../../kernel/paths.ts";
import { parseJson } from "../../../kernel/text/json.ts";
import type { Setup, SetupKey } from "../../setup/journal.ts";
import {
  type FilesFound,
  planRemoval,
  planSettings,
  planWholeFile,
  type SetupEntries,
  type SetupPlan,
} from "../../setup/plan.ts";
import { commandFiles } from "./command-files.ts";
import { hookEntries, placeEntries, statuslineEntries, telemetryEntries } from "./entries.ts";
import type { PluginReach } from "./plugin-installed.ts";

/**
 * A setup of Claude Code as data. The plan starts from what the files would hold without an earlier setup, so the same call installs,
 * repairs and upgrades, and finds out that there is nothing to do.
 */

/** What planning needs to know of the machine. */
export type SetupFacts = FilesFound & {
  /** Folders that would have to be made, outermost first. */
  readonly missingFolders: readonly string[];
  /** The folder that gets `commands/`: `~/.claude`, or a project's. */
  readonly claude: string;
  readonly runSh: string;
  /** The command line that starts masque. */
  readonly program: readonly string[];
  /** The settings file for hooks and status line. */
  readonly settings: string;
  /** The user's own settings: Claude Code reads telemetry's environment nowhere else. */
  readonly userSettings: string;
  readonly plugin: PluginReach;
  /** The command of a status line that one in `settings` would hide. */
  readonly inheritedStatusline: string | null;
  readonly telemetry: Readonly<Record<string, string>>;
  /** Variables that say where masque's folders are, to be kept in the user's settings. */
  readonly places: Readonly<Record<string, string>>;
  readonly processEnv: Env;
};

const PLUGIN_NOTES: Readonly<Record<PluginReach, readonly string[]>> = {
  here: ["hooks: the plugin is installed and brings them"],
  "in-other-projects": [
    "hooks: the plugin is installed for single projects, where yours would run a second time; install it for your user",
  ],
  nowhere: [],
};

/**
 * Plans what makes the machine as a setup wants it.
 *
 * @param former What the journal says was set up before.
 * @throws {MasqueError} `host.settings-invalid`
 */
export function planSetup(facts: SetupFacts, former: Setup | null): SetupPlan {
  const paths = new Set([facts.settings, facts.userSettings, ...(former?.settings ?? []).map(({ path }) => path)]);
  const found = { texts: facts.texts, links: facts.links, former };
  const settings = [...paths].map((path) => planSettings(path, found, (ground) => wishesFor(path, ground, facts)));
  const wanted = commandFiles(facts);
  const files = wanted.map((file) => planWholeFile(file, found));
  const obsolete = (former?.files ?? []).filter(({ path }) => !wanted.some((file) => file.path === path));
  const parts = [...files, ...obsolete.map((record) => planRemoval(record, facts)), ...settings];
  const key: SetupKey = { kind: "setup", folder: facts.claude };
  const folders = [...(former?.folders ?? []), ...facts.missingFolders];
  return {
    key,
    changes: parts.flatMap(({ change }) => change ?? []),
    notes: [...PLUGIN_NOTES[facts.plugin], ...parts.flatMap(({ notes }) => notes)],
    warnings: [...paths].flatMap((path) => ignoredByHost(path, facts.texts.get(path))),
    intent: {
      ...key,
      settings: settings.flatMap(({ intent }) => intent),
      files: [...files.flatMap(({ intent }) => intent), ...obsolete],
      folders,
    },
    result: {
      ...key,
      settings: settings.flatMap(({ result }) => result),
      files: files.flatMap(({ result }) => result),
      folders,
    },
  };
}

/** Seen on 2.1.330: Claude Code reads strict JSON, with or without a byte order mark, and ignores any other file. */
function ignoredByHost(path: string, text: string | undefined): string[] {
  const json = (text ?? "").replace(/^\ufeff/, "");
  if (json.trim() === "" || parseJson(json) !== undefined) return [];
  return [`"${path}": Claude Code ignores this file until its comments and trailing commas are gone`];
}

function wishesFor(path: string, ground: string | null, facts: SetupFacts): SetupEntries {
  const entries: SetupEntries[] = [];
  if (path === facts.settings) {
    if (facts.plugin === "nowhere") entries.push({ wishes: hookEntries(facts.program), notes: [] });
    entries.push(statuslineEntries(ground, path, { program: facts.program, inherited: facts.inheritedStatusline }));
  }
  if (path === facts.userSettings) {
    entries.push(telemetryEntries(ground, path, facts.telemetry, facts.processEnv));
    entries.push({ wishes: placeEntries(facts.places), notes: [] });
  }
  return { wishes: entries.flatMap(({ wishes }) => wishes), notes: entries.flatMap(({ notes }) => notes) };
}
