import { UNUSUAL, Unusual } from "../../telemetry/unusual.ts";
import { type Guess, guessOf, LateTexts } from "./guess.ts";
import { JsonCursor } from "./json-cursor.ts";
import { type Opening, Openings } from "./openings.ts";
import type { RecordRows, Scalar } from "./record-rows.ts";

/**
 * One OTLP log export request into rows straight from its bytes, no object made of it. Telemetry repeats itself: an
 * attribute is mostly followed by the one that followed it last time, up to where its value begins, and a session id is the
 * one before. So the reader guesses, and compares four bytes at a time: `tests/bench/reading.ts` shows what that buys.
 *
 * It reads what exporters of JavaScript, the Collector and our own receiver write; whatever else JSON may be, and what is no
 * JSON, is left to the thorough reader, which says the same of every line that both read.
 */

const QUOTE = 0x22;
const [OPEN_BRACE, CLOSE_BRACE, OPEN_BRACKET, CLOSE_BRACKET] = [0x7b, 0x7d, 0x5b, 0x5d];
const NEWLINE = 0x0a;
const STRING_VALUE = guessOf('{"stringValue":"');
/** A member that matters, and the bit that says that it was there. */
type Member = { readonly name: Guess; readonly bit: number; read(): void };

/** Reads one line after another; nothing of one is kept but what the next is guessed from. */
export class QuickReader {
  readonly #rows: RecordRows;
  readonly #cursor = new JsonCursor();
  readonly #openings = new Openings(this.#cursor);
  readonly #lastBody = new LateTexts();
  readonly #lastScope = new LateTexts();
  #isLogs = false;
  #scope: string | undefined;
  #counts: boolean | undefined;
  #time = 0n;
  #observed = 0n;
  #body: string | undefined;

  readonly #ofRequest = members({ resourceLogs: () => this.#resources() });
  readonly #ofResource = members({ scopeLogs: () => this.#scopes() });
  readonly #ofScoped = members({ scope: () => this.#readScope(), logRecords: () => this.#records() });
  readonly #ofScope = members({ name: () => this.#readScopeName() });
  readonly #ofRecord = members({
    timeUnixNano: () => {
      this.#time = this.#cursor.unixNano();
    },
    observedTimeUnixNano: () => {
      this.#observed = this.#cursor.unixNano();
    },
    body: () => this.#readBody(),
    attributes: () => this.#attributes(),
  });

  constructor(rows: RecordRows) {
    this.#rows = rows;
  }

  /**
   * Reads the line that begins at `start` and was begun.
   *
   * @returns Where the line ends; -1 for one that the thorough reader is to read: what it added is then to be dropped.
   */
  read(bytes: Buffer, start: number): number {
    const cursor = this.#cursor;
    cursor.open(bytes, start);
    this.#isLogs = false;
    try {
      this.#members(this.#ofRequest);
    } catch (error) {
      if (error instanceof Unusual) return -1;
      throw error;
    }
    const isEnd = cursor.next === NEWLINE || cursor.at === bytes.length;
    return this.#isLogs && isEnd ? cursor.at : -1;
  }

  #resources(): void {
    this.#isLogs = true;
    this.#each(() => this.#members(this.#ofResource));
  }

  #scopes(): void {
    this.#each(() => {
      this.#counts = undefined;
      this.#members(this.#ofScoped);
    });
  }

  #readScope(): void {
    // Behind its records it comes too late.
    if (this.#counts !== undefined) throw UNUSUAL;
    this.#scope = undefined;
    this.#members(this.#ofScope);
    this.#counts = this.#rows.beginScope(this.#scope);
  }

  #readScopeName(): void {
    this.#cursor.expect(QUOTE);
    this.#scope = this.#cursor.text(this.#lastScope);
  }

  #records(): void {
    this.#counts ??= this.#rows.beginScope(undefined);
    if (this.#counts) this.#each(() => this.#readRecord());
    else this.#cursor.skipValue();
  }

  #readRecord(): void {
    this.#time = 0n;
    this.#observed = 0n;
    this.#body = undefined;
    this.#rows.beginRecord();
    this.#members(this.#ofRecord);
    this.#rows.addRecord(this.#time || this.#observed, this.#body);
  }

  #readBody(): void {
    if (!this.#cursor.skips(STRING_VALUE)) throw UNUSUAL;
    this.#body = this.#cursor.text(this.#lastBody);
    this.#cursor.expect(CLOSE_BRACE);
  }

  #attributes(): void {
    const cursor = this.#cursor;
    if (!cursor.opens(OPEN_BRACKET, CLOSE_BRACKET)) return;
    let opening = this.#openings.start;
    do {
      opening = this.#openings.behind(opening);
      this.#readValue(opening);
      cursor.expect(CLOSE_BRACE);
      cursor.expect(CLOSE_BRACE);
    } while (cursor.goesOn(CLOSE_BRACKET));
  }

  #readValue({ kind, slot, last }: Opening): void {
    if (slot !== undefined) this.#rows.set(slot, this.#valueOf(kind, last));
    else if (kind === "text") this.#cursor.skipText();
    else this.#cursor.skipValue();
  }

  #valueOf(kind: Opening["kind"], last: LateTexts): Scalar | undefined {
    const cursor = this.#cursor;
    switch (kind) {
      case "text":
        return cursor.text(last);
      case "number":
        if (cursor.next !== QUOTE) return cursor.number();
        cursor.at += 1;
        return cursor.text(last);
      case "truth":
        return cursor.truth();
      case "other":
        cursor.skipValue();
        return undefined;
      default:
        throw new TypeError(`No such kind of value: ${kind satisfies never}`);
    }
  }

  /** The elements of an array. */
  #each(read: () => void): void {
    if (!this.#cursor.opens(OPEN_BRACKET, CLOSE_BRACKET)) return;
    do read();
    while (this.#cursor.goesOn(CLOSE_BRACKET));
  }

  /** The members of an object: those that matter are read, the others passed over. */
  #members(known: readonly Member[]): void {
    const cursor = this.#cursor;
    if (!cursor.opens(OPEN_BRACE, CLOSE_BRACE)) return;
    let seen = 0;
    do {
      const member = this.#memberOf(known);
      if (member) {
        // Of two with one name JSON takes the last.
        if ((seen & member.bit) !== 0) throw UNUSUAL;
        seen |= member.bit;
        member.read();
      } else {
        cursor.skipKey();
        cursor.skipValue();
      }
    } while (cursor.goesOn(CLOSE_BRACE));
  }

  #memberOf(known: readonly Member[]): Member | undefined {
    for (const member of known) if (this.#cursor.skips(member.name)) return member;
    return undefined;
  }
}

function members(read: Readonly<Record<string, () => void>>): readonly Member[] {
  return Object.entries(read).map(([name, reads], place) => ({
    name: guessOf(`${JSON.stringify(name)}:`),
    bit: 1 << place,
    read: reads,
  }));
}
