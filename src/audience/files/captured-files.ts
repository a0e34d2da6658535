import { lstatSync, readdirSync, statfsSync } from "node:fs";
import { dirname, join } from "node:path";
import { errnoOf } from "../../kernel/errors.ts";
import { activeName, closedFile } from "../../telemetry/file-names.ts";
import { SIGNALS, type Signal } from "../../telemetry/signal.ts";

/** One file of captured telemetry. */
export type CapturedFile = {
  readonly name: string;
  readonly bytes: number;
  /** ISO 8601, UTC. */
  readonly modified: string;
};

/** How much of the disk captured telemetry takes, and how much is free. */
export type DiskUse = {
  /** The file of a signal that is written to, and those that were closed. */
  readonly signals: Readonly<Record<Signal, { readonly bytes: number; readonly segments: number }>>;
  /** What crashes left behind, set aside: no reader takes it for telemetry. */
  readonly torn: { readonly files: number; readonly bytes: number };
  /** What the disk has left for this user; `null` where the system does not say. */
  readonly freeBytes: number | null;
};

/** Every file in the folder of captured telemetry, the events of don and doff and the torn ends among them, by name. */
export function capturedFiles(otel: string): readonly CapturedFile[] {
  const names = namesIn(otel).filter((name) => name.endsWith(".jsonl") || closedFile(name) !== undefined);
  return names.sort().flatMap((name) => {
    const stats = lstatSync(join(otel, name), { throwIfNoEntry: false });
    return stats?.isFile() ? [{ name, bytes: stats.size, modified: stats.mtime.toISOString() }] : [];
  });
}

/** The sizes of those files, summed up by signal. */
export function diskUse(otel: string, files: readonly CapturedFile[]): DiskUse {
  const of = (signal: Signal) => {
    const segments = files.filter(({ name }) => isClosed(name, "segment") && closedFile(name)?.signal === signal);
    const active = files.filter(({ name }) => name === activeName(signal));
    return { bytes: sum([...active, ...segments]), segments: segments.length };
  };
  const torn = files.filter(({ name }) => isClosed(name, "torn"));
  const [logs, metrics, traces] = [of("logs"), of("metrics"), of("traces")];
  return {
    signals: { logs, metrics, traces },
    torn: { files: torn.length, bytes: sum(torn) },
    freeBytes: freeBytes(otel),
  };
}

/** All telemetry, whatever the signal. */
export function telemetryBytes({ signals }: DiskUse): number {
  return SIGNALS.reduce((bytes, signal) => bytes + signals[signal].bytes, 0);
}

/** How many bytes a user who is not root may still write on the disk of a path, which need not exist yet. */
export function freeBytes(path: string): number | null {
  for (let at = path; ; at = dirname(at)) {
    try {
      const { bavail, bsize } = statfsSync(at);
      return bavail * bsize;
    } catch (error) {
      if (errnoOf(error) === undefined) throw error;
      if (dirname(at) === at) return null;
    }
  }
}

function isClosed(name: string, kind: "segment" | "torn"): boolean {
  return closedFile(name)?.kind === kind;
}

function sum(files: readonly CapturedFile[]): number {
  return files.reduce((bytes, file) => bytes + file.bytes, 0);
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch (error) {
    if (errnoOf(error) === "ENOENT" || errnoOf(error) === "ENOTDIR") return [];
    throw error;
  }
}
