import type { Json } from "../../kernel/text/json.ts";
import { count, oneOf, recordOf, type Shape, string } from "../../kernel/text/json-shape.ts";
import type { StorageHealth } from "../files/telemetry-files.ts";
import type { Counts } from "../tally.ts";

/** What a running receiver says of itself on its health port, and what `masque audience status --json` shows. */
export type Health = {
  /** `starting` until every port is open, then `ok`, or `failing` while the last write of some signal failed. */
  readonly status: "starting" | "ok" | "failing";
  /** Random for each run. It ties the process to the files that describe it. */
  readonly instance: string;
  readonly pid: number;
  readonly version: string;
  /** ISO 8601, UTC. */
  readonly since: string;
  readonly host: string;
  readonly ports: { readonly http: number; readonly grpc: number; readonly health: number };
  /** The folder that captured telemetry is written to. */
  readonly otel: string;
  readonly storage: StorageHealth;
} & Counts;

/** `run.json`: where a running receiver can be asked. Only its answer proves that it runs. */
export type RunFile = {
  readonly instance: string;
  readonly pid: number;
  readonly host: string;
  readonly healthPort: number;
};

/** Reads `run.json`; `undefined` for what is not one. */
export const parseRunFile: Shape<RunFile> = recordOf({ instance: string, pid: count, host: string, healthPort: count });

/** Reads an answer of the health port; `undefined` for one that is not of that run. */
export function parseHealth(value: Json | undefined, run: RunFile): Health | undefined {
  const isOfRun = recordOf({
    instance: oneOf(run.instance),
    pid: oneOf(run.pid),
    ports: recordOf({ http: count, grpc: count }),
    requests: recordOf({}),
    records: recordOf({}),
  })(value);
  // Only that process knows the random instance, so this program wrote the page and its other members need no check.
  return isOfRun && (value as unknown as Health);
}
