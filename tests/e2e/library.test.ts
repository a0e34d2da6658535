import { expect, test } from "bun:test";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { CHECKOUT } from "../support/binary.ts";
import { terminal } from "../support/terminal.ts";

/** The library inside the compiled program: every masque of `masques/` is listed, shown and worn without any file. */

const CEILING_MS = 120_000;
const FOLDER = join(CHECKOUT, "masques");
const FILES = readdirSync(FOLDER)
  .filter((name) => name.endsWith(".masque.yaml"))
  .sort();
const SLUGS = FILES.map((name) => name.slice(0, -".masque.yaml".length));

test("masque list shows every masque of the library, and nothing else", async () => {
  using me = terminal();
  const { exit, stdout } = await me.masque(["list", "--json"]);
  const listed: { name: string; source: string }[] = JSON.parse(stdout);
  expect({ exit, slugs: listed.map(({ name }) => name.toLowerCase()) }).toEqual({ exit: 0, slugs: SLUGS });
  expect(listed.every(({ source }) => source === "shared")).toBe(true);
});

test(
  "masque inspect prints the bytes of each file, and masque don wears each",
  async () => {
    using me = terminal();
    for (const [at, file] of FILES.entries()) {
      const slug = SLUGS[at] ?? "";
      const text = readFileSync(join(FOLDER, file), "utf8");
      const { stdout: raw } = await me.masque(["inspect", slug, "--raw"]);
      const { exit, stdout: block } = await me.masque(["don", slug]);
      const name = /^name: (\w+)$/m.exec(text)?.[1];
      expect({ slug, exit, isWhole: raw === text, opening: block.split(" version=")[0] }).toEqual({
        slug,
        exit: 0,
        isWhole: true,
        opening: `<masque-identity name="${name}"`,
      });
    }
  },
  CEILING_MS,
);

test("masque lint finds nothing in the library", async () => {
  using me = terminal();
  const { exit, stdout } = await me.masque(["lint", FOLDER, "--json"]);
  expect({ exit, ...JSON.parse(stdout) }).toMatchObject({ exit: 0, files: FILES.length, problems: [] });
});
