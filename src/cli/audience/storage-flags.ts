import type { ArgsDef } from "citty";
import { type StorageSettings, storageSettingsFrom } from "../../audience/files/storage-settings.ts";
import { type Config, SETTINGS } from "../../kernel/config/settings.ts";
import { MasqueError } from "../../kernel/errors.ts";
import { printableLine } from "../../kernel/text/printable.ts";

/** How a receiver keeps telemetry, of `audience start` and `audience run`. Without the flag its setting counts. */
export const storageFlags = {
  sync: {
    type: "string",
    valueHint: "MODE",
    description: "When a request is on disk: always (before its sender is answered), off (when the system writes it)",
  },
} as const satisfies ArgsDef;

/** That flag as it was typed. */
export type StorageFlags = { readonly sync?: string | undefined };

/**
 * How the flag, or else the settings, have telemetry kept.
 *
 * @throws {MasqueError} `cli.usage`
 */
export function storageWith({ sync: typed }: StorageFlags, config: Config): StorageSettings {
  const keeping = storageSettingsFrom(config);
  if (typed === undefined) return keeping;
  const sync = SETTINGS["audience.sync"].readText(typed);
  if (sync === undefined) {
    const { takes } = SETTINGS["audience.sync"];
    throw new MasqueError("cli.usage", `Cannot use --sync "${printableLine(typed)}": it takes ${takes}`, {
      try: "masque audience run --help",
    });
  }
  return { ...keeping, sync };
}

/** The flag as it was typed, to start a receiver with it another time. */
export function typedStorageFlags({ sync }: StorageFlags): readonly string[] {
  return sync === undefined ? [] : ["--sync", sync];
}

/** What to say about the flag: a word of former versions is still taken. */
export function keepingWarnings({ sync }: StorageFlags): readonly string[] {
  const note = sync === undefined ? undefined : SETTINGS["audience.sync"].noteOn?.(sync);
  return note === undefined ? [] : [`--sync: ${note}`];
}
