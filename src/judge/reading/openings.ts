import { LIMITS } from "../../kernel/limits.ts";
import { UNUSUAL } from "../../telemetry/unusual.ts";
import { type Guess, guessOf, LateTexts } from "./guess.ts";
import type { JsonCursor } from "./json-cursor.ts";
import { slotOf } from "./record-rows.ts";

/**
 * How attributes begin: `{"key":"session.id","value":{"stringValue":"`. What a host says of an event it says in one order, so
 * each opening knows those that came behind it, and the first of them is mostly the next.
 */

const QUOTE = 0x22;
const COLON = 0x3a;
const KEY = guessOf('{"key":"');
const VALUE = guessOf(',"value":{"');
const OPENING_BYTES_MAX = 256;
const FOLLOWERS_MAX = 8;

/** How the value of an attribute is read. */
type Kind = "text" | "number" | "truth" | "other";
const KINDS: ReadonlyMap<string, Kind> = new Map([
  ["stringValue", "text"],
  ["intValue", "number"],
  ["doubleValue", "number"],
  ["boolValue", "truth"],
]);

/** An attribute up to where its value begins. */
export type Opening = {
  readonly bytes: Guess;
  readonly kind: Kind;
  /** Where its value belongs; `undefined` for one that scoring does not need. */
  readonly slot: number | undefined;
  /** Its latest values. */
  readonly last: LateTexts;
  /** What came behind it, the latest that was new first. */
  readonly followers: Opening[];
};

/** The openings that were met so far. */
export class Openings {
  /** Stands before the first attribute of each record. */
  readonly start: Opening = openingOf(guessOf("none"), "other", undefined);
  readonly #cursor: JsonCursor;
  readonly #known = new Map<string, Opening>();

  /** @param cursor Where they are read. */
  constructor(cursor: JsonCursor) {
    this.#cursor = cursor;
  }

  /** Passes over the opening that comes next, behind another. */
  behind({ followers }: Opening): Opening {
    for (const follower of followers) if (this.#cursor.skips(follower.bytes)) return follower;
    const met = this.#meet();
    followers.unshift(met);
    if (followers.length > FOLLOWERS_MAX) followers.pop();
    return met;
  }

  /** An opening that was not guessed. */
  #meet(): Opening {
    const cursor = this.#cursor;
    const start = cursor.at;
    if (!cursor.skips(KEY)) throw UNUSUAL;
    if (cursor.skipText()) throw UNUSUAL;
    const key = cursor.slice(start + KEY.length, cursor.at - 1);
    if (!cursor.skips(VALUE)) throw UNUSUAL;
    const armAt = cursor.at;
    if (cursor.skipText()) throw UNUSUAL;
    const kind = KINDS.get(cursor.slice(armAt, cursor.at - 1)) ?? "other";
    cursor.expect(COLON);
    if (kind === "text") cursor.expect(QUOTE);
    const text = cursor.slice(start, cursor.at);
    const known = this.#known.get(text);
    if (known) return known;
    if (cursor.at - start > OPENING_BYTES_MAX) throw UNUSUAL;
    const opening = openingOf(cursor.guess(start, cursor.at), kind, slotOf(key));
    if (this.#known.size === LIMITS.quickOpeningsMax) this.#forget();
    this.#known.set(text, opening);
    return opening;
  }

  /** Whoever writes ever new attributes gets no faster by their being remembered. */
  #forget(): void {
    this.#known.clear();
    this.start.followers.length = 0;
  }
}

function openingOf(bytes: Guess, kind: Kind, slot: number | undefined): Opening {
  return { bytes, kind, slot, last: new LateTexts(), followers: [] };
}
