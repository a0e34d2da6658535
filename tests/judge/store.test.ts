import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import {
  appendFileSync,
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { DuckDb } from "../../src/judge/duckdb/duckdb.ts";
import { readManifest, STORE_FORMAT } from "../../src/judge/store/manifest.ts";
import { nativeLibrary } from "../../src/kernel/files/native-library.ts";
import { digestOf } from "../../src/kernel/text/digest.ts";
import { segmentName } from "../../src/telemetry/file-names.ts";
import { historyPaths, rebuildStore, scoresOf, updateStoreNow } from "../support/judge-process.ts";
import { hostLine, markLine, NOON_UNIX_NANO } from "../support/telemetry-lines.ts";
import { temporaryFolder } from "../support/temp-folder.ts";

/** The columns beside the captured files: whatever happens to either, scores are those of all lines ever seen. */

const FORMAT = `"format":${STORE_FORMAT}`;

let folder = temporaryFolder();
let root = folder.path;
let paths = historyPaths(root);
let sequence = 0;

beforeEach(() => {
  folder = temporaryFolder();
  root = folder.path;
  paths = historyPaths(root);
  mkdirSync(paths.otel, { recursive: true });
});
afterEach(() => folder[Symbol.dispose]());

/** One request with some tool results of a session, and a line as long as the first bytes that tell files apart. */
function work(session: string, minute: number, tools = 3): string {
  return `${hostLine(
    Array.from({ length: tools }, (_, n) => ({
      unixNano: NOON_UNIX_NANO + BigInt(minute) * 60_000_000_000n + BigInt(n),
      body: n % 2 === 0 ? "claude_code.tool_result" : "claude_code.api_request",
      attributes: {
        "session.id": session,
        "event.sequence": sequence++,
        "prompt.id": `p-${minute}`,
        success: "true",
        cost_usd: 0.1 + n / 7,
        input_tokens: `${n}`,
      },
    })),
  )}\n`;
}

const log = (name = "logs.jsonl") => join(paths.otel, name);
const don = (session: string, minute: number) =>
  `${markLine("don", { session, masqueSession: `m-${session}-${minute}`, unixNano: NOON_UNIX_NANO + BigInt(minute) * 60_000_000_000n })}\n`;
const columnFiles = () => readdirSync(paths.judge).filter((name) => name.endsWith(".parquet"));

/** Scores with the store are to the bit those without it. */
async function expectSame(): Promise<number> {
  const [stored, whole] = [await scoresOf(root), await scoresOf(root, { store: "none" })];
  expect(stored.problem).toBeNull();
  expect(JSON.stringify(stored.scorecards)).toBe(JSON.stringify(whole.scorecards));
  expect(stored).toMatchObject({ linesSkipped: whole.linesSkipped });
  return stored.scorecards.reduce((sum, card) => sum + card.stats.total_tools, 0);
}

describe("the store", () => {
  test("reads each line once, however often it is brought up to date", async () => {
    writeFileSync(log(), work("s-1", 0) + work("s-2", 1));
    writeFileSync(paths.events, don("s-1", 0));
    await updateStoreNow(root);
    await updateStoreNow(root);
    expect(await scoresOf(root)).toMatchObject({ eventsRead: 6 });
    appendFileSync(log(), `${work("s-1", 2)}torn`);
    appendFileSync(paths.events, don("s-1", 2));
    await updateStoreNow(root);
    expect(await expectSame()).toBe(6);
    appendFileSync(log(), `\n${work("s-1", 3).slice(0, -1)}`);
    expect(await expectSame()).toBe(8);
    appendFileSync(log(), "\n");
    await updateStoreNow(root);
    expect(await expectSame()).toBe(8);
  });

  test("knows a rotated file again, and orders files by age whenever they came", async () => {
    writeFileSync(log(), work("s-1", 0));
    await updateStoreNow(root);
    renameSync(log(), log(segmentName("logs", 2_000)));
    writeFileSync(log(), work("s-1", 1));
    writeFileSync(log(segmentName("logs", 1_000)), work("s-1", 0));
    await updateStoreNow(root);
    expect(readManifest(paths.judge)?.sources).toHaveLength(3);
    expect(await scoresOf(root)).toMatchObject({ eventsRead: 9 });
    await expectSame();
  });

  test("keeps what retention removed, in a rebuild too", async () => {
    writeFileSync(log(segmentName("logs", 1_000)), work("s-1", 0));
    writeFileSync(log(), work("s-2", 1));
    const before = await scoresOf(root);
    rmSync(log(segmentName("logs", 1_000)));
    expect(await scoresOf(root)).toEqual(before);
    await rebuildStore(root);
    expect(await scoresOf(root)).toEqual(before);
    await rebuildStore(root);
    expect(await scoresOf(root)).toEqual(before);
  });

  test.each([
    ["cut to nothing and written again", () => truncateSync(log(), 0)],
    ["cut in the middle of a line", () => truncateSync(log(), 300)],
    ["replaced", () => rmSync(log())],
  ])("counts each event once where a file was %s", async (_, damage) => {
    const lines = [work("s-1", 0), work("s-1", 1)];
    writeFileSync(log(), lines.join(""));
    await updateStoreNow(root);
    damage();
    appendFileSync(log(), `\n${lines[1]}${work("s-1", 2)}`);
    const { scorecards } = await scoresOf(root);
    expect(scorecards[0]?.stats.total_tools).toBe(6);
    await updateStoreNow(root);
    expect((await scoresOf(root)).scorecards).toEqual(scorecards);
  });

  test("counts a request once that an exporter sent again into another file", async () => {
    const line = work("s-1", 0);
    writeFileSync(log(), line);
    await updateStoreNow(root);
    renameSync(log(), log(segmentName("logs", 1_000)));
    writeFileSync(log(), line + work("s-1", 1));
    await updateStoreNow(root);
    expect(await expectSame()).toBe(4);
  });

  test("knows files again that were moved to another place with their store", async () => {
    writeFileSync(log(), work("s-1", 0));
    await updateStoreNow(root);
    copyFileSync(log(), log("copy"));
    renameSync(log("copy"), log());
    await updateStoreNow(root);
    expect(await scoresOf(root)).toMatchObject({ eventsRead: 3 });
  });

  test("merges its files, and removes those that no manifest names", async () => {
    mkdirSync(paths.judge, { recursive: true });
    writeFileSync(join(paths.judge, "records-9-00000000.parquet"), "left behind");
    for (let minute = 0; minute < 12; minute++) {
      appendFileSync(log(), work(`s-${minute % 3}`, minute));
      await updateStoreNow(root);
    }
    const manifest = readManifest(paths.judge);
    expect(manifest?.records.length).toBeLessThanOrEqual(3);
    expect(columnFiles().sort()).toEqual(
      [...(manifest?.records.map(({ file }) => file) ?? []), ...(manifest?.retired ?? [])].sort(),
    );
    expect(await expectSame()).toBe(24);
  });

  test.each([
    ["of another format", () => edit((text) => text.replace(FORMAT, '"format":99'))],
    ["whose manifest is damaged", () => edit((text) => text.slice(0, 40))],
    ["whose column file is cut", () => truncateSync(join(paths.judge, columnFiles()[0] ?? ""), 50)],
    ["whose column file is gone", () => rmSync(join(paths.judge, columnFiles()[0] ?? ""))],
    [
      "whose column file is damaged within",
      () => {
        const path = join(paths.judge, columnFiles()[0] ?? "");
        const bytes = readFileSync(path);
        writeFileSync(path, bytes.fill(7, 10, bytes.length - 10));
      },
    ],
  ])("a store %s costs no score", async (_, damage) => {
    writeFileSync(log(), work("s-1", 0) + work("s-2", 1));
    const before = await scoresOf(root, { store: "none" });
    await updateStoreNow(root);
    damage();
    const after = await scoresOf(root);
    expect(after.scorecards).toEqual(before.scorecards);
    await rebuildStore(root);
    expect(await scoresOf(root)).toEqual(before);
  });

  test("of another format keeps what only it has", async () => {
    writeFileSync(log(segmentName("logs", 1_000)), work("s-1", 0));
    writeFileSync(log(), work("s-2", 1));
    const before = await scoresOf(root);
    rmSync(log(segmentName("logs", 1_000)));
    edit((text) => text.replace(FORMAT, '"format":0'));
    expect(await scoresOf(root)).toEqual(before);
    expect(readManifest(paths.judge)?.format).toBe(STORE_FORMAT);
  });

  test("that cannot be written costs no score, and says so", async () => {
    writeFileSync(log(segmentName("logs", 1_000)), work("s-1", 0));
    // Where a folder should be: for root too, whom no mode keeps from writing.
    writeFileSync(paths.judge, "");
    const { scorecards, problem } = await scoresOf(root);
    expect(scorecards[0]?.stats.total_tools).toBe(2);
    expect(problem).toContain(paths.judge);
  });

  test.each<[string, (path: string) => void]>([
    ["is gone", (path) => rmSync(path)],
    ["is cut", (path) => truncateSync(path, 100)],
    ["holds other bytes", (path) => writeFileSync(path, Buffer.alloc(readFileSync(path).length, 0xa5))],
  ])("of rows that nothing else has loses those of the column file that %s, and no other", async (_, damage) => {
    writeFileSync(log(segmentName("logs", 1_000)), work("s-1", 0, 40));
    writeFileSync(paths.events, don("s-1", 0));
    await updateStoreNow(root);
    writeFileSync(log(segmentName("logs", 2_000)), work("s-2", 1, 3));
    await updateStoreNow(root);
    for (const name of readdirSync(paths.otel)) rmSync(log(name));
    const [older, newer] = readManifest(paths.judge)?.records ?? [];
    expect([older?.rows, newer?.rows]).toEqual([40, 3]);
    damage(join(paths.judge, newer?.file ?? ""));
    await rebuildStore(root);
    expect(await scoresOf(root)).toMatchObject({
      eventsRead: 40,
      scorecards: [{ session: "s-1", masque: "Codesmith", stats: { total_tools: 20 } }],
      problem: null,
    });
  });

  test.skipIf(process.getuid?.() === 0)("in a folder that may not be written costs no score, and says so", async () => {
    writeFileSync(log(segmentName("logs", 1_000)), work("s-1", 0));
    mkdirSync(paths.judge);
    chmodSync(paths.judge, 0o500);
    const { scorecards, problem } = await scoresOf(root);
    chmodSync(paths.judge, 0o700);
    expect(scorecards[0]?.stats.total_tools).toBe(2);
    expect(problem).toContain(paths.judge);
  });

  test("is not made for a few lines", async () => {
    writeFileSync(log(), work("s-1", 0));
    await scoresOf(root);
    expect(existsSync(paths.judge)).toBe(false);
  });

  test("is private", async () => {
    writeFileSync(log(), work("s-1", 0));
    await updateStoreNow(root);
    const modes = readdirSync(paths.judge).map((name) => Bun.file(join(paths.judge, name)).stat());
    expect(modes.length).toBeGreaterThan(1);
    for (const { mode } of await Promise.all(modes)) expect(mode & 0o077).toBe(0);
  });

  test("keeps names of events, and only a digest of other bodies, by which equal events still count once", async () => {
    const attributes = { "session.id": "s-1", "event.sequence": 1 };
    const record = (body: string) => hostLine([{ unixNano: NOON_UNIX_NANO, body, attributes }]);
    const words = ["Pay 7 dollars to Ann", "secret-token", "x".repeat(65), "claude_code.user_prompt"];
    writeFileSync(log(), [...words, ...words].map((body) => `${record(body)}\n`).join(""));
    await updateStoreNow(root);
    using db = DuckDb.open((await nativeLibrary("duckdb", paths)).path, ":memory:", {});
    const files = `read_parquet('${join(paths.judge, "records-*.parquet")}')`;
    const bodies = db.query(`SELECT DISTINCT body FROM ${files}`).map(({ body }) => body);
    const kept = words.map((body) => (body.startsWith("claude_code") ? body : digestOf(body)));
    expect(bodies.map(String).sort()).toEqual(kept.map(String).sort());
    expect(await scoresOf(root)).toMatchObject({ eventsRead: 8 });
    await expectSame();
  });
});

function edit(change: (text: string) => string): void {
  const path = join(paths.judge, "store.json");
  const text = readFileSync(path, "utf8");
  const changed = change(text);
  expect(changed).not.toBe(text);
  writeFileSync(path, changed);
}
