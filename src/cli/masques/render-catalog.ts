import type { MarkedEntry } from "../../app/masques/marked-catalog.ts";
import { plural } from "../../kernel/text/plural.ts";
import { printableLine } from "../../kernel/text/printable.ts";
import type { Output } from "../../kernel/world.ts";
import { sharedEntries } from "../../masque/list-masques.ts";
import type { SyncedManifest } from "../../masque/sync-manifest.ts";
import { markedName } from "../print/catalog.ts";
import { jsonText } from "../print/output.ts";
import { styleFor } from "../print/style.ts";
import { type Column, tableText } from "../print/table.ts";

/** What `list` prints. */

const TAGLINE_COLUMNS_MIN = 12;

/** The catalog as a table; a narrow terminal loses the domain before the tagline. */
export function catalogText(entries: readonly MarkedEntry[], output: Output): string {
  const style = styleFor(output);
  const columns: Column[] = [
    { heading: "NAME", style: style.bold },
    { heading: "VERSION" },
    { heading: "SOURCE", style: (cell) => (cell.startsWith("private") ? style.cyan(cell) : style.dim(cell)) },
    { heading: "CATEGORY" },
    { heading: "DOMAIN", isOptional: true },
    { heading: "TAGLINE", columnsMin: TAGLINE_COLUMNS_MIN },
  ];
  return tableText(columns, entries.map(rowOf), output.isTerminal ? output.columns : Number.POSITIVE_INFINITY);
}

/** `list --json`: one object for each masque. */
export function catalogJson(entries: readonly MarkedEntry[]): string {
  return jsonText(
    entries.map(({ hides, isWorn, ...entry }) => ({ ...entry, hides_shared: hides !== null, hides, worn: isWorn })),
  );
}

function rowOf(entry: MarkedEntry): string[] {
  const { version, hides, category, domain, tagline } = entry;
  const source = hides ? `${entry.source}, hides shared ${hides.version}` : entry.source;
  return [markedName(entry), version, source, category ?? "-", domain ?? "-", tagline ?? ""].map(printableLine);
}

/** What `sync-manifest` did. `synced` is `null` when only the shared masques were asked for. */
export type SyncOutcome = {
  readonly synced: SyncedManifest | null;
  readonly withShared: boolean;
  readonly folder: string;
};

/** `sync-manifest` for people. */
export function syncText({ synced, withShared, folder }: SyncOutcome): string {
  const lines: string[] = [];
  if (synced) {
    const what = synced.isWritten ? "manifest.yaml written" : "nothing to write";
    lines.push(`private: ${plural(synced.entries.length, "masque")} in ${printableLine(folder)}, ${what}`);
  }
  if (withShared) {
    lines.push(
      `shared: ${plural(sharedEntries().length, "masque")}, built into the binary together with their manifest`,
    );
  }
  return `${lines.join("\n")}\n`;
}

/** `sync-manifest --json` */
export function syncJson({ synced, withShared, folder }: SyncOutcome): string {
  return jsonText({
    private: synced && { folder, written: synced.isWritten, masques: synced.entries },
    shared: withShared ? { masques: sharedEntries().map(({ hides: _hides, path: _path, ...entry }) => entry) } : null,
  });
}
