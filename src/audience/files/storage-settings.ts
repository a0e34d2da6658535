import type { AudienceConfig } from "../settings.ts";

/** When an acknowledged request is on disk. docs/audience.md says what each mode promises. */
export type SyncMode = AudienceConfig["audience.sync"];

/** How captured telemetry is kept. 0 means no limit. */
export type StorageSettings = {
  readonly sync: SyncMode;
  /** A file is closed before it would grow beyond this. */
  readonly segmentBytes: number;
  /** A file is closed when it is so old. */
  readonly segmentHours: number;
  /** All files together; beyond, the oldest segments are dropped. */
  readonly retentionBytes: number;
  /** A segment is dropped when it was closed so long ago. */
  readonly retentionDays: number;
};

/** The same from the settings. */
export function storageSettingsFrom(config: AudienceConfig): StorageSettings {
  return {
    sync: config["audience.sync"],
    segmentBytes: config["audience.segmentBytes"],
    segmentHours: config["audience.segmentHours"],
    retentionBytes: config["audience.retentionBytes"],
    retentionDays: config["audience.retentionDays"],
  };
}
