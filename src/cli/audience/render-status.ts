import { endpointOf } from "../../audience/address.ts";
import { type DiskUse, telemetryBytes } from "../../audience/files/captured-files.ts";
import type { Dropped } from "../../audience/files/dropped.ts";
import type { Health } from "../../audience/process/health.ts";
import type { AudienceStatus } from "../../audience/process/status.ts";
import { countText, plural } from "../../kernel/text/plural.ts";
import { printableLine } from "../../kernel/text/printable.ts";
import { sizeText } from "../../kernel/text/size-text.ts";
import { SIGNALS, type Signal } from "../../telemetry/signal.ts";
import { jsonText } from "../print/output.ts";
import { type Style, styleFor } from "../print/style.ts";
import { recentText, whenText } from "../print/time-text.ts";

/** What `masque audience status` prints. Keys of the JSON: docs/audience.md. */

const LABEL_WIDTH = 10;
const RECORDS: Readonly<Record<Signal, string>> = { logs: "log records", metrics: "data points", traces: "spans" };
const LEADS = {
  running: "The audience is running",
  "not-running": "The audience is not running",
  unresponsive: "The audience is running and does not answer",
} as const;

/** A row for people: a label and a text. A row that matters is highlighted. */
type Row = readonly [label: string, text: string, kind?: "matters"];

/** At what time the status is shown, whether in colour, and in which zone (the machine's own, if none is given). */
export type StatusLook = { readonly nowUnixMs: number; readonly color: boolean; readonly timeZone?: string };

/** The status, for people. */
export function statusText(status: AudienceStatus, look: StatusLook): string {
  const style = styleFor(look);
  const { health, disk, dropped } = status;
  const rows: readonly Row[] = [
    ...(health ? healthRows(health, look) : []),
    ["on disk", diskText(disk)],
    ...(disk.torn.files > 0 ? [["set aside", tornText(disk)] as const] : []),
    ...(dropped ? [["dropped", droppedText(dropped, look), "matters"] as const] : []),
  ];
  return [leadText(status, style), ...rows.map((row) => rowText(row, style)), ""].join("\n");
}

function leadText({ kind, health }: AudienceStatus, style: Style): string {
  if (!health) return kind === "unresponsive" ? style.red(LEADS[kind]) : style.bold(LEADS[kind]);
  if (health.status === "failing") {
    const signals = health.storage.failing.join(", ");
    return style.red(`${LEADS.running}, and cannot write ${signals} (process ${health.pid})`);
  }
  return style.bold(`${LEADS.running} (process ${health.pid})`);
}

function rowText([label, text, kind]: Row, style: Style): string {
  const shown = printableLine(text);
  return `  ${style.dim(label.padEnd(LABEL_WIDTH))} ${kind === "matters" ? style.yellow(shown) : shown}`;
}

function healthRows(health: Health, look: StatusLook): readonly Row[] {
  const { host, ports, rates, storage } = health;
  const left = leftOutText(health);
  return [
    ["OTLP/HTTP", endpointOf(host, ports.http)],
    ["OTLP/gRPC", endpointOf(host, ports.grpc)],
    ["health", endpointOf(host, ports.health)],
    ["writes to", health.otel],
    ["since", whenText(health.since, look.nowUnixMs, look)],
    ["sessions", countText(health.sessions)],
    ["seen", SIGNALS.map((signal) => `${countText(health.records[signal])} ${RECORDS[signal]}`).join(", ")],
    ["last", health.last_received === null ? "nothing yet" : whenText(health.last_received, look.nowUnixMs, look)],
    [
      "rate",
      `${rates.records_per_second.toLocaleString("en-US")} records/s, ${sizeText(Math.round(rates.bytes_per_second))}/s`,
    ],
    ["waiting", waitingText(storage)],
    ...(health.masque_records > 0 ? [["ignored", ignoredText(health.masque_records), "matters"] as const] : []),
    ...(left === "" ? [] : [["left out", left, "matters"] as const]),
    ...(health.refused > 0 ? [["not taken", refusedText(health.refused_by_cause), "matters"] as const] : []),
    ...(storage.torn_tails > 0 ? [["mended", `${plural(storage.torn_tails, "torn end")} of files`] as const] : []),
  ];
}

function waitingText({ waiting, last_sync_ms: sync }: Health["storage"]): string {
  const synced = sync === null ? "" : `; the last sync took ${sync} ms`;
  if (waiting.requests === 0) return `nothing${synced}`;
  const requests = plural(waiting.requests, "request");
  return `${requests}, ${sizeText(waiting.bytes)}, the oldest for ${Math.round(waiting.for_ms)} ms${synced}`;
}

/** `3 malformed, 1 too large`: the causes that occurred. */
function refusedText(byCause: Health["refused_by_cause"]): string {
  const met = Object.entries(byCause).filter(([, count]) => count > 0);
  return met.map(([cause, count]) => `${countText(count)} ${cause.replaceAll("_", " ")}`).join(", ");
}

/** Dons and doffs are read from `masque.jsonl` alone: a sender of records of that scope may pretend to be masque. */
function ignoredText(records: number): string {
  return `${plural(records, "record")} of scope "masque" came from a sender: kept, and never read as a don or doff`;
}

function leftOutText({ records_rejected: records, values_dropped: values }: Health): string {
  const parts = [
    records > 0 ? `${plural(records, "record")} too long` : "",
    values > 0 ? `${plural(values, "value")} that could not be read` : "",
  ];
  return parts.filter(Boolean).join(", ");
}

function diskText(disk: DiskUse): string {
  const segments = SIGNALS.reduce((count, signal) => count + disk.signals[signal].segments, 0);
  const held = SIGNALS.filter((signal) => disk.signals[signal].bytes > 0);
  const each = held.map((signal) => `${signal} ${sizeText(disk.signals[signal].bytes)}`).join(", ");
  const free = disk.freeBytes === null ? "" : `; ${sizeText(disk.freeBytes)} free`;
  const closed = segments > 0 ? `, ${plural(segments, "segment")}` : "";
  return `${held.length === 0 ? "nothing yet" : `${sizeText(telemetryBytes(disk))} (${each})${closed}`}${free}`;
}

function tornText({ torn }: DiskUse): string {
  return `${plural(torn.files, "torn end")} of files, ${sizeText(torn.bytes)}, never acknowledged`;
}

function droppedText({ files, bytes, records, oldest, newest, unjudged }: Dropped, look: StatusLook): string {
  const count = SIGNALS.reduce((sum, signal) => sum + records[signal], 0);
  const range =
    oldest === null || newest === null
      ? ""
      : `, from ${recentText(oldest, look.nowUnixMs, look)} to ${recentText(newest, look.nowUnixMs, look)}`;
  const what = `${plural(count, "record")}, ${sizeText(bytes)}${range}`;
  const lost = unjudged === 0 ? "" : `; ${unjudged} before the judge could read them`;
  return `${what} (files: ${files.age} too old, ${files.size} for their size${lost})`;
}

/** The status, for programs. */
export function statusJson({ kind, health, files, disk, dropped }: AudienceStatus): string {
  return jsonText({
    state: kind,
    ...(health ?? {}),
    bytes_on_disk: files.reduce((bytes, file) => bytes + file.bytes, 0),
    disk: { signals: disk.signals, torn: disk.torn, free_bytes: disk.freeBytes },
    dropped: dropped && {
      files: dropped.files,
      bytes: dropped.bytes,
      records: dropped.records,
      oldest: dropped.oldest,
      newest: dropped.newest,
      unjudged: dropped.unjudged,
      last_dropped: dropped.lastDropped,
    },
    files,
  });
}
