import { errnoOf, MasqueError } from "../../kernel/errors.ts";
import { readBounded } from "../../kernel/files/files.ts";
import { LIMITS } from "../../kernel/limits.ts";
import type { Env } from "../../kernel/paths.ts";
import { isObject, parseJson } from "../../kernel/text/json.ts";
import type { IgnoredVariable } from "../../kernel/world.ts";
import { HOST_MARK, type HostAbove, hostsAbove } from "./host-processes.ts";
import { userSettingsPath } from "./places.ts";

/**
 * Which of our variables count inside Claude Code.
 *
 * A repository's `.claude/settings.json` may set `env`, and Claude Code passes that on to all that it starts. So masque finds out
 * where a value comes from. When Claude Code was not started with a value, but its child process was, the value came from a
 * settings file, and counts only if the user's own settings file sets it. A value that was set later, such as by
 * `MASQUES_HOME=… masque list` in a shell, counts: whoever set it can run commands anyway.
 */

/** The environment that counts, and the variables that do not count. */
export type TrustedEnv = { readonly env: Env; readonly ignored: readonly IgnoredVariable[] };

/** What decides where masque reads and writes, beside its own variables. */
const PLACES: ReadonlySet<string> = new Set([
  "HOME",
  "USERPROFILE",
  "XDG_CONFIG_HOME",
  "XDG_DATA_HOME",
  "XDG_CACHE_HOME",
  "XDG_RUNTIME_DIR",
  "CLAUDE_CONFIG_DIR",
  "CLAUDE_PROJECT_DIR",
  "GITHUB_ACTIONS",
  "GITHUB_STEP_SUMMARY",
]);
/** Claude Code sets the project for its hooks itself, whatever a settings file says (seen on 2.1.197 and 2.1.330). */
const SET_FOR_HOOKS = "CLAUDE_PROJECT_DIR";
/** Where Claude Code's process cannot be seen, these stay as they are: only they say where the user's own settings are. */
const LEFT_WHERE_UNSEEN: ReadonlySet<string> = new Set(["HOME", "USERPROFILE", SET_FOR_HOOKS]);

/** Variables that say where masque keeps its files. Setup writes them down where the system does not show a process's environment. */
export const PLACE_VARIABLES = [
  "MASQUES_HOME",
  "MASQUE_DATA_DIR",
  "XDG_CONFIG_HOME",
  "XDG_DATA_HOME",
  "XDG_CACHE_HOME",
] as const;

/** Whether a settings file of a repository must not set a variable. What a project's own config may set is left out. */
export function isGuarded(name: string): boolean {
  if (PLACES.has(name)) return true;
  return /^MASQUES?_/.test(name) && !/^MASQUE_(?:JUDGE_|DEBUG$)/.test(name);
}

/** The environment of a process, without what a repository's settings put there. Reads nothing outside Claude Code. */
export function trustedEnv(env: Env, pid: number): TrustedEnv {
  if (env[HOST_MARK] === undefined) return { env, ignored: [] };
  return envBelow(env, hostsAbove(pid), readUserEnv);
}

/**
 * The same, where the Claude Code processes above are known.
 *
 * @param userEnv Reads `env` of the user's own settings, which the environment given leads to.
 */
export function envBelow(env: Env, hosts: readonly HostAbove[] | null, userEnv: (env: Env) => Env): TrustedEnv {
  const guarded = Object.keys(env).filter(isGuarded);
  const traced = new Map(guarded.map((name) => [name, hosts === null ? unseen(env, name) : origin(env, hosts, name)]));
  const changed = guarded.filter((name) => traced.get(name) !== env[name]);
  if (changed.length === 0) return { env, ignored: [] };
  const settled = userEnv({ ...env, ...Object.fromEntries(traced) });
  const ignored: IgnoredVariable[] = [];
  const result: Record<string, string | undefined> = { ...env };
  for (const name of changed) {
    // Claude Code puts the user's settings over the environment that it was started with.
    const used = settled[name] ?? traced.get(name);
    if (used === undefined) delete result[name];
    else result[name] = used;
    if (used !== env[name]) ignored.push({ name, value: env[name] ?? "", used });
  }
  return { env: result, ignored };
}

/** Follows a value up through each Claude Code, as long as that is what it gave to its child process. */
function origin(env: Env, hosts: readonly HostAbove[], name: string): string | undefined {
  let value = env[name];
  for (const { host, child, isParent } of hosts) {
    if (isParent && name === SET_FOR_HOOKS) return value;
    if (child !== null && child[name] !== value) return value;
    value = host?.[name];
  }
  return value;
}

function unseen(env: Env, name: string): string | undefined {
  return LEFT_WHERE_UNSEEN.has(name) ? env[name] : undefined;
}

/** A settings file that cannot be read sets nothing: here it must not stop a command. */
function readUserEnv(env: Env): Env {
  const home = env["HOME"] || env["USERPROFILE"];
  if (!home) return {};
  const settings = parseJson(textOf(userSettingsPath(env, home)).replace(/^\ufeff/, ""));
  const found = isObject(settings) ? settings["env"] : undefined;
  const pairs = isObject(found) ? Object.entries(found) : [];
  return Object.fromEntries(pairs.filter((pair): pair is [string, string] => typeof pair[1] === "string"));
}

function textOf(path: string): string {
  const tooLarge = () => new MasqueError("file.unreadable", `Cannot read "${path}": it is too long for settings`);
  try {
    return readBounded(path, LIMITS.settingsFileBytesMax, tooLarge)?.toString("utf8") ?? "";
  } catch (error) {
    if (!(error instanceof MasqueError) && errnoOf(error) === undefined) throw error;
    return "";
  }
}
