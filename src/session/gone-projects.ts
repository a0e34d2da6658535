import { existsSync, statSync } from "node:fs";
import { join } from "node:path";
import { allSessions, namesIn } from "./all-sessions.ts";
import { projectOfFile } from "./project-verbs.ts";
import type { SessionState } from "./state.ts";

/** A state file that names a project's folder which is no longer there: the project was moved or deleted. */
export type GoneState = {
  readonly project: string;
  /** The file of a session or of a project. */
  readonly path: string;
  /** When it was last written, milliseconds since 1970. */
  readonly writtenMs: number;
};

/** Where sessions and projects' verbs are kept. */
export type StateFolders = { readonly sessions: string; readonly projects: string };

/** All such state. A project is listed once for each file that names it. */
export function goneProjects({ sessions, projects }: StateFolders): readonly GoneState[] {
  const ofSessions = [...allSessions(sessions)].flatMap(({ path, state }) => {
    const project = state && goneProjectOf(state);
    return project ? [goneAt(path, project)] : [];
  });
  const ofProjects = namesIn(projects).flatMap((name) => {
    const path = join(projects, name);
    const project = name.endsWith(".jsonl") ? projectOfFile(path) : null;
    return project !== null && !existsSync(project) ? [goneAt(path, project)] : [];
  });
  return [...ofSessions, ...ofProjects];
}

/** The project that a session's state names and that is no longer there, or `null`. */
export function goneProjectOf({ worn, verbs }: SessionState): string | null {
  const named = [...(worn ? [worn.project] : []), ...verbs.map(({ project }) => project)];
  return named.find((project) => !existsSync(project)) ?? null;
}

function goneAt(path: string, project: string): GoneState {
  return { project, path, writtenMs: statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0 };
}
