import { readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { type Clock, isoTime, unixMs } from "../../kernel/clock.ts";
import { errnoOf, MasqueError } from "../../kernel/errors.ts";
import { lstatOrUndefined, statOrUndefined, syncFolder } from "../../kernel/files/files.ts";
import { LIMITS } from "../../kernel/limits.ts";
import type { Paths } from "../../kernel/paths.ts";
import { activeName, closedFile } from "../../telemetry/file-names.ts";
import { SIGNALS } from "../../telemetry/signal.ts";
import type { DroppedLine } from "./dropped.ts";
import { enterDropped, takeOverFormer } from "./dropped-file.ts";
import type { JudgeBeforeDrop } from "./judge-before-drop.ts";
import type { Drop, KeptFile } from "./retention.ts";
import type { SecondLook } from "./second-look.ts";
import { readSegmentContent, type SegmentContent } from "./segment-content.ts";
import type { StorageSettings } from "./storage-settings.ts";

/** What dropping needs of the world. */
export type DropWorld = {
  readonly paths: Pick<Paths, "otel" | "audience" | "events">;
  readonly clock: Clock;
  readonly keeping: Pick<StorageSettings, "retentionBytes" | "retentionDays">;
  readonly bringIn: JudgeBeforeDrop;
  /** What is remembered from one look to the next. */
  readonly secondLook: SecondLook;
  /** A line for the receiver's log. */
  say(line: string): void;
};

const UNKNOWN: SegmentContent = { records: 0, oldestUnixNano: null, newestUnixNano: null };
const BYTES_PER_MIB = 1024 * 1024;

/**
 * Drops what retention no longer keeps, oldest first, each file entered in the ledger before it is removed. Nothing stops
 * a drop: a ledger that cannot be written, for example on a full disk, is tried again after the drop, and otherwise the log says so.
 * Before the first file of logs is dropped, the judge reads all of them, so that their sessions stay scorable. If it cannot,
 * the files are dropped anyway, and log and ledger say so.
 *
 * @param stopping Aborted when the receiver stops; the rest is left then.
 * @throws System errors of looking into the folder.
 */
export async function dropSegments(world: DropWorld, stopping: AbortSignal): Promise<void> {
  const said = attempt(() => takeOverFormer(world.paths));
  if (said.found ?? said.trouble) world.say(said.found ?? said.trouble ?? "");
  const rule = { ...world.keeping, floorMs: LIMITS.retentionFloorMs };
  const files = keptFiles(world.paths);
  const { drops, beginsToWait } = world.secondLook.allow(files, rule, unixMs(world.clock.nowUnixNano()));
  if (beginsToWait) sayWaiting(world);
  const trouble = drops.some(({ name }) => isScorable(name)) ? await world.bringIn(stopping) : undefined;
  if (trouble !== undefined && !stopping.aborted) {
    world.say(`the judge could not read what is dropped next, so its sessions may not be scored any more: ${trouble}`);
  }
  for (const drop of drops) {
    if (stopping.aborted) return;
    dropOne(world, await describe(world, drop, trouble === undefined || !isScorable(drop.name)));
  }
}

/** Masque's own files in the folder of captured telemetry: the ones written to, segments, and what crashes left. */
export function keptFiles({ otel, events }: Pick<Paths, "otel" | "events">): readonly KeptFile[] {
  if (!statOrUndefined(otel)) return [];
  const active = new Set(SIGNALS.map(activeName));
  const names = readdirSync(otel).filter((name) => active.has(name) || closedFile(name) !== undefined);
  const kept = names.flatMap((name) => {
    // No link is followed: a link is not masque's file, and a link to itself would stop every drop.
    const stats = lstatOrUndefined(join(otel, name));
    return stats?.isFile() ? [{ name, bytes: stats.size, modifiedMs: stats.mtimeMs }] : [];
  });
  // It is never dropped and holds no telemetry, but its time also shows that time has passed.
  const marks = lstatOrUndefined(events);
  return marks?.isFile() ? [...kept, { name: "masque.jsonl", bytes: 0, modifiedMs: marks.mtimeMs }] : kept;
}

function dropOne(world: DropWorld, line: DroppedLine): void {
  const path = join(world.paths.otel, line.name);
  const enter = () => enterDropped(world.paths, line);
  const before = attempt(enter);
  const { trouble } = attempt(() => {
    rmSync(path, { force: true });
    syncFolder(world.paths.otel);
  });
  if (trouble !== undefined) {
    world.say(`cannot drop "${path}": ${trouble}`);
    return;
  }
  const after = before.trouble === undefined ? before : attempt(enter);
  const unentered = after.trouble === undefined ? "" : `; nothing but this line remembers it: ${after.trouble}`;
  world.say(`${droppedText(line)}${unentered}`);
}

/** Runs a step whose system errors must not stop the rest. Any other error is a bug and is thrown. */
function attempt<T>(act: () => T): { readonly found?: T; readonly trouble?: string } {
  try {
    return { found: act() };
  } catch (error) {
    const code = errnoOf(error);
    if (error instanceof MasqueError) return { trouble: error.message };
    if (code === undefined) throw error;
    return { trouble: code };
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
): Promise<DroppedLine> {
  const content = await contentOf(paths, name);
  return {
    name,
    signal: closedFile(name)?.signal ?? "logs",
    reason,
    bytes,
    records: content.records,
    oldest: content.oldestUnixNano === null ? null : isoTime(content.oldestUnixNano),
    newest: content.newestUnixNano === null ? null : isoTime(content.newestUnixNano),
    isJudged,
    at: isoTime(clock.nowUnixNano()),
  };
}

async function contentOf({ otel }: Pick<Paths, "otel">, name: string): Promise<SegmentContent> {
  const file = closedFile(name);
  if (file?.kind !== "segment") return UNKNOWN;
  try {
    return await readSegmentContent(join(otel, name), file);
  } catch (error) {
    // A file that cannot be read is dropped like every other.
    if (errnoOf(error) === undefined && !(error instanceof MasqueError)) throw error;
    return UNKNOWN;
  }
}

function sayWaiting({ say }: DropWorld): void {
  const minutes = LIMITS.retentionSecondLookMs / 60_000;
  say(
    `more than half of the telemetry is too old, as after a clock was set wrong: looked at again for ${minutes} minutes`,
  );
}

function droppedText({ name, reason, bytes, records }: DroppedLine): string {
  const why = reason === "age" ? "audience.retentionDays" : "audience.retentionBytes";
  const size = (bytes / BYTES_PER_MIB).toFixed(1);
  return `dropped "${name}" (${size} MiB, ${records} records), as ${why} says`;
}
