import type { Columns } from "../../src/judge/reading/columns.ts";
import { LineReader, type ReadLine } from "../../src/judge/reading/line-reader.ts";
import { type LinePlace, RecordRows } from "../../src/judge/reading/record-rows.ts";
import { ThoroughReader } from "../../src/judge/reading/thorough-reader.ts";
import { linesOf } from "../../src/telemetry/line.ts";
import { givenNumbers } from "../support/given-numbers.ts";
import { MUTATIONS, mutate } from "../support/mutate.ts";
import { mutateLine } from "../support/mutate-lines.ts";
import { generatedRequests, recordedRequests, sentLines, singleRequests } from "../support/otlp-corpus.ts";
import { type Random, seededRandom } from "../support/random.ts";
import { hostLine, markLine, NOON_UNIX_NANO } from "../support/telemetry-lines.ts";

/**
 * Damaged lines of telemetry, many and the same for one seed, given to the judge's reader of lines, which guesses, and to
 * the thorough one, which does not: both say the same of each, and leave the same rows.
 *
 *     bun tests/long/fuzz-lines.ts --lines 1000000 --seed 1
 */

/** What became of the lines. */
export type FuzzedLines = {
  readonly lines: number;
  /** Lines that are a request of logs. */
  readonly logs: number;
  /** Log records, dons and doffs in them. */
  readonly rows: number;
  /** Lines that were read without the thorough reader. */
  readonly quick: number;
  /** Of those lines that are not as anybody wrote them: requests of logs, and those of them that were read so. */
  readonly changed: { readonly logs: number; readonly quick: number };
  readonly seconds: number;
};

const CONTENTS = ["events-and-marks", "events-and-marks", "marks"] as const;
const AFTER = ["", "", "\n", "\n{", '\n"}}'];
/** Some lines stay as they are: what is read of them is what the next are guessed from. */
const WHOLE_ONE_IN = 4;
/** So many of each, for among a client's own lines two would hardly ever be taken. */
const MARK_LINES = 20;

/**
 * Gives both readers that many lines.
 *
 * @throws Error that names seed and number of the first line of which they say different things.
 */
export function fuzzLines({ lines, seed }: { lines: number; seed: number }): FuzzedLines {
  const random = seededRandom(seed);
  const corpus = corpusOf(seed);
  const reader = new LineReader();
  const result = { logs: 0, rows: 0, changed: { logs: 0, quick: 0 } };
  const startedMs = performance.now();
  for (let number = 0; number < lines; number += 1) {
    const { line, isChanged } = lineOf(corpus, random);
    const place = { source: 0, line: 0, content: random.pick(CONTENTS) };
    const quickBefore = reader.quickLines;
    const found = readBy(reader, { line, before: random.pick(corpus), after: random.pick(AFTER) }, place);
    const wanted = readThoroughly(line, place);
    if (JSON.stringify(found) !== JSON.stringify(wanted)) {
      const texts = [found, wanted].map((one) => JSON.stringify(one)).join("\n");
      throw new Error(`seed ${seed}, line ${number}: the readers differ\n${texts}\n${line.toString("base64")}`);
    }
    const isLogs = wanted.kind === "logs" ? 1 : 0;
    result.logs += isLogs;
    result.rows += wanted.rows;
    result.changed.logs += isChanged ? isLogs : 0;
    result.changed.quick += isChanged ? reader.quickLines - quickBefore : 0;
  }
  return { ...result, lines, quick: reader.quickLines, seconds: (performance.now() - startedMs) / 1000 };
}

/** As it was written, or damaged anyhow, or changed into other JSON, and then perhaps damaged as well. */
function lineOf(corpus: readonly Buffer[], random: Random): { line: Buffer; isChanged: boolean } {
  const line = random.pick(corpus);
  const fate = random.whole(WHOLE_ONE_IN);
  if (fate === 0) return { line, isChanged: false };
  const changed = fate === 1 ? line : mutateLine(line, random);
  if (fate > 1 && random.whole(8) > 0) return { line: changed, isChanged: true };
  const damaged = mutate(changed, random, { mutations: MUTATIONS.json, other: random.pick(corpus) });
  // What is read as lines is UTF-8 by then.
  return { line: Buffer.from(damaged.toString()), isChanged: true };
}

type Outcome = ReadLine & { readonly rows: number; readonly tables: unknown };

type Surrounded = { readonly line: Buffer; readonly before: Buffer; readonly after: string };

/** As one line among others: what lies behind it is no part of it. */
function readBy(reader: LineReader, { line, before, after }: Surrounded, place: LinePlace): Outcome {
  const { records, marks } = reader.rows;
  records.clear();
  marks.clear();
  const { kind, end } = reader.readLine(Buffer.concat([before, line, Buffer.from(after)]), before.length, place);
  return { kind, end: end - before.length, ...rowsIn(reader.rows) };
}

function readThoroughly(line: Buffer, place: LinePlace): Outcome {
  const rows = new RecordRows();
  rows.beginLine(place);
  const newline = line.indexOf("\n");
  const end = newline === -1 ? line.length : newline;
  return { kind: new ThoroughReader(rows).read(line.toString("utf8", 0, end)), end, ...rowsIn(rows) };
}

function rowsIn({ records, marks }: RecordRows) {
  return { rows: records.rows + marks.rows, tables: [contentOf(records), contentOf(marks)] };
}

/** Every value of every row, texts as they are. */
function contentOf({ columns, rows, texts, times }: Columns): unknown[] {
  return Array.from({ length: rows }, (_, row) => [
    `${times[row]}`,
    // JSON has no -0, and no NaN.
    ...columns.map(({ type, values }) => (type === "VARCHAR" ? texts[values[row] ?? -1] : spelt(values[row] ?? 0))),
  ]);
}

function spelt(value: number): string {
  return Object.is(value, -0) ? "-0" : `${value}`;
}

/** Lines as exporters send them, as our receiver writes them, and as masque writes dons and doffs. */
function corpusOf(seed: number): Buffer[] {
  const singles = recordedRequests().flatMap(singleRequests);
  // A few lines of other signals are enough: all that is to be known of them is that they are none of logs.
  const requests = [...singles.filter(({ signal }) => signal === "logs"), ...generatedRequests(seed)];
  const canonical = requests.flatMap(({ signal, request }) => linesOf(signal, request).lines);
  const mark = { session: "s", masqueSession: "m", unixNano: NOON_UNIX_NANO };
  const odd = [
    ...["canonical", "javascript"].map((shape) => hostLine(ODD_RECORDS, shape as "canonical")),
    ...Array(MARK_LINES)
      .fill(["don", "doff"])
      .flat()
      .map((kind) => markLine(kind, mark)),
  ];
  return [...canonical, ...sentLines(), ...odd].map((line) => Buffer.from(line));
}

const ODD_RECORDS = [
  {
    unixNano: NOON_UNIX_NANO,
    body: "claude_code.tool_result",
    attributes: {
      "session.id": "s\u{feff}é😀\u2028",
      "event.sequence": 3,
      "prompt.id": "\u{feff}p",
      tool_name: 'Ba"sh\\\n\u0001',
      success: "true",
      cost_usd: 0.1 + 0.2,
      input_tokens: -0,
      output_tokens: 12_345_678_901_234,
    },
  },
];

if (import.meta.main) {
  const found = fuzzLines(givenNumbers({ lines: 1_000_000, seed: 1 }));
  process.stdout.write(
    `${found.lines} lines in ${found.seconds.toFixed(0)} s: ${found.logs} requests of logs with ${found.rows} rows, ` +
      `${found.quick} of them read quickly; of ${found.changed.logs} that nobody wrote so ${found.changed.quick}; no difference\n`,
  );
}
