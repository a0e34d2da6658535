import { type Clock, isoTime } from "../kernel/clock.ts";
import { LIMITS } from "../kernel/limits.ts";
import { printableLine } from "../kernel/printable.ts";

/** What the receiver says of itself, a line each with its time: changes of state, and refusals up to a bound. */
export class ReceiverLog {
  readonly #clock: Clock;
  readonly #write: (line: string) => void;
  #refusals = 0;
  #isFailing = false;

  constructor(clock: Clock, write: (line: string) => void) {
    this.#clock = clock;
    this.#write = write;
  }

  /** Whether the last write failed. */
  get isFailing(): boolean {
    return this.#isFailing;
  }

  /** Says one thing. Foreign text is made printable. */
  say(text: string): void {
    this.#write(`${isoTime(this.#clock.nowUnixNano())} ${printableLine(text)}`);
  }

  /** A request that was refused. */
  refused(reason: string): void {
    this.#refusals += 1;
    if (this.#refusals <= LIMITS.refusalsLoggedMax) this.say(`refused ${reason}`);
    if (this.#refusals === LIMITS.refusalsLoggedMax) this.say("further refusals are counted, not written");
  }

  /** A write that failed: said once, until one works again. */
  failsToWrite(message: string): void {
    if (!this.#isFailing) this.say(`${message}; answering 503 until it works`);
    this.#isFailing = true;
  }

  /** A write that worked. */
  writes(): void {
    if (this.#isFailing) this.say("writing works again");
    this.#isFailing = false;
  }
}
