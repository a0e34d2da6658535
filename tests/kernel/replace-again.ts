import { replaceFile } from "../../src/kernel/files/files.ts";

/** Replaces the file at argv[2] by one of two texts in turn, for ever: tests kill it. */
const [, , path = ""] = process.argv;
const texts = ["a".repeat(500_000), "b".repeat(800_000)];
for (let turn = 0; ; turn++) {
  replaceFile(path, texts[turn % 2] ?? "");
  if (turn === 1) process.stdout.write("replacing\n");
}
