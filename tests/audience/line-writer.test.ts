import { describe, expect, test } from "bun:test";
import {
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { LineWriter } from "../../src/audience/line-writer.ts";
import type { TornTail } from "../../src/audience/torn-tail.ts";
import { temporaryFolder } from "../support/temp-folder.ts";

const read = (path: string) => readFileSync(path, "utf8");

function writerIn(folder: string) {
  const torn: TornTail[] = [];
  const path = join(folder, "otel", "logs.jsonl");
  return { path, torn, writer: new LineWriter(path, (found) => void torn.push(found)) };
}

describe("LineWriter", () => {
  test("writes what was appended, in order, to a file of the user's alone", async () => {
    using folder = temporaryFolder();
    const { path, writer } = writerIn(folder.path);
    await Promise.all([writer.append(["1"]), writer.append(["2", "3"]), writer.append(["4"])]);
    expect(read(path)).toBe("1\n2\n3\n4\n");
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(statSync(join(folder.path, "otel")).mode & 0o777).toBe(0o700);
    await writer.close();
  });

  test("opens nothing before the first line", async () => {
    using folder = temporaryFolder();
    const { writer } = writerIn(folder.path);
    await writer.close();
    expect(readdirSync(folder.path)).toEqual([]);
  });

  test("appends to what is there after a restart", async () => {
    using folder = temporaryFolder();
    const first = writerIn(folder.path);
    await first.writer.append(["1"]);
    await first.writer.close();
    const second = writerIn(folder.path);
    await second.writer.append(["2"]);
    await second.writer.close();
    expect(read(first.path)).toBe("1\n2\n");
    expect(second.torn).toEqual([]);
  });

  test.each([
    ["deleted", (path: string) => rmSync(path)],
    ["moved away", (path: string) => renameSync(path, `${path}.moved`)],
    ["deleted with its folder", (path: string) => rmSync(join(path, ".."), { recursive: true })],
  ])("makes a file that was %s again", async (_what, remove) => {
    using folder = temporaryFolder();
    const { path, writer } = writerIn(folder.path);
    await writer.append(["1"]);
    remove(path);
    await writer.append(["2"]);
    expect(read(path)).toBe("2\n");
    await writer.close();
  });

  test("tells of a folder that cannot be written, and works once it can", async () => {
    using folder = temporaryFolder();
    const { path, writer } = writerIn(folder.path);
    writeFileSync(join(folder.path, "otel"), "a file where the folder should be");
    await expect(writer.append(["1"])).rejects.toMatchObject({ name: "MasqueError" });
    rmSync(join(folder.path, "otel"));
    await writer.append(["2"]);
    expect(read(path)).toBe("2\n");
    await writer.close();
  });

  test("tells of a full disk", async () => {
    using folder = temporaryFolder();
    const { path, writer } = writerIn(folder.path);
    mkdirSync(join(folder.path, "otel"));
    symlinkSync("/dev/full", path);
    await expect(writer.append(["1"])).rejects.toMatchObject({ code: "telemetry.write-failed" });
    rmSync(path);
    await writer.append(["2"]);
    expect(read(path)).toBe("2\n");
    await writer.close();
  });
});

describe("a file that ends within a line", () => {
  async function reopened(folder: string, left: string) {
    mkdirSync(join(folder, "otel"), { recursive: true });
    const { path, torn, writer } = writerIn(folder);
    writeFileSync(path, left);
    await writer.append(['{"next":1}']);
    await writer.close();
    return { path, torn };
  }

  test("has the fragment moved beside it", async () => {
    using folder = temporaryFolder();
    const { path, torn } = await reopened(folder.path, '{"a":1}\n{"b":');
    expect(read(path)).toBe('{"a":1}\n{"next":1}\n');
    expect(torn).toEqual([{ kind: "cut", movedTo: `${path}.torn-8` }]);
    expect(read(`${path}.torn-8`)).toBe('{"b":');
  });

  test("keeps a whole request that lacks its newline alone", async () => {
    using folder = temporaryFolder();
    const { path, torn } = await reopened(folder.path, '{"a":1}\n{"b":2}');
    expect(read(path)).toBe('{"a":1}\n{"b":2}\n{"next":1}\n');
    expect(torn).toEqual([{ kind: "ended" }]);
  });

  test("loses no whole line wherever it was cut", async () => {
    const lines = ['{"a":"x"}', `{"b":"${"y".repeat(100_000)}"}`, '{"c":"z"}'];
    const text = `${lines.join("\n")}\n`;
    await fc.assert(
      fc.asyncProperty(fc.nat(text.length), async (cut) => {
        using folder = temporaryFolder();
        const { path } = await reopened(folder.path, text.slice(0, cut));
        const written = read(path);
        const whole = text.slice(0, cut).split("\n").slice(0, -1);
        expect(written.endsWith('{"next":1}\n')).toBe(true);
        expect(written.split("\n").slice(0, whole.length)).toEqual(whole);
        for (const line of written.split("\n").filter(Boolean)) expect(() => JSON.parse(line)).not.toThrow();
      }),
      { numRuns: 40 },
    );
  });
});
