import { relative } from "node:path";
import { flushAllPending } from "../app/flush-pending.ts";
import type { Deps } from "../deps.ts";
import { givenSources } from "../judge/given-sources.ts";
import type { Sources } from "../judge/judge.ts";
import { defaultSources } from "../judge/sources.ts";
import { usage } from "./parse.ts";
import { printWarnings } from "./print.ts";
import { spoolStdin } from "./spool-stdin.ts";

/** Telemetry to read, and how its files are called to people. */
export type OpenSources = {
  readonly sources: Sources;
  nameOf(path: string): string;
  /** Whether the user named them, instead of the captured ones. */
  readonly isGiven: boolean;
  /** Removes what was kept of standard input. */
  [Symbol.dispose](): void;
};

const STDIN = "-";

/** What `--logs` and `--marks` name. */
type Lists = { readonly logs?: readonly string[]; readonly marks?: readonly string[] };

/**
 * What `--logs` names, `-` being standard input, or the user's own telemetry: `using opened = await openSources(command, lists, deps)`.
 *
 * @throws {MasqueError} `cli.usage` for `--marks` without `--logs`, `judge.logs-missing`, `judge.logs-unreadable`; what {@link spoolStdin} throws.
 */
export async function openSources(command: string, lists: Lists, deps: Deps): Promise<OpenSources> {
  const { logs, marks } = lists;
  if (!logs) {
    if (marks) throw usage(command, `Cannot run "masque ${command}": --marks is for the telemetry that --logs names`);
    printWarnings(deps.io, await flushAllPending(deps));
    const sources = defaultSources(deps.paths);
    return { sources, nameOf: (path) => path, isGiven: false, [Symbol.dispose]: () => undefined };
  }
  const spooled = logs.includes(STDIN) ? await spoolStdin(deps) : undefined;
  try {
    const named = logs.map((path) => (path === STDIN && spooled ? spooled.path : path));
    return {
      sources: givenSources({ logs: named, ...(marks === undefined ? {} : { marks }) }, deps.cwd),
      isGiven: true,
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
