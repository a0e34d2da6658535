import { describe, expect } from "bun:test";
import { appendFileSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { manifestPath, readManifest } from "../../src/judge/store/manifest.ts";
import { segmentName } from "../../src/telemetry/file-names.ts";
import { historyPaths, rebuildStore, scoresOf, updateStoreNow } from "../support/judge-process.ts";
import { testWith } from "../support/requirement.ts";
import { mounting, smallDisk } from "../support/small-disk.ts";
import { hostLine, markLine, NOON_UNIX_NANO } from "../support/telemetry-lines.ts";
import { temporaryFolder } from "../support/temp-folder.ts";
import { terminal } from "../support/terminal.ts";

/** The store on a disk that is really full: it costs time and no score, and is whole before and after. */

const testMounted = testWith(mounting());
const RUN_MS_MAX = 120_000;
const KiB = 1024;
const DISK_BYTES = 512 * KiB;
const BLOCK_BYTES = 4 * KiB;
const LINES = 400;

/** Lines that do not compress to nothing: every id is another one. */
function lines(count: number, from: number): string {
  return Array.from({ length: count }, (_, at) => {
    const n = from + at;
    const attributes = {
      "session.id": `s-${n % 7}`,
      "event.sequence": n,
      "prompt.id": new Bun.CryptoHasher("sha256").update(String(n)).digest("hex"),
      success: n % 3 !== 0,
      cost_usd: 1 / (n + 1),
    };
    const body = n % 2 === 0 ? "claude_code.tool_result" : "claude_code.api_request";
    return `${hostLine([{ unixNano: NOON_UNIX_NANO + BigInt(n) * 1_000_000n, body, attributes }])}\n`;
  }).join("");
}

function don(n: number): string {
  const unixNano = NOON_UNIX_NANO + BigInt(n) * 1_000_000n;
  return `${markLine("don", { session: `s-${n % 7}`, masqueSession: `m-${n}`, unixNano })}\n`;
}

/** A store that was brought up to date, and telemetry that came since, in a file that may be dropped soon. */
async function history(root: string): Promise<void> {
  const { otel, events } = historyPaths(root);
  mkdirSync(otel, { recursive: true });
  writeFileSync(join(otel, segmentName("logs", 1_000)), lines(LINES, 0));
  writeFileSync(events, don(5));
  await updateStoreNow(root);
  writeFileSync(join(otel, segmentName("logs", 2_000)), lines(LINES, LINES));
  appendFileSync(events, don(LINES + 60));
}

/** Leaves so many bytes of the disk. */
function fill(folder: string, bytesLeft: number): string {
  const filler = join(folder, "filler");
  const used = readdirSync(folder).reduce((sum, name) => sum + blocksOf(join(folder, name)), 0);
  writeFileSync(filler, Buffer.alloc(DISK_BYTES - used - bytesLeft, 1));
  return filler;
}

function blocksOf(path: string): number {
  return statSync(path).isDirectory() ? 0 : Math.ceil(statSync(path).size / BLOCK_BYTES) * BLOCK_BYTES;
}

/** The manifest, and that every file it names is there as it was written. */
function wholeStore(judge: string): string {
  const { records = [], marks } = readManifest(judge) ?? {};
  for (const { file, bytes } of [...records, ...(marks ? [marks] : [])])
    expect(statSync(join(judge, file)).size).toBe(bytes);
  return readFileSync(manifestPath(judge), "utf8");
}

describe("a store on a full disk", () => {
  testMounted(
    "costs no score whichever step of an update finds no room, says so, and catches up once there is some",
    async () => {
      const outcomes: string[] = [];
      for (let bytesLeft = 0; outcomes.at(-1) !== "brought in"; bytesLeft += 2 * BLOCK_BYTES) {
        using folder = temporaryFolder();
        const { judge } = historyPaths(folder.path);
        using disk = smallDisk(judge, DISK_BYTES);
        await history(folder.path);
        const [expected, before] = [await scoresOf(folder.path, { store: "none" }), wholeStore(judge)];
        const filler = fill(disk.path, bytesLeft);
        const full = await scoresOf(folder.path);
        expect(full).toEqual({ ...expected, problem: full.problem });
        if (full.problem === null) outcomes.push("brought in");
        else {
          outcomes.push("full");
          expect(full.problem).toMatch(/No space left on device|ENOSPC|disk is full/);
          expect(wholeStore(judge)).toBe(before);
        }
        rmSync(filler);
        expect(await scoresOf(folder.path)).toEqual(expected);
        expect(wholeStore(judge)).not.toBe(before);
        expect(readdirSync(judge).filter((name) => name.endsWith(".tmp"))).toEqual([]);
        await rebuildStore(folder.path);
        expect(await scoresOf(folder.path)).toEqual(expected);
      }
      expect(outcomes.filter((outcome) => outcome === "full").length).toBeGreaterThan(5);
    },
    RUN_MS_MAX,
  );

  testMounted(
    "is reported by the compiled program, which scores all the same",
    async () => {
      using me = terminal();
      const root = join(me.home, ".local/share/masque");
      const { judge } = historyPaths(root);
      using disk = smallDisk(judge, DISK_BYTES);
      await history(root);
      const expected = await scoresOf(root, { store: "none" });
      const filler = fill(disk.path, 0);
      const full = await me.masque(["judge", "--all", "--json"]);
      expect(full.exit).toBe(0);
      expect(JSON.parse(full.stdout)).toEqual(JSON.parse(JSON.stringify(expected.scorecards)));
      expect(full.stderr).toMatch(/store was not brought up to date.*(No space left on device|ENOSPC|disk is full)/);
      expect(await me.masque(["judge", "--update"])).toMatchObject({ exit: 1, stdout: "" });
      rmSync(filler);
      expect(await me.masque(["judge", "--all", "--json"])).toEqual({ exit: 0, stdout: full.stdout, stderr: "" });
    },
    RUN_MS_MAX,
  );
});
