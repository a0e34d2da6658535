import { existsSync } from "node:fs";
import { homedir } from "node:os";
import { dirname, isAbsolute, join, resolve } from "node:path";
import { errnoOf, MasqueError } from "./errors.ts";
import { printableLine } from "./text/printable.ts";

/** An environment as a value: nothing below `main.ts` reads `process.env`. */
export type Env = Readonly<Record<string, string | undefined>>;

/** Where masque keeps its files, as absolute paths. docs/files.md says what lies in each folder. */
export type Paths = {
  readonly home: string;
  /** Private masques and teams. */
  readonly masques: string;
  /** The user's own `config.yaml`. */
  readonly configFile: string;
  readonly data: string;
  /** Pinned masques by digest, and their remembered verdicts. */
  readonly store: string;
  /** Captured telemetry, one export request a line. */
  readonly otel: string;
  /** Don and doff events, appended by commands and hooks. */
  readonly events: string;
  /** What each agent session wears, one file a session. */
  readonly sessions: string;
  /** What is known of agent programs: what setup wrote, what their processes announced, what their projects show. */
  readonly host: string;
  readonly judge: string;
  /** Run-time state of the receiver: pid, lock, log. */
  readonly audience: string;
  /** Native libraries unpacked from the binary, by digest. */
  readonly libraries: string;
};

/**
 * Finds masque's folders from an environment. A relative `XDG_*` is left out, as its specification demands.
 *
 * @throws {MasqueError} `config.invalid` when there is no home folder to start from, or when `MASQUES_HOME` or
 *   `MASQUE_DATA_DIR` is relative: it would name another folder in every working folder, a repository among them.
 */
export function pathsFrom(env: Env): Paths {
  const home = homeFrom(env);
  const base = (name: string, otherwise: string) => absolute(env[name], home) ?? otherwise;
  const own = (name: string, otherwise: string) => {
    const folder = absolute(env[name], home);
    if (env[name] && folder === undefined) throw relativeFolder(name, env[name]);
    return folder ?? otherwise;
  };
  const config = base("XDG_CONFIG_HOME", join(home, ".config"));
  const cache = base("XDG_CACHE_HOME", join(home, ".cache"));
  const data = own("MASQUE_DATA_DIR", join(base("XDG_DATA_HOME", join(home, ".local", "share")), "masque"));
  return {
    home,
    masques: own("MASQUES_HOME", join(home, ".masques")),
    configFile: join(config, "masque", "config.yaml"),
    data,
    store: join(data, "store"),
    otel: join(data, "otel"),
    events: join(data, "otel", "masque.jsonl"),
    sessions: join(data, "sessions"),
    host: join(data, "host"),
    judge: join(data, "judge"),
    audience: join(data, "audience"),
    libraries: join(cache, "masque", "lib"),
  };
}

function homeFrom(env: Env): string {
  const home = [env["HOME"], env["USERPROFILE"]].find((folder) => folder && isAbsolute(folder)) ?? homeOfUser();
  if (home && isAbsolute(home)) return resolve(home);
  throw new MasqueError("config.invalid", "Cannot find your home folder: HOME is not set, and the system knows none", {
    hint: "set HOME to an absolute path",
  });
}

/** A user who is not in the system's list of users, as in a container, has no home folder there either. */
function homeOfUser(): string | undefined {
  try {
    return homedir();
  } catch (error) {
    if (errnoOf(error) !== "ENOENT") throw error;
    return undefined;
  }
}

/** An absolute path as it was given, with `~` for the home folder; `undefined` for no path and for a relative path. */
function absolute(given: string | undefined, home: string): string | undefined {
  if (given === "~" || given?.startsWith("~/")) return join(home, given.slice(1));
  return given && isAbsolute(given) ? resolve(given) : undefined;
}

function relativeFolder(name: string, value: string): MasqueError {
  return new MasqueError("config.invalid", `Cannot use ${name}="${printableLine(value)}": it is not an absolute path`, {
    hint: `write the whole path, such as ${name}="$PWD/masque"`,
  });
}

/**
 * The folder that an agent works in: `CLAUDE_PROJECT_DIR`, which Claude Code sets; else the nearest ancestor of the current folder
 * that holds `.git` or `.claude`; else the current folder. The home folder is never taken for an ancestor that holds `.claude`: that one
 * is Claude Code's own.
 *
 * Claude Code sets the variable for hooks only. A slash command gets the project from the hook that runs before it.
 */
export function projectRoot(env: Env, cwd: string): string {
  const given = env["CLAUDE_PROJECT_DIR"];
  if (given) return resolve(given);
  const home = homeFrom(env);
  const start = resolve(cwd);
  for (let folder = start; ; folder = dirname(folder)) {
    if (folder !== home && (existsSync(join(folder, ".git")) || existsSync(join(folder, ".claude")))) return folder;
    if (dirname(folder) === folder) return start;
  }
}
