import type { Env } from "../../../kernel/paths.ts";
import { digestOf } from "../../../kernel/text/digest.ts";
import { parseJson } from "../../../kernel/text/json.ts";
import { says } from "../../settings/text.ts";
import { planFile, withoutRecord } from "../../settings/undo.ts";
import type { FileRecord, SettingsFileRecord, Setup, SetupKey } from "../../setup/journal.ts";
import { commandFiles, type SetupFile } from "./command-files.ts";
import {
  hookEntries,
  placeEntries,
  type SetupEntries,
  type SetupEntry,
  statuslineEntries,
  telemetryEntries,
} from "./entries.ts";
import type { PluginReach } from "./plugin-installed.ts";

/**
 * A setup as data: what the machine holds goes in, the changes come out, and nothing is touched. A setup that is there
 * already is first taken back in thought, so that the same call installs, repairs, upgrades and finds nothing to do.
 */

/** What planning needs to know of the machine. */
export type SetupFacts = {
  /** The texts of all files concerned, by path; a file that is not there is absent. */
  readonly texts: ReadonlyMap<string, string>;
  /** Files of commands and of the script that are links: a person has put them there. */
  readonly links: ReadonlySet<string>;
  /** Folders that would have to be made, outermost first. */
  readonly missingFolders: readonly string[];
  /** The folder that gets `commands/`: `~/.claude`, or a project's. */
  readonly claude: string;
  readonly runSh: string;
  /** The command line that starts masque. */
  readonly program: readonly string[];
  /** The settings file for hooks and status line. */
  readonly settings: string;
  /** The user's own settings: the host reads telemetry's environment nowhere else. */
  readonly userSettings: string;
  readonly plugin: PluginReach;
  /** The command of a status line that one in `settings` would hide. */
  readonly inheritedStatusline: string | null;
  readonly telemetry: Readonly<Record<string, string>>;
  /** Variables that say where masque's folders are, to be kept in the user's settings. */
  readonly places: Readonly<Record<string, string>>;
  readonly processEnv: Env;
};

/** One file's change: `null` is no file. */
export type FileChange = {
  readonly path: string;
  readonly before: string | null;
  readonly after: string | null;
  /** What it means, a line each. */
  readonly says: readonly string[];
};

/** All that is to be done, and what the journal's entry is while and after it is. */
export type SetupPlan = {
  readonly key: SetupKey;
  readonly changes: readonly FileChange[];
  /** What is left alone, with the reason. */
  readonly notes: readonly string[];
  /** What keeps a change from taking effect. */
  readonly warnings: readonly string[];
  readonly intent: Setup;
  /** `null` when nothing is set up any more. */
  readonly result: Setup | null;
};

const PLUGIN_NOTES: Readonly<Record<PluginReach, readonly string[]>> = {
  here: ["hooks: the plugin is installed and brings them"],
  "in-other-projects": [
    "hooks: the plugin is installed for single projects, where yours would run a second time; install it for your user",
  ],
  nowhere: [],
};

type Part = { readonly change: FileChange | null; readonly notes: readonly string[] };

/**
 * Plans what makes the machine as a setup wants it.
 *
 * @param former What the journal says was set up before.
 * @throws {MasqueError} `host.settings-invalid`
 */
export function planSetup(facts: SetupFacts, former: Setup | null): SetupPlan {
  const paths = new Set([facts.settings, facts.userSettings, ...(former?.settings ?? []).map(({ path }) => path)]);
  const settings = [...paths].map((path) => planSettings(path, facts, former));
  const key: SetupKey = { kind: "setup", claude: facts.claude };
  const wanted = commandFiles(facts);
  const files = wanted.map((file) => planCommand(file, facts, former));
  const obsolete = (former?.files ?? []).filter(({ path }) => !wanted.some((file) => file.path === path));
  const removals = obsolete.map((record) => removal(record, facts));
  const parts = [...files, ...removals, ...settings];
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

/** Seen on 2.1.330: the host reads strict JSON, with or without a byte order mark, and passes over any other file. */
function ignoredByHost(path: string, text: string | undefined): string[] {
  const json = (text ?? "").replace(/^\ufeff/, "");
  if (json.trim() === "" || parseJson(json) !== undefined) return [];
  return [`"${path}": Claude Code ignores this file until its comments and trailing commas are gone`];
}

function planSettings(path: string, facts: SetupFacts, former: Setup | null) {
  const text = facts.texts.get(path) ?? null;
  const record = former?.settings.find((one) => one.path === path) ?? null;
  let wanted: SetupEntries = { wishes: [], notes: [] };
  const plan = planFile({ text, record, file: path }, (ground) => {
    wanted = wishesFor(path, ground, facts);
    return wanted.wishes;
  });
  const held = plan.ground.held.at(-1)?.edits ?? [];
  const stay = plan.result?.sets.flatMap(({ edits }) => edits) ?? [];
  const dropped = held.filter((edit) => !stay.some((one) => Bun.deepEquals(one.value, edit.value, true)));
  const news = wanted.wishes.filter((wish) => !says(text, wish, wish.value, path));
  const lines = [...dropped.map((edit) => `no longer: ${edit.path.join(".")}`), ...news.map((wish) => wish.says)];
  return {
    change: text === plan.text ? null : { path, before: text, after: plan.text, says: lines },
    notes: wanted.notes,
    intent: plan.intent ? [{ path, ...plan.intent }] : [],
    result: plan.result ? [{ path, ...plan.result }] : [],
  };
}

function wishesFor(path: string, ground: string | null, facts: SetupFacts): SetupEntries {
  const wishes: SetupEntry[] = [];
  const notes: string[] = [];
  const add = (more: SetupEntries) => {
    wishes.push(...more.wishes);
    notes.push(...more.notes);
  };
  if (path === facts.settings) {
    if (facts.plugin === "nowhere") wishes.push(...hookEntries(facts.program));
    add(statuslineEntries(ground, path, { program: facts.program, inherited: facts.inheritedStatusline }));
  }
  if (path === facts.userSettings) {
    add(telemetryEntries(ground, path, facts.telemetry, facts.processEnv));
    wishes.push(...placeEntries(facts.places));
  }
  return { wishes, notes };
}

function planCommand({ path, text, says }: SetupFile, facts: SetupFacts, former: Setup | null) {
  if (facts.links.has(path))
    return { change: null, notes: [`"${path}": it is a link of yours`], intent: [], result: [] };
  const before = facts.texts.get(path) ?? null;
  const known = former?.files.find((file) => file.path === path)?.digests ?? [];
  const isForeign = before !== null && before !== text && !known.includes(digestOf(before));
  if (isForeign) return { change: null, notes: [`"${path}": it is a file of yours`], intent: [], result: [] };
  const digest = digestOf(text);
  return {
    change: before === text ? null : { path, before, after: text, says: [says] },
    notes: [],
    intent: [{ path, digests: [...new Set([...(before === null ? [] : [digestOf(before)]), digest])] }],
    result: [{ path, digests: [digest] }],
  };
}

/**
 * Plans what takes a setup out again: every file as it was, whatever a person has added since kept.
 *
 * @throws {MasqueError} `host.settings-invalid`
 */
export function planUndo(facts: Pick<SetupFacts, "texts" | "links">, former: Setup): SetupPlan {
  const settings = former.settings.map((record) => settingsRestored(record, facts.texts));
  const files = former.files.map((record) => removal(record, facts));
  const parts = [...settings, ...files];
  return {
    key: { kind: former.kind, claude: former.claude },
    changes: parts.flatMap(({ change }) => change ?? []),
    notes: parts.flatMap(({ notes }) => notes),
    warnings: [],
    intent: former,
    result: null,
  };
}

function settingsRestored(record: SettingsFileRecord, texts: SetupFacts["texts"]): Part {
  const { path } = record;
  const before = texts.get(path) ?? null;
  const { text: after, held, changed } = withoutRecord(before, record, path);
  const gone = held.at(-1)?.edits.filter((edit) => !changed.includes(edit)) ?? [];
  const says = gone.map((edit) => `without ${edit.path.join(".")}`);
  return {
    change: before === after ? null : { path, before, after, says },
    notes: changed.map((edit) => `${edit.path.join(".")} in "${path}": it has been changed since`),
  };
}

function removal({ path, digests }: FileRecord, { texts, links }: Pick<SetupFacts, "texts" | "links">): Part {
  const before = texts.get(path);
  if (before === undefined && !links.has(path)) return { change: null, notes: [] };
  if (before !== undefined && digests.includes(digestOf(before))) {
    return { change: { path, before, after: null, says: [] }, notes: [] };
  }
  return { change: null, notes: [`"${path}": it has been changed since`] };
}
