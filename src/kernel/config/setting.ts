import type { Json } from "../text/json.ts";

/** What a setting's value may be, in words and as a check; `undefined` is every value that it may not be. */
export type Kind<T> = {
  /** What it takes, for people: `a whole number from 0 to 65535`. */
  readonly takes: string;
  /** The value as a flag's help shows it: `PORT`, `always|off`. */
  readonly hint: string;
  /** A value in a file. */
  read(value: Json): T | undefined;
  /** The same from an environment variable or a flag. */
  readText(text: string): T | undefined;
  /** What to say about a word of former versions that is still taken: `"interval" means "always" now`. */
  noteOn?(value: Json): string | undefined;
};

/** One setting. Its key in a {@link SettingTable} is its name in a file, and gives its environment variable. */
export type Setting<T> = Kind<T> & {
  /** What it is for, in a line that help and docs/configuration.md show. */
  readonly description: string;
  readonly default: T;
  /** The flag that sets it, without dashes, on the commands that have it. */
  readonly flag?: string;
  /** Whether a project's own file may set it. A repository is not trusted: only display and thresholds are. */
  readonly isProjectSafe: boolean;
  /** Whether its value is shown nowhere, not even where it cannot be used. */
  readonly isSecret?: boolean;
};

/** Settings by their names. Names are dotted: in a file each part is a level. */
export type SettingTable = Readonly<Record<string, Setting<unknown>>>;

/** A value for every setting of a table. */
export type ConfigOf<Settings extends SettingTable> = {
  readonly [Key in keyof Settings]: Settings[Key] extends Setting<infer T> ? T : never;
};

/** The value of every setting that was set nowhere. */
export function defaultsOf<Settings extends SettingTable>(settings: Settings): ConfigOf<Settings> {
  const defaults = Object.entries(settings).map(([key, setting]) => [key, setting.default] as const);
  // Object.fromEntries forgets which keys there are.
  return Object.fromEntries(defaults) as ConfigOf<Settings>;
}

/** The environment variable that overrides every file: `MASQUE_AUDIENCE_HTTP_PORT` for `audience.httpPort`. */
export function variableOf(key: string): string {
  return `MASQUE_${key.replaceAll(".", "_").replaceAll(/[A-Z]/g, "_$&")}`.toUpperCase();
}
