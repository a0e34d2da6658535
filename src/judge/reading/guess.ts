/**
 * Bytes that a reader expects to come next, for telemetry repeats itself: a guess is looked at four bytes at a time, and
 * what was guessed right needs not be read.
 */

const WORD_BYTES = 4;
/** A length that is never there; with an offset it is still a small integer, which keeps the arithmetic quick. */
const NEVER = 0x4000_0000;
const TEXT_BYTES_MAX = 64;
const TEXTS_MAX = 8;

/** Some bytes in words of four, of which the last holds the last four, however many it shares with the one before. */
export class Guess {
  readonly #words: Int32Array;
  /** How many bytes there are; without bound while there are none. */
  length = NEVER;

  /** @param bytesMax What is longer is never found. */
  constructor(bytesMax: number) {
    this.#words = new Int32Array(Math.ceil(bytesMax / WORD_BYTES));
  }

  /** A guess of the bytes that lie there. */
  static of(view: DataView, start: number, end: number): Guess {
    const guess = new Guess(end - start);
    guess.become(view, start, end);
    return guess;
  }

  /** From now on it is these bytes: four of them at least, fewer are never found. */
  become(view: DataView, start: number, end: number): void {
    const words = this.#words;
    const length = end - start;
    this.length = NEVER;
    if (length < WORD_BYTES || length > words.length * WORD_BYTES) return;
    this.length = length;
    const last = end - WORD_BYTES;
    let word = 0;
    for (let at = start; at < last; at += WORD_BYTES) words[word++] = view.getInt32(at, true);
    words[word] = view.getInt32(last, true);
  }

  /** Whether the bytes lie there. */
  isAt(view: DataView, from: number): boolean {
    const last = from + this.length - WORD_BYTES;
    if (last + WORD_BYTES > view.byteLength) return false;
    const words = this.#words;
    let word = 0;
    for (let at = from; at < last; at += WORD_BYTES) if (view.getInt32(at, true) !== words[word++]) return false;
    return view.getInt32(last, true) === words[word];
  }
}

/** A guess of what is written there. */
export function guessOf(text: string): Guess {
  const bytes = new TextEncoder().encode(text);
  return Guess.of(new DataView(bytes.buffer, bytes.byteOffset), 0, bytes.length);
}

/** Text that stood in some place lately, by the bytes that it was read from. */
export class LateText extends Guess {
  text = "";

  constructor() {
    super(TEXT_BYTES_MAX);
  }
}

/** The few texts that stood in some place lately, the oldest first: it makes room for a new one. */
export class LateTexts {
  readonly #texts: LateText[] = [];

  /** The text of which the bytes lie there. */
  at(view: DataView, from: number): LateText | undefined {
    for (const text of this.#texts) if (text.isAt(view, from)) return text;
    return undefined;
  }

  /** Remembers a text by its bytes, unless it is too long or too short to be found by them. */
  remember(text: string, view: DataView, { start, end }: { readonly start: number; readonly end: number }): void {
    if (end - start < WORD_BYTES || end - start > TEXT_BYTES_MAX) return;
    const late = this.#texts.length < TEXTS_MAX ? new LateText() : this.#texts.shift();
    if (!late) return;
    this.#texts.push(late);
    late.become(view, start, end);
    late.text = text;
  }
}
