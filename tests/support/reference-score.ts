import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/**
 * The score a second time, from its definition (docs/scoring.md) and with nothing of the product: no SQL, no DuckDB, none
 * of its modules, loops over parsed JSON. The judge is held against it.
 */

/** What a scorecard must say, by the same keys. */
export type ReferenceScore = {
  session: string;
  masque_session: string | null;
  masque: string | null;
  started_at: string | null;
  duration_min: number | null;
  active_min: number | null;
  dimensions: Record<string, number | null>;
  composite: number | null;
  recommendation: string | null;
  confidence: string;
  stats: Record<string, number | null>;
};

type Flat = {
  scope: string;
  session: string;
  /** 0n for a record that carries neither time. */
  time: bigint;
  body: string;
  attributes: Map<string, string>;
};

type Span = { masqueSession: string; name: string | null; since: bigint; until: bigint | null };

/** A doff that a person asked for, and the masque session that it closes. */
type Doff = { time: bigint; reason: string; closes: string | null };

/** Masque's own prompts of an agent session, by `prompt.id`, with what a doff among them closes; and such without an id. */
type Own = { ids: Map<string, { closes: string; at: bigint } | null>; without: Set<Flat> };

/** The files of `commands/`, as a plugin's commands and as plain ones. */
const COMMANDS = readdirSync(join(import.meta.dir, "../../commands"))
  .filter((file) => file.endsWith(".md"))
  .map((file) => file.slice(0, -".md".length));
const OWN_COMMANDS = new Set([...COMMANDS, ...COMMANDS.map((name) => `masques:${name}`)]);
const PROMPT = "claude_code.user_prompt";

const WEIGHTS = {
  quality: 0.3,
  autonomy: 0.25,
  productivity: 0.2,
  token_efficiency: 0.15,
  cost_efficiency: 0.1,
} as const;
const TOOL = "claude_code.tool_result";
const REQUEST = "claude_code.api_request";
const NS_PER_MIN = 60_000_000_000;

/** Scores every masque session and baseline of a folder's `logs*.jsonl` and `masque.jsonl`, oldest first. */
export function referenceScores(folder: string): ReferenceScore[] {
  const names = existsSync(folder) ? readdirSync(folder) : [];
  const rotated = names.filter((name) => /^logs-.+\.jsonl$/.test(name)).sort();
  const logs = [...rotated, ...names.filter((name) => name === "logs.jsonl")];
  const linesOf = (name: string) => readFileSync(join(folder, name), "utf8").split("\n");
  return referenceScoresOf(logs.flatMap(linesOf), names.includes("masque.jsonl") ? linesOf("masque.jsonl") : []);
}

/** Scores every masque session and baseline of some lines, each an export request; dons and doffs count in `eventLines` alone. */
export function referenceScoresOf(lines: readonly string[], eventLines: readonly string[]): ReferenceScore[] {
  const logged = lines.flatMap(recordsIn);
  const own = eventLines.flatMap(recordsIn).filter((record) => record.scope === "masque");
  const events = onceEach(
    logged.filter((record) => record.scope !== "masque"),
    ({ session, time, body, attributes }) => [session, `${time}`, body, whole(attributes.get("event.sequence"))],
  );
  const sessions = new Set([...events, ...own].map(({ session }) => session));
  return [...sessions].flatMap((session) => scoresOfSession(session, events, own)).sort(byStart);
}

function scoresOfSession(session: string, events: readonly Flat[], own: readonly Flat[]): ReferenceScore[] {
  const { spans, doffs } = marksOf(own.filter((record) => record.session === session));
  const mine = byTime(events.filter((event) => event.session === session));
  const isBetween = (event: Flat) => !spans.some((span) => isIn(event, span));
  const isIn = (event: Flat, { since, until }: Span) =>
    event.time !== 0n && since <= event.time && (until === null || event.time < until);
  const asked = ownPrompts(mine, spans, doffs, isIn);
  const isOwn = (event: Flat) => asked.ids.has(promptOf(event)) || asked.without.has(event);
  /** The masque session to which a doff's own prompt is moved from the baseline. */
  const closedBy = (event: Flat) => {
    const doff = asked.ids.get(promptOf(event));
    return doff && isBetween(event) && event.time !== 0n && event.time >= doff.at ? doff.closes : null;
  };
  const scores: ReferenceScore[] = [];
  for (const masqueSession of new Set(spans.map((span) => span.masqueSession))) {
    const worn = spans.filter((span) => span.masqueSession === masqueSession);
    const stretches = worn.map((span) => mine.filter((event) => isIn(event, span)));
    let nanos = 0n;
    for (const [at, { since, until }] of worn.entries()) {
      nanos += (until ?? stretches[at]?.at(-1)?.time ?? since) - since;
    }
    const start = worn[0];
    if (!start) continue;
    const named = { masque_session: masqueSession, masque: start.name, started: start.since };
    const moved = mine.filter((event) => closedBy(event) === masqueSession);
    scores.push(scoreOf(session, named, Number(nanos) / NS_PER_MIN, { stretches, moved, isOwn }));
  }
  const outside = mine.filter((event) => isBetween(event) && closedBy(event) === null);
  if (!outside.every(isOwn)) {
    const timed = outside.filter((event) => event.time !== 0n);
    const first = timed[0]?.time ?? null;
    const minutes = first === null ? null : Number((timed.at(-1)?.time ?? first) - first) / NS_PER_MIN;
    const spansBegunBy = (time: bigint) => spans.filter((span) => span.since <= time).length;
    const stretches = [...Map.groupBy(outside, ({ time }) => spansBegunBy(time)).values()];
    scores.push(
      scoreOf(session, { masque_session: null, masque: null, started: first }, minutes, {
        stretches,
        moved: [],
        isOwn,
      }),
    );
  }
  return scores;
}

/**
 * Of prompts in which no tool ran: those that name a command of masque's, the last one before the first don of a masque
 * session or before a doff; where no prompt was exported, the first one that acts in a masque session.
 */
function ownPrompts(
  mine: readonly Flat[],
  spans: readonly Span[],
  doffs: readonly Doff[],
  isIn: (event: Flat, span: Span) => boolean,
): Own {
  const worked = new Set(mine.filter(({ body }) => body === TOOL).map(promptOf));
  const prompts = mine.filter(({ body }) => body === PROMPT);
  const own: Own = { ids: new Map(), without: new Set() };
  const add = (event: Flat | undefined, doff?: Doff) => {
    const id = event && promptOf(event);
    if (id === undefined || (id !== "" && worked.has(id))) return;
    if (id === "") own.without.add(event as Flat);
    else if (doff?.closes) own.ids.set(id, { closes: doff.closes, at: doff.time });
    else if (!own.ids.has(id)) own.ids.set(id, null);
  };
  const lastBefore = (time: bigint) => prompts.filter((one) => one.time !== 0n && one.time < time).at(-1);
  for (const prompt of prompts) if (OWN_COMMANDS.has(prompt.attributes.get("command_name") ?? "")) add(prompt);
  for (const doff of doffs) add(lastBefore(doff.time), doff);
  for (const masqueSession of new Set(spans.map((span) => span.masqueSession))) {
    const worn = spans.filter((span) => span.masqueSession === masqueSession);
    if (prompts.length > 0) add(lastBefore(worn[0]?.since ?? 0n));
    else add(mine.find((one) => isAction(one.body) && promptOf(one) !== "" && worn.some((span) => isIn(one, span))));
  }
  return own;
}

function promptOf({ attributes }: Flat): string {
  return attributes.get("prompt.id") ?? "";
}

function scoreOf(
  session: string,
  of: { masque_session: string | null; masque: string | null; started: bigint | null },
  duration_min: number | null,
  {
    stretches,
    moved,
    isOwn,
  }: { stretches: readonly Flat[][]; moved: readonly Flat[]; isOwn: (event: Flat) => boolean },
): ReferenceScore {
  const events = byTime([...stretches.flat(), ...moved]);
  const tools = events.filter(({ body }) => body === TOOL);
  const requests = events.filter(({ body }) => body === REQUEST);
  const n = tools.length;
  const ok = tools.filter(({ attributes }) => attributes.get("success")?.toLowerCase() === "true").length;
  const p = promptsOf(events, isOwn);
  const a = Math.max(
    0.1,
    stretches
      .map((stretch) => activeMinutes(stretch.filter((event) => !isOwn(event))))
      .reduce((sum, minutes) => sum + minutes, 0),
  );
  const sum = (key: string) => {
    const present = requests.flatMap(({ attributes }) => amountIn(attributes.get(key)) ?? []);
    return present.length === 0 ? null : present.reduce((total, one) => total + one, 0);
  };
  const [cost, cr, cc] = [sum("cost_usd"), sum("cache_read_tokens"), sum("cache_creation_tokens")];
  const input = sum("input_tokens");
  const allInput = (cr ?? 0) + (cc ?? 0) + (input ?? 0);
  const dimensions = {
    quality: n === 0 ? null : (10 * ok) / n,
    autonomy: n === 0 ? null : (10 * (n / Math.max(p, 1))) / (n / Math.max(p, 1) + 5),
    productivity: n === 0 ? null : (10 * (ok / a)) / (ok / a + 3),
    token_efficiency: allInput === 0 ? null : (10 * (cr ?? 0)) / allInput,
    cost_efficiency: n === 0 || cost === null ? null : ok === 0 ? 0 : (10 * 0.05) / (cost / ok + 0.05),
  };
  const composite = n === 0 ? null : weightedMean(dimensions);
  return {
    session,
    masque_session: of.masque_session,
    masque: of.masque,
    started_at: of.started === null ? null : new Date(Number(of.started / 1_000_000n)).toISOString(),
    duration_min,
    active_min: n + requests.length === 0 ? null : a,
    dimensions,
    composite,
    recommendation: composite === null ? null : composite >= 7 ? "keep" : composite >= 4 ? "review" : "doff",
    confidence: n < 10 ? "low" : n < 30 ? "medium" : "high",
    stats: {
      total_cost: cost,
      total_tools: n,
      tools_ok: ok,
      tool_success_pct: n === 0 ? null : (100 * ok) / n,
      prompts: p,
      input_tokens: input,
      output_tokens: sum("output_tokens"),
      cache_read_tokens: cr,
      cache_creation_tokens: cc,
      api_errors: events.filter(({ body }) => body === "claude_code.api_error").length,
    },
  };
}

function weightedMean(dimensions: Record<keyof typeof WEIGHTS, number | null>): number {
  let [sum, weights] = [0, 0];
  for (const [name, weight] of Object.entries(WEIGHTS)) {
    const score = dimensions[name as keyof typeof WEIGHTS];
    if (score === null) continue;
    sum += weight * score;
    weights += weight;
  }
  return sum / weights;
}

function promptsOf(events: readonly Flat[], isOwn: (event: Flat) => boolean): number {
  const actions = events.filter((event) => isAction(event.body) && promptOf(event) !== "");
  if (actions.length === 0) return events.filter((event) => event.body === PROMPT && !isOwn(event)).length;
  return new Set(actions.filter((event) => !isOwn(event)).map(promptOf)).size;
}

function activeMinutes(stretch: readonly Flat[]): number {
  let minutes = 0;
  let before: bigint | undefined;
  for (const { body, time } of byTime(stretch)) {
    if (!isAction(body) || time === 0n) continue;
    if (before !== undefined) minutes += Math.min(5, Number(time - before) / NS_PER_MIN);
    before = time;
  }
  return minutes;
}

function marksOf(own: readonly Flat[]): { spans: Span[]; doffs: Doff[] } {
  const isMark = ({ body, time, attributes }: Flat) =>
    time !== 0n && (body === "masque.doff" || (body === "masque.don" && Boolean(attributes.get("masque.session.id"))));
  const marks = byTime(
    onceEach(own.filter(isMark), ({ time, body, attributes }) => [
      `${time}`,
      body,
      attributes.get("masque.session.id") ?? "",
    ]),
  );
  const spans = marks.flatMap(({ body, time, attributes }, at) => {
    if (body !== "masque.don") return [];
    const masqueSession = attributes.get("masque.session.id") ?? "";
    const name = attributes.get("masque.name") ?? null;
    return [{ masqueSession, name, since: time, until: marks[at + 1]?.time ?? null }];
  });
  const doffs = marks.flatMap(({ body, time, attributes }, at) => {
    const reason = attributes.get("masque.reason") ?? "";
    if (body !== "masque.doff" || !["user", "switch"].includes(reason)) return [];
    const before = marks[at - 1];
    const isWorn = before?.body === "masque.don";
    // Where a don closes it, the prompt is the don's, and lies in what that don opens.
    const closes = isWorn && reason === "user" ? (before.attributes.get("masque.session.id") ?? null) : null;
    return [{ time, reason, closes }];
  });
  return { spans, doffs };
}

function isAction(body: string): boolean {
  return body === TOOL || body === REQUEST;
}

/** Equal times stay in file order, for sorting is stable; what has no time comes last. */
function byTime(records: readonly Flat[]): Flat[] {
  const key = ({ time }: Flat) => (time === 0n ? 1n << 64n : time);
  return [...records].sort((a, b) => (key(a) < key(b) ? -1 : Number(key(a) > key(b))));
}

function byStart(a: ReferenceScore, b: ReferenceScore): number {
  const [first, second] = [a.started_at ?? "", b.started_at ?? ""];
  return first < second ? -1 : Number(first > second);
}

function onceEach(records: readonly Flat[], keyOf: (record: Flat) => readonly string[]): Flat[] {
  const seen = new Set<string>();
  return records.filter((record) => {
    const key = JSON.stringify(keyOf(record));
    const isNew = !seen.has(key);
    seen.add(key);
    return isNew;
  });
}

function recordsIn(line: string): Flat[] {
  const records: Flat[] = [];
  for (const resource of listAt(parsed(line), "resourceLogs")) {
    for (const scoped of listAt(resource, "scopeLogs")) {
      for (const record of listAt(scoped, "logRecords")) {
        const attributes = new Map<string, string>();
        for (const { key, value } of listAt(record, "attributes")) {
          const text = textOf(value);
          if (text !== undefined && !attributes.has(key)) attributes.set(key, text);
        }
        const session = attributes.get("session.id");
        const time = timeIn(record.timeUnixNano) || timeIn(record.observedTimeUnixNano);
        if (session) {
          records.push({ scope: scoped.scope?.name ?? "", session, time, body: textOf(record.body) ?? "", attributes });
        }
      }
    }
  }
  return records;
}

// biome-ignore lint/suspicious/noExplicitAny: foreign JSON, walked with a guard at each step
function listAt(value: any, key: string): any[] {
  const list = value?.[key];
  return Array.isArray(list) ? list.filter((item) => typeof item === "object" && item !== null) : [];
}

/** Whole numbers beyond a double's reach are kept as the text they were. */
function parsed(line: string): unknown {
  const keepInteger = (_key: string, value: unknown, { source }: { source?: string } = {}) =>
    typeof value === "number" && /^\d{16,}$/.test(source ?? "") ? source : value;
  try {
    return JSON.parse(line, keepInteger);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

// biome-ignore lint/suspicious/noExplicitAny: foreign JSON, walked with a guard at each step
function textOf(value: any): string | undefined {
  const arm = value?.stringValue ?? value?.intValue ?? value?.doubleValue ?? value?.boolValue;
  return arm === undefined || arm === null ? undefined : String(arm);
}

function timeIn(value: unknown): bigint {
  return /^\d+$/.test(String(value)) ? BigInt(String(value)) : 0n;
}

/** A cost or a count: 0 to 1e300, else absent. */
function amountIn(text: string | undefined): number | undefined {
  const value = text === undefined || text.trim() === "" ? Number.NaN : Number(text);
  return value >= 0 && value <= 1e300 ? value : undefined;
}

function whole(text: string | undefined): string {
  return (text ?? "").replace(/\.0+$/, "");
}
