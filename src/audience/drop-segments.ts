import { readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { type Clock, isoTime, unixMs } from "../kernel/clock.ts";
import { MasqueError } from "../kernel/errors.ts";
import { statOrUndefined, syncFolder } from "../kernel/files.ts";
import { LIMITS } from "../kernel/limits.ts";
import type { Paths } from "../kernel/paths.ts";
import { activeName, closedFile } from "../telemetry/file-names.ts";
import { SIGNALS } from "../telemetry/otlp.ts";
import type { BringIn } from "./bring-in.ts";
import { type Dropping, readDroppedFile, setDroppedAside, withDropped, writeDroppedFile } from "./dropped.ts";
import type { Keeping } from "./keeping.ts";
import { type Drop, filesToDrop, type KeptFile } from "./retention.ts";
import { readSegmentContent, type SegmentContent } from "./segment-content.ts";

/** What dropping needs of the world. */
export type DropWorld = {
  readonly paths: Pick<Paths, "otel" | "audience">;
  readonly clock: Clock;
  readonly keeping: Pick<Keeping, "retentionBytes" | "retentionDays">;
  readonly bringIn: BringIn;
  /** A line for the receiver's log. */
  say(line: string): void;
};

const EMPTY: SegmentContent = { records: 0, sessions: new Set(), oldestUnixNano: null, newestUnixNano: null };
const BYTES_PER_MIB = 1024 * 1024;

/**
 * Drops what retention no longer keeps, oldest first, each file entered in `dropped.json` before it is removed. What
 * cannot be remembered is not dropped. Before the first file of logs goes the judge reads them all, so that their
 * sessions stay scorable; where it cannot, the files go all the same, and both log and memory say so.
 *
 * @param stopping The receiver's end does not wait for the rest.
 * @throws {MasqueError} `file.unwritable` and system errors of reading and removing.
 */
export async function dropSegments(world: DropWorld, stopping: AbortSignal): Promise<void> {
  finishDropping(world);
  const rule = { ...world.keeping, floorMs: LIMITS.retentionFloorMs };
  const drops = filesToDrop(keptFiles(world.paths.otel), rule, unixMs(world.clock.nowUnixNano()));
  const trouble = drops.some(({ name }) => isScorable(name)) ? await world.bringIn(stopping) : undefined;
  if (trouble !== undefined && !stopping.aborted) {
    world.say(`the judge could not read what is dropped next, so its sessions may not be scored any more: ${trouble}`);
  }
  for (const drop of drops) {
    if (stopping.aborted) return;
    const dropping = await describe(world, drop, trouble === undefined || !isScorable(drop.name));
    writeDroppedFile(world.paths, { ...readDroppedFile(world.paths), dropping });
    finishDropping(world);
    world.say(droppedText(dropping));
  }
}

/** Masque's own files in the folder of captured telemetry: the ones written to, segments, and what crashes left. */
export function keptFiles(otel: string): readonly KeptFile[] {
  if (!statOrUndefined(otel)) return [];
  const active = new Set(SIGNALS.map(activeName));
  const names = readdirSync(otel).filter((name) => active.has(name) || closedFile(name) !== undefined);
  return names.flatMap((name) => {
    const stats = statOrUndefined(join(otel, name));
    return stats?.isFile() ? [{ name, bytes: stats.size }] : [];
  });
}

/** Removes the file that was on its way out, if it is still there, and counts it. */
function finishDropping(world: DropWorld): void {
  const { dropped, dropping } = readOrSetAside(world);
  if (!dropping) return;
  if (closedFile(dropping.name)) rmSync(join(world.paths.otel, dropping.name), { force: true });
  if (statOrUndefined(world.paths.otel)) syncFolder(world.paths.otel);
  writeDroppedFile(world.paths, { dropped: withDropped(dropped, dropping), dropping: null });
}

function readOrSetAside({ paths, clock, say }: DropWorld) {
  try {
    return readDroppedFile(paths);
  } catch (error) {
    if (!(error instanceof MasqueError)) throw error;
    say(`${error.message}; it is now "${setDroppedAside(paths, unixMs(clock.nowUnixNano()))}"`);
    return { dropped: null, dropping: null };
  }
}

/** Whether a file is one that the judge reads: a segment of logs, and not what a crash left. */
function isScorable(name: string): boolean {
  const file = closedFile(name);
  return file?.kind === "segment" && file.signal === "logs";
}

async function describe(
  { paths, clock }: DropWorld,
  { name, bytes, reason }: Drop,
  isJudged: boolean,
): Promise<Dropping> {
  const file = closedFile(name);
  const content = file?.kind === "segment" ? await readSegmentContent(join(paths.otel, name), file.signal) : EMPTY;
  return {
    name,
    reason,
    bytes,
    signal: file?.signal ?? "logs",
    records: content.records,
    sessionIds: [...content.sessions],
    isJudged,
    oldest: content.oldestUnixNano === null ? null : isoTime(content.oldestUnixNano),
    newest: content.newestUnixNano === null ? null : isoTime(content.newestUnixNano),
    at: isoTime(clock.nowUnixNano()),
  };
}

function droppedText({ name, reason, bytes, records, sessionIds }: Dropping): string {
  const why = reason === "age" ? "audience.retentionDays" : "audience.retentionBytes";
  const size = (bytes / BYTES_PER_MIB).toFixed(1);
  return `dropped "${name}" (${size} MiB, ${records} records of ${sessionIds.length} sessions), as ${why} says`;
}
