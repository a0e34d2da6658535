import { describe, expect, test } from "bun:test";
import { readdirSync } from "node:fs";
import { join, resolve } from "node:path";
import { isObject, type JsonObject, parseJson } from "../../src/kernel/text/json.ts";
import { post, startAudience } from "../support/audience.ts";
import { expectClose } from "../support/expect-close.ts";
import { succeeded } from "../support/process.ts";
import { referenceScores } from "../support/reference-score.ts";
import { type Terminal, terminal } from "../support/terminal.ts";

/** Real sessions, sent again to the compiled receiver as they were on the wire, score as the definition says. */

const CEILING_MS = 60_000;
const OWN = resolve(import.meta.dir, "../fixtures/telemetry");

type Worked = {
  /** In the order of the definition; only what was worked out by hand. */
  readonly dimensions?: readonly (number | null)[];
  readonly composite: number | null;
  readonly stats: { readonly total_tools: number; readonly tools_ok: number; readonly prompts: number };
};

const QUICK: Worked = {
  dimensions: [8.75, 4.4444, 9.7902, 9.6114, 7.2543],
  composite: 7.8613,
  stats: { total_tools: 16, tools_ok: 14, prompts: 4 },
};
const REFACTOR: Worked = {
  dimensions: [6.6667, 3.75, 9.3023, 9.6375, 6.3782],
  composite: 6.8814,
  stats: { total_tools: 6, tools_ok: 4, prompts: 2 },
};

const RECORDINGS: Readonly<Record<string, Worked>> = {
  "demo-http-json": {
    ...QUICK,
    dimensions: [8.75, 4.4444, 7.8633, 9.6114, 7.2543],
    composite: 7.4759,
  },
  "quick-http-json": QUICK,
  "quick-http-protobuf": QUICK,
  "refactor-http-json": REFACTOR,
  "refactor-http-protobuf": REFACTOR,
  "refactor-grpc": REFACTOR,
  chat: {
    dimensions: [null, null, null, 0, null],
    composite: null,
    stats: { total_tools: 0, tools_ok: 0, prompts: 1 },
  },
  "traces-http-json": {
    composite: 5.8986,
    stats: { total_tools: 1, tools_ok: 1, prompts: 1 },
  },
};

describe.each(Object.entries(RECORDINGS))("%s", (name, worked) => {
  const folder = join(OWN, name);

  test(
    "captured by the compiled receiver, scores as worked out by hand and as the reference does",
    async () => {
      using me = terminal();
      const score = await capturedAndJudged(me, folder);
      const { dimensions = [], ...rest } = worked;
      const named = Object.fromEntries(dimensions.map((score, index) => [NAMES[index], score] as const));
      expectClose(score, { masque: null, dimensions: named, ...rest }, 4);
      const [reference, ...others] = referenceScores(me.otel);
      expect(others).toEqual([]);
      expectClose(score, reference, 9);
    },
    CEILING_MS,
  );
});

test(
  "the same script over JSON and over protobuf scores the same to the last digit",
  async () => {
    using json = terminal();
    using protobuf = terminal();
    const [left, right] = [
      await capturedAndJudged(json, join(OWN, "quick-http-json")),
      await capturedAndJudged(protobuf, join(OWN, "quick-http-protobuf")),
    ];
    for (const key of ["dimensions", "composite", "recommendation", "confidence", "stats"]) {
      expect(left[key]).toEqual(right[key]);
    }
  },
  CEILING_MS,
);

const NAMES = ["quality", "autonomy", "productivity", "token_efficiency", "cost_efficiency"];

/** Sends every body twice, as an exporter does that saw no answer, and scores what was captured. */
async function capturedAndJudged(me: Terminal, folder: string): Promise<JsonObject> {
  await using audience = await startAudience(me);
  for (const name of [...readdirSync(folder), ...readdirSync(folder)].sort()) {
    expect(await post(audience.httpUrl, join(folder, name))).toBe(200);
  }
  const printed = parseJson(succeeded(await me.masque(["judge", "--json"])).stdout) ?? null;
  const score = Array.isArray(printed) ? printed[0] : printed;
  if (!isObject(score)) throw new Error(`judge printed no score: ${JSON.stringify(printed)}`);
  return score;
}
