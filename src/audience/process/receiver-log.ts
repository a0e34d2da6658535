import { type Clock, isoTime } from "../../kernel/clock.ts";
import { LIMITS } from "../../kernel/limits.ts";
import { printableLine } from "../../kernel/text/printable.ts";
import { SIGNALS, type Signal } from "../../telemetry/signal.ts";

/** The lines of the receiver's log, each with its time: changes of state, and the first refusals. */
export class ReceiverLog {
  readonly #clock: Clock;
  readonly #write: (line: string) => void;
  #refusals = 0;
  readonly #failing = new Set<Signal>();

  constructor(clock: Clock, write: (line: string) => void) {
    this.#clock = clock;
    this.#write = write;
  }

  /** The signals whose last write failed. */
  get failing(): readonly Signal[] {
    return SIGNALS.filter((signal) => this.#failing.has(signal));
  }

  /** Says one thing. Foreign text is made printable. */
  say(text: string): void {
    const line = printableLine(text).slice(0, LIMITS.logLineCharsMax);
    this.#write(`${isoTime(this.#clock.nowUnixNano())} ${line}`);
  }

  /** A request that was refused. */
  refused(reason: string): void {
    this.#refusals += 1;
    if (this.#refusals <= LIMITS.refusalsLoggedMax) this.say(`refused ${reason}`);
    if (this.#refusals === LIMITS.refusalsLoggedMax) this.say("further refusals are counted, not written");
  }

  /** A write that failed. Logged once for each signal, until a write of that signal works again. */
  failsToWrite(signal: Signal, message: string): void {
    if (!this.#failing.has(signal)) this.say(`${message}; answering 503 until it works`);
    this.#failing.add(signal);
  }

  /** A write that worked. */
  writes(signal: Signal): void {
    if (this.#failing.delete(signal)) this.say(`writing works again: ${signal}`);
  }
}
