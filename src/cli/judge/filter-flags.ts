import { resolve } from "node:path";
import type { Deps } from "../../deps.ts";
import type { Selection, SessionFilter } from "../../judge/port.ts";
import { projectRoot } from "../../kernel/paths.ts";
import { printableLine } from "../../kernel/text/printable.ts";
import { usage } from "../parse.ts";
import { parseSince } from "./since.ts";

/** The flags that choose among sessions. */
export const filterFlags = {
  since: {
    type: "string",
    valueHint: "TIME",
    description: "Only sessions that began since then: 24h, 7d, or an ISO time (UTC)",
  },
  masque: { type: "string", valueHint: "NAME", description: "Only sessions in this masque" },
  project: { type: "string", valueHint: "PATH", description: "Only masque sessions that began in this project" },
} as const;

type Given = { readonly [Flag in keyof typeof filterFlags]?: string | undefined } & { readonly last: boolean };

/**
 * Applies these flags to a selection. Without `--last`, they select every session that matches.
 *
 * @throws {MasqueError} `cli.usage` for text that is not a time, and for `--session` together with one of these flags.
 */
export function filterSelection(command: string, selection: Selection, given: Given, deps: Deps): Selection {
  const among = narrowingFrom(command, given, deps);
  const [flag] = Object.keys(filterFlags).filter((name) => given[name as keyof typeof filterFlags] !== undefined);
  if (flag === undefined) return selection;
  if (selection.kind === "session") {
    throw usage(command, `Cannot run "masque ${command}": --session and --${flag} exclude each other`);
  }
  return { kind: given.last ? "last" : "all", among };
}

function narrowingFrom(command: string, { since, masque, project }: Given, deps: Deps): SessionFilter {
  const sinceUnixNano = since === undefined ? undefined : parseSince(since, deps.clock.nowUnixNano());
  if (since !== undefined && sinceUnixNano === undefined) {
    throw usage(
      command,
      `Cannot use --since "${printableLine(since)}": it takes an ISO time such as 2026-01-31 or 2026-01-31T12:00:00Z, or 30m, 24h, 7d, 2w`,
    );
  }
  return {
    ...(sinceUnixNano === undefined ? {} : { sinceUnixNano }),
    ...(masque === undefined ? {} : { masque }),
    ...(project === undefined ? {} : { project: rootOf(project, deps) }),
  };
}

/** The project of a don in that folder, whatever project Claude Code is in. */
function rootOf(path: string, { env, cwd }: Deps): string {
  return projectRoot({ ...env, CLAUDE_PROJECT_DIR: undefined }, resolve(cwd, path));
}
