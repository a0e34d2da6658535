import { slashCommandNamed } from "../../kernel/slash-commands.ts";
import { digestOf } from "../../kernel/text/digest.ts";
import { MASQUE_SCOPE } from "../../telemetry/masque-event.ts";
import { Columns, MARK_SCHEMA, placesIn, RECORD_SCHEMA } from "./columns.ts";

/**
 * Log records on their way into two tables. A reader sets the values that it finds of a record, and then adds the record.
 */

/**
 * What of a file counts: the events of agent programs, or masque's own dons and doffs. Any process can send to the receiver,
 * so a don or doff among events is ignored.
 */
export type Content = "events" | "marks";

/** Which line it is: its file's place among the files, and its number in the file, from 0. */
export type LinePlace = { readonly source: number; readonly line: number; readonly content: Content };

/** A value that an attribute may hold and scoring may need: integers are numbers from one exporter, text from another. */
export type Scalar = string | number | boolean;

/** Attributes that scoring needs; a record's values are in this order while it is read. */
const ATTRIBUTES = [
  "session.id",
  "event.sequence",
  "prompt.id",
  "success",
  "tool_name",
  "command_name",
  "cost_usd",
  "input_tokens",
  "output_tokens",
  "cache_read_tokens",
  "cache_creation_tokens",
  "masque.session.id",
  "masque.name",
  "masque.version",
  "masque.digest",
  "masque.project",
  "masque.reason",
] as const;
type Attribute = (typeof ATTRIBUTES)[number];

const SLOTS: ReadonlyMap<unknown, number> = new Map(ATTRIBUTES.map((name, slot) => [name, slot]));
const SLOT = Object.fromEntries(ATTRIBUTES.map((name, slot) => [name, slot])) as {
  readonly [Name in Attribute]: number;
};
const RECORD = placesIn(RECORD_SCHEMA);
const MARK = placesIn(MARK_SCHEMA);
const NUMBERS: readonly (readonly [number, number])[] = [
  [SLOT.cost_usd, RECORD.cost],
  [SLOT.input_tokens, RECORD.input],
  [SLOT.output_tokens, RECORD.output],
  [SLOT.cache_read_tokens, RECORD.cache_read],
  [SLOT.cache_creation_tokens, RECORD.cache_creation],
];
const MARK_TEXTS: readonly (readonly [Attribute, number])[] = [
  ["masque.name", MARK.name],
  ["masque.version", MARK.version],
  ["masque.digest", MARK.digest],
  ["masque.project", MARK.project],
  ["masque.reason", MARK.reason],
];
const DECIMAL = /^\s*[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?\s*$/;
/** A larger number is not a real cost or count, and sums of smaller numbers stay finite. */
const AMOUNT_MAX = 1e300;
/** Such as `claude_code.tool_result`. */
const NAME = /^[a-z]\w*(?:\.\w+)+$/;
const NAME_CHARS_MAX = 64;
const ZEROS_BEHIND_POINT = /\.0+$/;

/** Where an attribute's value belongs; `undefined` for one that scoring does not need. */
export function slotOf(key: unknown): number | undefined {
  return SLOTS.get(key);
}

/** Two tables of rows, and the record that is being read. */
export class RecordRows {
  readonly records = new Columns(RECORD_SCHEMA);
  readonly marks = new Columns(MARK_SCHEMA);
  readonly #values: (Scalar | undefined)[] = ATTRIBUTES.map(() => undefined);
  #place: LinePlace = { source: 0, line: 0, content: "events" };
  #marksPassedOver = 0;
  #marksPassedOverBefore = 0;
  #pos = 0;
  #recordsBefore = 0;
  #marksBefore = 0;

  /** Groups of dons and doffs that were found among events, so far. */
  get marksPassedOver(): number {
    return this.#marksPassedOver;
  }

  get #isOfMarks(): boolean {
    return this.#place.content === "marks";
  }

  /** Begins a line. */
  beginLine(place: LinePlace): void {
    this.#place = place;
    this.#pos = 0;
    this.#recordsBefore = this.records.rows;
    this.#marksBefore = this.marks.rows;
    this.#marksPassedOverBefore = this.#marksPassedOver;
  }

  /** Forgets what the line has added. */
  dropLine(): void {
    this.records.dropFrom(this.#recordsBefore);
    this.marks.dropFrom(this.#marksBefore);
    this.#marksPassedOver = this.#marksPassedOverBefore;
    this.#pos = 0;
  }

  /** Begins the records of a scope. Returns whether any of them can matter. */
  beginScope(name: unknown): boolean {
    const isMasque = name === MASQUE_SCOPE;
    if (isMasque && !this.#isOfMarks) this.#marksPassedOver += 1;
    return isMasque === this.#isOfMarks;
  }

  /** Begins a record. */
  beginRecord(): void {
    const values = this.#values;
    for (let slot = 0; slot < values.length; slot++) values[slot] = undefined;
    this.#pos += 1;
  }

  /** Sets an attribute of the record. Of several with the same key the first counts. */
  set(slot: number, value: Scalar | undefined): void {
    this.#values[slot] ??= value;
  }

  /** Adds the record. A record without an agent session, and an incomplete don or doff, leave no row. */
  addRecord(timeUnixNano: bigint, body: string | undefined): void {
    const session = this.#text(SLOT["session.id"]);
    if (!session) return;
    if (this.#isOfMarks) this.#addMark(session, timeUnixNano, body);
    else this.#addEvent(session, timeUnixNano, body);
  }

  /** Sorts the records by session; records of one session keep their order. */
  sortRecords(): void {
    this.records.sortByText(RECORD.session);
  }

  #addEvent(session: string, timeUnixNano: bigint, body: string | undefined): void {
    const { records } = this;
    records.addRow(timeUnixNano);
    records.set(RECORD.source, this.#place.source);
    records.set(RECORD.line, this.#place.line);
    records.set(RECORD.pos, this.#pos);
    records.setText(RECORD.session, session);
    records.setText(RECORD.body, body === undefined ? undefined : nameOf(body));
    records.setText(RECORD.seq, this.#sequence());
    records.setText(RECORD.prompt, this.#text(SLOT["prompt.id"]) || undefined);
    records.setText(RECORD.tool, this.#text(SLOT.tool_name));
    const success = this.#text(SLOT.success);
    if (success !== undefined) records.set(RECORD.success, Number(success.toLowerCase() === "true"));
    for (const [slot, column] of NUMBERS) {
      const value = this.#values[slot];
      if (value !== undefined) records.set(column, amountIn(value));
    }
    const command = this.#text(SLOT.command_name);
    if (command !== undefined) records.set(RECORD.asks_masque, Number(slashCommandNamed(command) !== undefined));
  }

  #addMark(session: string, timeUnixNano: bigint, body: string | undefined): void {
    const masqueSession = this.#text(SLOT["masque.session.id"]) || undefined;
    const isDon = body === "masque.don";
    if (timeUnixNano === 0n || !(isDon ? masqueSession : body === "masque.doff")) return;
    const { marks } = this;
    marks.addRow(timeUnixNano);
    marks.set(MARK.source, this.#place.source);
    marks.set(MARK.line, this.#place.line);
    marks.set(MARK.pos, this.#pos);
    marks.setText(MARK.session, session);
    marks.set(MARK.is_don, Number(isDon));
    marks.setText(MARK.masque_session, masqueSession);
    for (const [name, column] of MARK_TEXTS) marks.setText(column, this.#text(SLOT[name]));
  }

  /** 3 and 3.0 are one sequence number, whichever way an exporter writes it. */
  #sequence(): string | undefined {
    const text = this.#text(SLOT["event.sequence"]);
    return text?.includes(".") ? text.replace(ZEROS_BEHIND_POINT, "") : text || undefined;
  }

  #text(slot: number): string | undefined {
    const value = this.#values[slot];
    return value === undefined || typeof value === "string" ? value : String(value);
  }
}

/**
 * What distinguishes an event's body. Claude Code's is a name. Any other body may be a person's words: only its digest is
 * kept, because columns are kept longer than telemetry files.
 */
function nameOf(body: string): string {
  return body.length <= NAME_CHARS_MAX && NAME.test(body) ? body : digestOf(body);
}

/**
 * A cost or a count, 0 or more. NaN, which is absent, for text that is not a decimal number, and for a number below 0 or so
 * large that sums would lose the others. Only this function checks that: later steps get no other number.
 */
function amountIn(value: Scalar): number {
  const number = typeof value === "number" ? value : DECIMAL.test(String(value)) ? Number(value) : Number.NaN;
  // Adding 0 turns -0 into 0.
  return number >= 0 && number <= AMOUNT_MAX ? number + 0 : Number.NaN;
}
