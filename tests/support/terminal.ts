import { mkdirSync } from "node:fs";
import { join } from "node:path";
import type { Env } from "../../src/kernel/paths.ts";
import { runMasque } from "./binary.ts";
import { masqueEvents, type RecordedEvent } from "./masque-events.ts";
import type { Finished, RunAt } from "./process.ts";
import { temporaryFolder } from "./temp-folder.ts";

/** A person at a terminal with the compiled program: a home and a project in a temporary folder, and nothing else. */
export type Terminal = {
  readonly root: string;
  readonly home: string;
  readonly project: string;
  /** Captured telemetry and events, in their usual place. */
  readonly otel: string;
  /** The complete environment of whatever is run. */
  readonly env: Readonly<Record<string, string>>;
  /** Runs the compiled program in the project. */
  masque(args: readonly string[], more?: Env, at?: Partial<RunAt>): Promise<Finished>;
  events(): RecordedEvent[];
  [Symbol.dispose](): void;
};

/** A fresh one, gone when the scope ends: `using me = terminal();` */
export function terminal(): Terminal {
  const folder = temporaryFolder();
  const home = join(folder.path, "home");
  const project = join(folder.path, "project");
  mkdirSync(home, { recursive: true });
  mkdirSync(join(project, ".git/info"), { recursive: true });
  const env = { HOME: home, PATH: "/usr/bin:/bin", LANG: "C.UTF-8", TERM: "xterm-256color" };
  return {
    root: folder.path,
    home,
    project,
    otel: join(home, ".local/share/masque/otel"),
    env,
    masque: (args, more = {}, at = {}) => runMasque(args, { cwd: project, ...at, env: { ...env, ...more } }),
    events: () => masqueEvents(home),
    [Symbol.dispose]: () => folder[Symbol.dispose](),
  };
}
