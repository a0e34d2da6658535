import type { SettingTable } from "../kernel/config/setting.ts";
import { flagValue } from "./flag-value.ts";

/** Settings as flags: name, value, help and check of each come from the setting's declaration. */

/** The names of the flags that some settings have. */
type FlagName<Settings extends SettingTable> = {
  [Key in keyof Settings]: Settings[Key] extends { readonly flag: infer Flag extends string } ? Flag : never;
}[keyof Settings];

/** Those flags as they were typed. */
export type TypedFlags<Settings extends SettingTable> = {
  readonly [Flag in FlagName<Settings>]?: string | undefined;
};

/** The flags, as a command declares them. */
export function settingFlags<Settings extends SettingTable>(settings: Settings) {
  const flags = withFlags(settings).map(({ flag, setting: { hint, description, default: standard } }) => {
    const shown = standard === null ? "" : ` (default ${standard})`;
    const text = `${description.charAt(0).toUpperCase()}${description.slice(1)}${shown}`;
    return [flag, { type: "string", valueHint: hint, description: text }] as const;
  });
  // Object.fromEntries forgets which flags there are.
  return Object.fromEntries(flags) as {
    readonly [Flag in FlagName<Settings>]: {
      readonly type: "string";
      readonly valueHint: string;
      readonly description: string;
    };
  };
}

/** The values that were typed, each by its setting's name, and what to say about them. */
export type FlagReading = { readonly values: Readonly<Record<string, unknown>>; readonly notes: readonly string[] };

/**
 * Reads the flags that were typed.
 *
 * @throws {MasqueError} `cli.usage`
 */
export function readSettingFlags<Settings extends SettingTable>(
  path: string,
  settings: Settings,
  typed: TypedFlags<Settings>,
): FlagReading {
  const given = typedAmong(settings, typed);
  const values = given.map(({ key, flag, setting, text }) => [key, flagValue(path, flag, text, setting)] as const);
  const notes = given.flatMap(({ flag, setting, text }) => {
    const note = setting.noteOn?.(text);
    return note === undefined ? [] : [`--${flag}: ${note}`];
  });
  return { values: Object.fromEntries(values), notes };
}

/** The flags as they were typed, to run another command with them. */
export function typedAgain<Settings extends SettingTable>(settings: Settings, typed: TypedFlags<Settings>): string[] {
  return typedAmong(settings, typed).flatMap(({ flag, text }) => [`--${flag}`, text]);
}

function typedAmong<Settings extends SettingTable>(settings: Settings, typed: TypedFlags<Settings>) {
  const texts: ReadonlyMap<string, string | undefined> = new Map(Object.entries(typed));
  return withFlags(settings).flatMap((one) => {
    const text = texts.get(one.flag);
    return text === undefined ? [] : [{ ...one, text }];
  });
}

function withFlags(settings: SettingTable) {
  return Object.entries(settings).flatMap(([key, setting]) =>
    setting.flag === undefined ? [] : [{ key, flag: setting.flag, setting }],
  );
}
