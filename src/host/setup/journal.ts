import { isObject, type Json, parseJson } from "../../kernel/text/json.ts";
import { listOf, oneOf, recordOf, type Shape, string } from "../../kernel/text/json-shape.ts";
import { type EditSet, readSettingsRecord, type SettingsEdit, type SettingsRecord } from "../settings/edit.ts";

/**
 * What `masque setup` and `masque audience config --write` wrote into which files, so that all of it can be taken out:
 * `<data>/host/claude/setup.json`. The journal is saved before anything is changed, with what the files hold now and what
 * they will hold, and again when all is done. So the journal knows whatever a file holds after a crash.
 */
export type SetupJournal = readonly Setup[];

/** Which command wrote, and for which folder: `~/.claude`, or a project's `.claude`. */
export type SetupKey = { readonly kind: "setup" | "telemetry"; readonly folder: string };

/** One place that was set up. */
export type Setup = SetupKey & {
  readonly settings: readonly SettingsFileRecord[];
  readonly files: readonly FileRecord[];
  /** Folders that we made, outermost first: they go again when they are empty. */
  readonly folders: readonly string[];
};

/** What we wrote into one settings file. */
export type SettingsFileRecord = SettingsRecord & { readonly path: string };

/** A file that is ours as long as its digest is one of these. */
export type FileRecord = { readonly path: string; readonly digests: readonly string[] };

/** The journal's entry for a key. */
export function setupOf(journal: SetupJournal, { kind, folder }: SetupKey): Setup | null {
  return journal.find((setup) => setup.kind === kind && setup.folder === folder) ?? null;
}

/** The journal with another entry for a key, or none. */
export function withSetup(journal: SetupJournal, key: SetupKey, setup: Setup | null): SetupJournal {
  const former = setupOf(journal, key);
  return [...journal.filter((one) => one !== former), ...(setup ? [setup] : [])];
}

/**
 * The journal after `gone` was taken out. A folder that still holds files of another entry is removed with that entry. Where
 * another entry wrote into the same settings file, what that entry found there may have been masque's own; it then takes over
 * what `gone` had found, so that taking it out later gives back what was there before both.
 */
export function takenOver(journal: SetupJournal, gone: Setup): SetupJournal {
  return withSetup(journal, gone, null).map((setup) => ({
    ...setup,
    folders: [...new Set([...setup.folders, ...gone.folders])].sort((one, other) => one.length - other.length),
    settings: setup.settings.map((record) => {
      const former = gone.settings.find(({ path }) => path === record.path);
      return former ? recordAfter(record, former) : record;
    }),
  }));
}

function recordAfter(record: SettingsFileRecord, gone: SettingsFileRecord): SettingsFileRecord {
  const below = gone.sets.flatMap(({ edits }) => edits);
  const inherit = (edit: SettingsEdit): SettingsEdit => {
    const beside = below.filter(({ path }) => path[0] === edit.path[0]);
    const found = edit.former === null ? undefined : parseJson(edit.former);
    const under = beside.find(({ path, value }) => Bun.deepEquals([path, value], [edit.path, found], true));
    const madeFrom = Math.min(edit.madeFrom, ...beside.map((one) => one.madeFrom));
    return { ...edit, madeFrom, former: under ? under.former : edit.former };
  };
  const sets = record.sets.map(({ edits }) => ({ edits: edits.map(inherit), exact: null }));
  const madeFile = record.madeFile || (gone.madeFile && below.length > 0);
  const hasChanged = madeFile !== record.madeFile || !Bun.deepEquals(editsOf(sets), editsOf(record.sets), true);
  return hasChanged ? { ...record, sets, madeFile } : record;
}

function editsOf(sets: readonly EditSet[]): readonly SettingsEdit[] {
  return sets.flatMap(({ edits }) => edits);
}

/** The journal as text. */
export function journalText(journal: SetupJournal): string {
  return `${JSON.stringify({ version: 2, setups: journal }, null, 2)}\n`;
}

const fileRecord = recordOf({ path: string, digests: listOf(string) });

const settingsFileRecord: Shape<SettingsFileRecord> = (json) => {
  const named = recordOf({ path: string })(json);
  const record = readSettingsRecord(json);
  return named && record && { ...named, ...record };
};

const setup = recordOf({
  kind: oneOf("setup", "telemetry"),
  folder: string,
  settings: listOf(settingsFileRecord),
  files: listOf(fileRecord),
  folders: listOf(string),
});

/** Reads a journal; `undefined` for anything that masque did not write. */
export function readJournal(json: Json | undefined): SetupJournal | undefined {
  if (!isObject(json)) return undefined;
  if (json["version"] === 2) return listOf(setup)(json["setups"]);
  if (json["version"] !== 1 || !isObject(json["setups"])) return undefined;
  // Version 1 knows setups alone, by their folder.
  const setups = Object.entries(json["setups"]).map(([folder, one]) =>
    isObject(one) ? { ...one, kind: "setup", folder } : null,
  );
  return listOf(setup)(setups);
}
