import type { ArgsDef } from "citty";
import { type Keeping, keepingFrom } from "../audience/keeping.ts";
import { MasqueError } from "../kernel/errors.ts";
import { printableLine } from "../kernel/printable.ts";
import { type Config, SETTINGS } from "../kernel/settings.ts";

/** How a receiver keeps telemetry, of `audience start` and `audience run`. Without the flag its setting counts. */
export const keepingFlags = {
  sync: {
    type: "string",
    valueHint: "MODE",
    description: "When a request is on disk: always (before its sender is answered), off (when the system writes it)",
  },
} as const satisfies ArgsDef;

/** That flag as it was typed. */
export type KeepingFlags = { readonly sync?: string | undefined };

/**
 * How the flag, or else the settings, have telemetry kept.
 *
 * @throws {MasqueError} `cli.usage`
 */
export function keepingWith({ sync: typed }: KeepingFlags, config: Config): Keeping {
  const keeping = keepingFrom(config);
  if (typed === undefined) return keeping;
  const sync = SETTINGS["audience.sync"].readText(typed);
  if (sync === undefined) {
    const { takes } = SETTINGS["audience.sync"];
    throw new MasqueError("cli.usage", `Cannot use --sync "${printableLine(typed)}": it takes ${takes}`, {
      hint: "masque audience run --help",
    });
  }
  return { ...keeping, sync };
}

/** The flag as it was typed, to start a receiver with it another time. */
export function typedKeepingFlags({ sync }: KeepingFlags): readonly string[] {
  return sync === undefined ? [] : ["--sync", sync];
}

/** What to say about the flag: a word of former versions is still taken. */
export function keepingWarnings({ sync }: KeepingFlags): readonly string[] {
  const note = sync === undefined ? undefined : SETTINGS["audience.sync"].noteOn?.(sync);
  return note === undefined ? [] : [`--sync: ${note}`];
}
