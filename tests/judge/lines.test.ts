import { expect, test } from "bun:test";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { readChunks } from "../../src/judge/reading/lines.ts";
import { temporaryFolder } from "../support/temp-folder.ts";

function linesOf(content: string | Uint8Array, bounds = { chunkBytes: 8, lineBytesMax: 16 }) {
  using folder = temporaryFolder();
  const path = join(folder.path, "lines");
  writeFileSync(path, content);
  const lines: string[] = [];
  const offsets: number[] = [];
  const chunks = readChunks(path, bounds);
  for (;;) {
    const next = chunks.next();
    if (next.done) return { lines, offsets, tooLong: next.value };
    offsets.push(next.value.offset);
    lines.push(...new TextDecoder().decode(next.value.text).split("\n"));
  }
}

test("readChunks() gives every line within the bound, whatever the chunks", () => {
  const line = fc.string({ unit: "grapheme-ascii", maxLength: 20 }).map((text) => text.replaceAll("\n", ""));
  fc.assert(
    fc.property(fc.array(line), fc.boolean(), (lines, isTorn) => {
      const content = lines.join("\n") + (isTorn ? "" : "\n");
      const read = linesOf(content);
      expect(read.lines.filter(Boolean)).toEqual(lines.filter((one) => one !== "" && one.length <= 16));
      expect(read.tooLong).toBe(lines.filter((one) => one.length > 16).length);
    }),
  );
});

test("readChunks() says where each chunk begins", () => {
  expect(linesOf("aaa\nbbb\nccc\nddd")).toMatchObject({ lines: ["aaa", "bbb", "ccc", "ddd"], offsets: [0, 8, 12] });
});

test("readChunks() answers nothing for an empty file", () => {
  expect(linesOf("")).toEqual({ lines: [], offsets: [], tooLong: 0 });
});

test("readChunks() replaces bytes that are not UTF-8", () => {
  expect(linesOf(new Uint8Array([0x61, 0xff, 0x62, 0x0a, 0x63])).lines).toEqual(["a\ufffdb", "c"]);
});
