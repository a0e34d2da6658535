import { existsSync } from "node:fs";
import { homedir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { errnoOf, MasqueError } from "./errors.ts";

/** An environment as a value: nothing below `main.ts` reads `process.env`. */
export type Env = Readonly<Record<string, string | undefined>>;

/** Where masque keeps what it keeps, all absolute. docs/files.md says what lies in each. */
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
  readonly judge: string;
  /** Run-time state of the receiver: pid, lock, log. */
  readonly audience: string;
  /** Native libraries unpacked from the binary, by digest. */
  readonly libraries: string;
};

/**
 * Lays out masque's folders from an environment.
 *
 * @throws {MasqueError} `config.invalid` when there is no home folder to start from.
 */
export function pathsFrom(env: Env): Paths {
  const home = homeFrom(env);
  const masques = absoluteOr(env["MASQUES_HOME"], join(home, ".masques"), home);
  const config = absoluteOr(env["XDG_CONFIG_HOME"], join(home, ".config"), home);
  const dataHome = absoluteOr(env["XDG_DATA_HOME"], join(home, ".local", "share"), home);
  const cache = absoluteOr(env["XDG_CACHE_HOME"], join(home, ".cache"), home);
  const data = absoluteOr(env["MASQUE_DATA_DIR"], join(dataHome, "masque"), home);
  return {
    home,
    masques,
    configFile: join(config, "masque", "config.yaml"),
    data,
    store: join(data, "store"),
    otel: join(data, "otel"),
    events: join(data, "otel", "masque.jsonl"),
    judge: join(data, "judge"),
    audience: join(data, "audience"),
    libraries: join(cache, "masque", "lib"),
  };
}

function homeFrom(env: Env): string {
  const home = env["HOME"] || env["USERPROFILE"] || homeOfUser();
  if (home) return resolve(home);
  throw new MasqueError("config.invalid", "Cannot find your home folder: HOME is not set, and the system knows none", {
    hint: "set HOME",
  });
}

/** A user without an entry in the system's list, as containers have them, has no home there either. */
function homeOfUser(): string | undefined {
  try {
    return homedir();
  } catch (error) {
    if (errnoOf(error) !== "ENOENT") throw error;
    return undefined;
  }
}

function absoluteOr(given: string | undefined, otherwise: string, home: string): string {
  if (!given) return otherwise;
  return given === "~" || given.startsWith("~/") ? join(home, given.slice(1)) : resolve(given);
}

/**
 * The folder whose `.claude/` holds the session state: the host's own word for it, `CLAUDE_PROJECT_DIR`; else the nearest
 * ancestor of the current folder that holds `.git` or `.claude`, but never the home folder, whose `.claude` is the host's
 * own; else the current folder.
 *
 * The host says it to its hooks alone, so the slash commands hand it on: commands/run.sh.
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
