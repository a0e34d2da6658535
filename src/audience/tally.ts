import { LIMITS } from "../kernel/limits.ts";
import type { SessionDigest } from "../telemetry/line/record-count.ts";
import type { ReadRequest } from "../telemetry/request-reader.ts";
import { SIGNALS, type Signal } from "../telemetry/signal.ts";
import { REFUSAL_CAUSES, type RefusalCause } from "./outcome.ts";
import { RateMeter, type Rates } from "./rate-meter.ts";

/** The length of an accepted request's body, and when it was accepted. */
export type Accepted = { readonly bytes: number; readonly unixMs: number };

/** What the receiver has seen since it started, kept in memory for its health page. */
export class Tally {
  readonly #rates: RateMeter;
  readonly #requests = zeros();
  readonly #records = zeros();
  readonly #sessions = new Set<SessionDigest>();
  readonly #refused = Object.fromEntries(REFUSAL_CAUSES.map((cause) => [cause, 0])) as Record<RefusalCause, number>;
  #masqueRecords = 0;
  #recordsRejected = 0;
  #valuesDropped = 0;
  #lastReceivedUnixMs: number | null = null;

  constructor(startedUnixMs: number) {
    this.#rates = new RateMeter(startedUnixMs);
  }

  /** A request whose records are on disk. */
  accepted(signal: Signal, request: ReadRequest, { bytes, unixMs }: Accepted): void {
    const { records, masqueRecords, recordsTooLong, valuesDropped, sessions } = request;
    this.#requests[signal] += 1;
    this.#records[signal] += records;
    this.#masqueRecords += masqueRecords;
    this.#recordsRejected += recordsTooLong;
    this.#valuesDropped += valuesDropped;
    this.#rates.add(unixMs, { records, bytes });
    if (records === 0) return;
    this.#lastReceivedUnixMs = unixMs;
    for (const session of sessions) {
      if (this.#sessions.size < LIMITS.sessionsCountedMax) this.#sessions.add(session);
    }
  }

  /** A request that was refused. */
  refused(cause: RefusalCause): void {
    this.#refused[cause] += 1;
  }

  /** The counts as the health page shows them. */
  counts(nowUnixMs: number): Counts {
    return {
      rates: this.#rates.rates(nowUnixMs),
      requests: { ...this.#requests },
      records: { ...this.#records },
      refused: Object.values(this.#refused).reduce((sum, count) => sum + count, 0),
      refused_by_cause: { ...this.#refused },
      masque_records: this.#masqueRecords,
      records_rejected: this.#recordsRejected,
      values_dropped: this.#valuesDropped,
      sessions: this.#sessions.size,
      last_received: this.#lastReceivedUnixMs === null ? null : new Date(this.#lastReceivedUnixMs).toISOString(),
    };
  }
}

/** Since the receiver started. `docs/audience.md` says what each counts. */
export type Counts = {
  readonly rates: Rates;
  readonly requests: Readonly<Record<Signal, number>>;
  readonly records: Readonly<Record<Signal, number>>;
  /** All of them. */
  readonly refused: number;
  readonly refused_by_cause: Readonly<Record<RefusalCause, number>>;
  /** Records that claim to be masque's own, and are not: stored, and never counted by the judge. */
  readonly masque_records: number;
  readonly records_rejected: number;
  readonly values_dropped: number;
  readonly sessions: number;
  /** ISO 8601, UTC. */
  readonly last_received: string | null;
};

function zeros(): Record<Signal, number> {
  return Object.fromEntries(SIGNALS.map((signal) => [signal, 0])) as Record<Signal, number>;
}
