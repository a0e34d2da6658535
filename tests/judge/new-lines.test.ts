import { expect, test } from "bun:test";
import { appendFileSync, readdirSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Sources } from "../../src/judge/port.ts";
import { TelemetryReader } from "../../src/judge/reading/telemetry-reader.ts";
import { EMPTY_MANIFEST } from "../../src/judge/store/manifest.ts";
import { readNewLines } from "../../src/judge/store/new-lines.ts";
import { lookAtStore } from "../../src/judge/store/store-look.ts";
import { segmentName } from "../../src/telemetry/file-names.ts";
import { hostLine, NOON_UNIX_NANO } from "../support/telemetry-lines.ts";
import { temporaryFolder } from "../support/temp-folder.ts";

const work = (prompt: string) => {
  const attributes = { "session.id": "s", "prompt.id": prompt };
  return `${hostLine([{ unixNano: NOON_UNIX_NANO, body: "claude_code.tool_result", attributes }])}\n`;
};

/** Logs of a folder; `onList` runs before each listing, with its number from 1. */
function sourcesIn(folder: string, onList: (listing: number) => void): Sources {
  let listing = 0;
  const listLogs = () => {
    onList(++listing);
    return readdirSync(folder)
      .sort()
      .map((name) => join(folder, name));
  };
  return { logs: [], listLogs, marks: [] };
}

test("readNewLines() finds what a writer closed and began after the look", () => {
  using folder = temporaryFolder();
  const [active, closed] = [join(folder.path, "logs.jsonl"), join(folder.path, segmentName("logs", 1_000))];
  writeFileSync(active, work("p-1"));
  const sources = sourcesIn(folder.path, (listing) => {
    if (listing !== 2) return;
    // After the files of the look were read: the writer appends, closes the file and begins the next.
    appendFileSync(active, work("p-2"));
    renameSync(active, closed);
    writeFileSync(active, work("p-3"));
  });
  const reader = new TelemetryReader();
  const { recognition } = lookAtStore(EMPTY_MANIFEST, sources);
  const read = readNewLines(recognition, { reader, sources, unended: "left" });
  expect(reader.rows.records.rows).toBe(3);
  expect(read.known.map(({ name, linesRead }) => [name, linesRead])).toEqual([
    [segmentName("logs", 1_000), 2],
    ["logs.jsonl", 1],
  ]);
  expect(read.recognition.present.map(({ path, isNew }) => [path, isNew])).toEqual([
    [closed, false],
    [active, false],
  ]);
});

test("readNewLines() lists the files once more, and no further time, when none came", () => {
  using folder = temporaryFolder();
  writeFileSync(join(folder.path, "logs.jsonl"), work("p-1"));
  let listings = 0;
  const sources = sourcesIn(folder.path, (listing) => {
    listings = listing;
  });
  const look = lookAtStore(EMPTY_MANIFEST, sources);
  const { known, recognition } = readNewLines(look.recognition, {
    reader: new TelemetryReader(),
    sources,
    unended: "left",
  });
  expect(listings).toBe(2);
  expect(recognition.present.map(({ source }) => source)).toEqual([...known]);
});
