import { describe, expect } from "bun:test";
import { readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { runReceiver } from "../support/killable-receiver.ts";
import { testWith } from "../support/requirement.ts";
import { mounting, smallDisk } from "../support/small-disk.ts";
import { temporaryFolder } from "../support/temp-folder.ts";

/** A disk that is really full, and one that is really read-only, under the compiled receiver. */

const testMounted = testWith(mounting());
const RUN_MS_MAX = 60_000;
const DISK_BYTES = 1024 * 1024;
const LINE_BYTES = 50_000;

const lineOf = (number: number) => {
  const value = { stringValue: `${number} `.padEnd(LINE_BYTES, "x") };
  return JSON.stringify({
    resourceLogs: [{ resource: {}, scopeLogs: [{ scope: {}, logRecords: [{ body: value }] }] }],
  });
};

async function receiverOn(otel: string, root: string, more: Record<string, string> = {}) {
  const receiver = runReceiver({ HOME: root, MASQUE_DATA_DIR: join(otel, ".."), ...more });
  const url = await receiver.url;
  if (!url) throw new Error(`It does not listen\n${receiver.log()}`);
  const post = (number: number) =>
    fetch(`${url}/v1/logs`, { method: "POST", headers: { "content-type": "application/json" }, body: lineOf(number) });
  return { receiver, post };
}

function linesIn(otel: string): string[] {
  const names = readdirSync(otel).filter((name) => name.endsWith(".jsonl"));
  return names.sort().flatMap((name) => {
    const text = readFileSync(join(otel, name), "utf8");
    expect(text === "" || text.endsWith("\n")).toBe(true);
    return text.split("\n").slice(0, -1);
  });
}

describe("a full disk", () => {
  for (const segmentBytes of ["0", "200000"]) {
    testMounted(
      `is answered 503 with nothing half written, and taken up again: segments of ${segmentBytes}`,
      async () => {
        using root = temporaryFolder();
        const otel = join(root.path, "data", "otel");
        using disk = smallDisk(otel, DISK_BYTES);
        const filler = join(disk.path, "filler");
        writeFileSync(filler, Buffer.alloc(DISK_BYTES / 2));
        const { receiver, post } = await receiverOn(otel, root.path, { MASQUE_AUDIENCE_SEGMENT_BYTES: segmentBytes });
        const statuses = new Map<number, number>();
        for (let number = 0; number < 15; number++) statuses.set(number, (await post(number)).status);
        const refused = await post(99);
        expect(refused.status).toBe(503);
        expect(await refused.json()).toMatchObject({ code: 14, message: expect.stringContaining("ENOSPC") });
        const acknowledged = () =>
          [...statuses].filter(([, status]) => status === 200).map(([number]) => lineOf(number));
        expect(new Set(statuses.values())).toEqual(new Set([200, 503]));
        expect(linesIn(otel).sort()).toEqual(acknowledged().sort());
        rmSync(filler);
        for (const number of [100, 101]) statuses.set(number, (await post(number)).status);
        expect(statuses.get(101)).toBe(200);
        await receiver.end("SIGTERM");
        expect(linesIn(otel).sort()).toEqual(acknowledged().sort());
        expect(receiver.log()).toContain("answering 503 until it works");
        expect(receiver.log()).toContain("writing works again");
      },
      RUN_MS_MAX,
    );
  }

  testMounted(
    "with a torn end on it is mended once there is room for what is set aside",
    async () => {
      using root = temporaryFolder();
      const otel = join(root.path, "data", "otel");
      using disk = smallDisk(otel, DISK_BYTES);
      const torn = lineOf(1).slice(0, -10);
      writeFileSync(join(otel, "logs.jsonl"), `${lineOf(0)}\n${torn}`);
      const filler = join(disk.path, "filler");
      writeFileSync(filler, Buffer.alloc(DISK_BYTES - 3 * LINE_BYTES));
      const { receiver, post } = await receiverOn(otel, root.path);
      expect((await post(2)).status).toBe(503);
      rmSync(filler);
      expect((await post(3)).status).toBe(200);
      await receiver.end("SIGTERM");
      expect(linesIn(otel)).toEqual([lineOf(0), lineOf(3)]);
      const aside = readdirSync(otel).filter((name) => name.includes(".torn-"));
      expect(aside.map((name) => readFileSync(join(otel, name), "utf8"))).toEqual([torn]);
    },
    RUN_MS_MAX,
  );
});

testMounted(
  "a disk that is read-only is answered 503, and taken up again once it is not",
  async () => {
    using root = temporaryFolder();
    const otel = join(root.path, "data", "otel");
    using disk = smallDisk(otel, DISK_BYTES);
    const { receiver, post } = await receiverOn(otel, root.path);
    disk.remount("ro");
    const refused = await post(0);
    expect(refused.status).toBe(503);
    expect(await refused.json()).toMatchObject({ message: expect.stringContaining("EROFS") });
    expect(readdirSync(otel)).toEqual([]);
    disk.remount("rw");
    expect((await post(1)).status).toBe(200);
    await receiver.end("SIGTERM");
    expect(linesIn(otel)).toEqual([lineOf(1)]);
  },
  RUN_MS_MAX,
);
