import { AUDIENCE } from "./audience/group.ts";
import { INSTALL } from "./install/group.ts";
import { JUDGE } from "./judge/group.ts";
import { MASQUES } from "./masques/group.ts";
import { CALLED_BY_CLAUDE, WEAR } from "./wear/group.ts";

/** The sections of the program's help, in order: a title, and the commands below it. */
export const SECTIONS = [
  { title: "Wear a masque", commands: WEAR },
  { title: "Masques", commands: MASQUES },
  { title: "Telemetry", commands: AUDIENCE },
  { title: "Sessions and scores", commands: JUDGE },
  { title: "Setup", commands: INSTALL },
  { title: "For Claude Code", commands: CALLED_BY_CLAUDE },
] as const;

/** Every command of the binary. */
export const COMMANDS = {
  ...WEAR,
  ...MASQUES,
  ...AUDIENCE,
  ...JUDGE,
  ...INSTALL,
  ...CALLED_BY_CLAUDE,
} as const;

/** Every command as a person types it, such as `don` or `audience start`: tests hold a row for each. */
export type CommandPath = PathsOf<typeof COMMANDS>;

type PathsOf<Group> = {
  [Name in keyof Group & string]: Group[Name] extends { readonly group: infer Inner }
    ? `${Name} ${PathsOf<Inner>}`
    : Name;
}[keyof Group & string];
