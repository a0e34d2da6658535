import { readdirSync } from "node:fs";
import { join } from "node:path";
import { errnoOf, MasqueError } from "../kernel/errors.ts";
import type { Paths } from "../kernel/paths.ts";
import type { Sources } from "./judge.ts";

/** The active file of captured logs; its rotated elders are `logs-<UTC time>.jsonl`, which sort by age. */
const ACTIVE = "logs.jsonl";
const ROTATED = /^logs-.+\.jsonl$/;

/**
 * The user's own telemetry as it lies on disk now, oldest first; no logs where nothing was captured yet.
 *
 * @throws {MasqueError} `judge.logs-unreadable`
 */
export function defaultSources(paths: Pick<Paths, "otel" | "events">): Sources {
  const names = namesIn(paths.otel);
  const rotated = names.filter((name) => ROTATED.test(name)).sort();
  const logs = [...rotated, ...names.filter((name) => name === ACTIVE)];
  return { logs: logs.map((name) => join(paths.otel, name)), events: paths.events, eventsCount: "always" };
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch (error) {
    const code = errnoOf(error);
    if (code === "ENOENT") return [];
    throw new MasqueError(
      "judge.logs-unreadable",
      `Cannot look for telemetry in "${folder}": ${code ?? String(error)}`,
      {
        hint: "make it a folder that your user can read",
        cause: error,
      },
    );
  }
}
