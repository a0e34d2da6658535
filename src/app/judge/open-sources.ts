import { relative } from "node:path";
import { givenSources } from "../../judge/given-sources.ts";
import type { Sources } from "../../judge/port.ts";
import { defaultSources } from "../../judge/sources.ts";
import { MasqueError } from "../../kernel/errors.ts";
import type { WearingWorld } from "../edges.ts";
import { flushAllPending } from "../wear/flush-pending.ts";
import { spoolStdin } from "./spool-stdin.ts";

/** Telemetry to read, and the names of its files for people. */
export type OpenSources = {
  readonly sources: Sources;
  nameOf(path: string): string;
  /** Warnings for people about unfinished changes that were completed first. */
  readonly warnings: readonly string[];
  /** Whether the user named them, instead of the captured ones. */
  readonly isGiven: boolean;
  /** Removes the copy of standard input. */
  [Symbol.dispose](): void;
};

const STDIN = "-";

/** What `--logs` and `--marks` name. */
type Lists = { readonly logs?: readonly string[]; readonly marks?: readonly string[] };

/**
 * What `--logs` names, `-` being standard input, or the user's own telemetry: `using opened = await openSources(command, lists, world)`.
 *
 * @throws {MasqueError} `cli.usage` for `--marks` without `--logs`, `judge.logs-missing`, `judge.logs-unreadable`; what {@link spoolStdin} throws.
 */
export async function openSources(command: string, lists: Lists, world: WearingWorld): Promise<OpenSources> {
  const { logs, marks } = lists;
  if (!logs) {
    if (marks) throw marksAlone(command);
    const warnings = await flushAllPending(world);
    const sources = defaultSources(world.paths);
    return { sources, warnings, nameOf: (path) => path, isGiven: false, [Symbol.dispose]: () => undefined };
  }
  const spooled = logs.includes(STDIN) ? await spoolStdin(world) : undefined;
  try {
    const named = logs.map((path) => (path === STDIN && spooled ? spooled.path : path));
    return {
      sources: givenSources({ logs: named, ...(marks === undefined ? {} : { marks }) }, world.cwd),
      warnings: [],
      isGiven: true,
      nameOf: (path) => (path === spooled?.path ? "standard input" : shortest(path, world.cwd)),
      [Symbol.dispose]: () => spooled?.[Symbol.dispose](),
    };
  } catch (error) {
    spooled?.[Symbol.dispose]();
    throw error;
  }
}

function marksAlone(command: string): MasqueError {
  return new MasqueError(
    "cli.usage",
    `Cannot run "masque ${command}": --marks is for the telemetry that --logs names`,
    { try: `masque ${command} --help` },
  );
}

function shortest(path: string, cwd: string): string {
  const near = relative(cwd, path);
  return near === "" || near.startsWith("..") ? path : near;
}
