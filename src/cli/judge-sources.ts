import { relative } from "node:path";
import type { Deps } from "../deps.ts";
import { givenSources } from "../judge/given-sources.ts";
import type { Sources } from "../judge/judge.ts";
import { defaultSources } from "../judge/sources.ts";
import { spoolStdin } from "./spool-stdin.ts";

/** Telemetry to read, and how its files are called to people. */
export type OpenSources = {
  readonly sources: Sources;
  nameOf(path: string): string;
  /** Removes what was kept of standard input. */
  [Symbol.dispose](): void;
};

const STDIN = "-";

/**
 * What `--logs` names, `-` being standard input, or the user's own telemetry: `using opened = await openSources(…)`.
 *
 * @throws {MasqueError} `judge.logs-missing`, `judge.logs-unreadable`; what {@link spoolStdin} throws.
 */
export async function openSources(logs: readonly string[] | undefined, deps: Deps): Promise<OpenSources> {
  if (!logs) return { sources: defaultSources(deps.paths), nameOf: (path) => path, [Symbol.dispose]: () => undefined };
  const spooled = logs.includes(STDIN) ? await spoolStdin(deps) : undefined;
  try {
    const named = logs.map((path) => (path === STDIN && spooled ? spooled.path : path));
    return {
      sources: givenSources(named, deps.cwd, deps.paths),
      nameOf: (path) => (path === spooled?.path ? "standard input" : shortest(path, deps.cwd)),
      [Symbol.dispose]: () => spooled?.[Symbol.dispose](),
    };
  } catch (error) {
    spooled?.[Symbol.dispose]();
    throw error;
  }
}

function shortest(path: string, cwd: string): string {
  const near = relative(cwd, path);
  return near === "" || near.startsWith("..") ? path : near;
}
