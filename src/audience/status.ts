import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { errnoOf } from "../kernel/errors.ts";
import type { Paths } from "../kernel/paths.ts";
import { askHealth } from "./ask-health.ts";
import { isLocked } from "./audience-lock.ts";
import type { Health } from "./health.ts";

/** One file of captured telemetry. */
export type CapturedFile = {
  readonly name: string;
  readonly bytes: number;
  /** ISO 8601, UTC. */
  readonly modified: string;
};

/** Whether this user's receiver runs, and what lies on disk. */
export type AudienceStatus = {
  readonly kind: "running" | "not-running" | "unresponsive";
  readonly health: Health | undefined;
  readonly files: readonly CapturedFile[];
};

/** Looks; nothing is changed and nothing waited for. */
export async function audienceStatus(paths: Paths): Promise<AudienceStatus> {
  const health = await askHealth(paths);
  const kind = health ? "running" : isLocked(paths) ? "unresponsive" : "not-running";
  return { kind, health, files: capturedFiles(paths.otel) };
}

function capturedFiles(otel: string): CapturedFile[] {
  let names: string[];
  try {
    names = readdirSync(otel);
  } catch (error) {
    if (errnoOf(error) === "ENOENT") return [];
    throw error;
  }
  const files = names.filter((name) => name.endsWith(".jsonl")).sort();
  return files.flatMap((name) => {
    const stats = statSync(join(otel, name), { throwIfNoEntry: false });
    return stats ? [{ name, bytes: stats.size, modified: stats.mtime.toISOString() }] : [];
  });
}
