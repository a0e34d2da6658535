import { readdirSync } from "node:fs";
import { join } from "node:path";
import { errnoOf, MasqueError } from "../kernel/errors.ts";
import type { Paths } from "../kernel/paths.ts";
import { activeName, byAge } from "../telemetry/file-names.ts";
import type { Sources } from "./port.ts";

/** Segments, masque's own and a collector's that writes to the same folder. */
const ROTATED = /^logs-.+\.jsonl$/;

/**
 * The user's own telemetry as it is on disk now, oldest first; no logs where nothing was captured yet.
 *
 * @throws {MasqueError} `judge.logs-unreadable`
 */
export function defaultSources(paths: Pick<Paths, "otel" | "events" | "judge">): Sources {
  const listLogs = () => logFilesIn(paths.otel);
  return { logs: listLogs(), listLogs, marks: [paths.events], store: paths.judge };
}

function logFilesIn(otel: string): readonly string[] {
  const names = namesIn(otel).filter((name) => name === activeName("logs") || ROTATED.test(name));
  return names.sort(byAge).map((name) => join(otel, name));
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
