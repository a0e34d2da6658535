import { describe, expect, test } from "bun:test";
import { existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { succeeded } from "../support/process.ts";
import { type Terminal, terminal } from "../support/terminal.ts";

/** Where `masque performance --html` writes, and what it leaves alone. */

const CEILING_MS = 60_000;
const RECORDING = join(import.meta.dir, "../fixtures/telemetry/quick-http-json/000-logs.json");

function withTelemetry(): Terminal {
  const me = terminal();
  mkdirSync(join(me.project, "otel"));
  writeFileSync(join(me.project, "otel/logs.jsonl"), readFileSync(RECORDING));
  return me;
}

const page = (me: Terminal, ...args: string[]) => me.masque(["performance", "--logs", "otel", "--quiet", ...args]);

describe("masque performance --html", () => {
  test.each([
    [["--html"], "masque-performance.html"],
    [["--html", "week.html"], "week.html"],
    [["--html=week.html"], "week.html"],
    [["week.html", "--html"], "week.html"],
    [["--html=new folder/-é 1.html"], "new folder/-é 1.html"],
    [["--html=-x.html"], "-x.html"],
    [["--html", "--", "-x.html"], "-x.html"],
  ])(
    "%j writes %s and prints where that is; again, it takes the place of the page",
    async (args, name) => {
      using me = withTelemetry();
      const path = join(me.project, name);
      for (let times = 0; times < 2; times++) {
        expect(succeeded(await page(me, ...args)).stdout).toBe(`${path}\n`);
        expect(readFileSync(path, "utf8")).toMatch(/^<!doctype html>[\s\S]*7\.9 of 10[\s\S]*<\/html>\n$/);
      }
    },
    CEILING_MS,
  );

  test(
    "--html - prints the page, and writes none",
    async () => {
      using me = withTelemetry();
      expect(succeeded(await page(me, "--html", "-")).stdout).toMatch(/^<!doctype html>[\s\S]*<\/html>\n$/);
      expect(existsSync(join(me.project, "masque-performance.html"))).toBe(false);
      expect(existsSync(join(me.project, "-"))).toBe(false);
    },
    CEILING_MS,
  );

  test.each([
    [["--html="], "--html needs a value"],
    [["--html", ""], "the path after --html is empty"],
    [["week.html"], "only --html takes one"],
    [["--html=a.html", "b.html"], 'unexpected argument "b.html"'],
    [["--html", "a.html", "b.html"], 'unexpected argument "b.html"'],
    [["--html", "--json"], "--html and --json exclude each other"],
    [["--json=a.json"], '--json takes no value, and got "a.json"'],
    [["--last=yes"], '--last takes no value, and got "yes"'],
    [["--html=otel"], "it is a folder"],
    [["--html=reports/"], "name a file in it: --html=reports/page.html"],
    [["--html=notes.txt"], "the file that is there is not a page of masque's"],
    [["--html=link.html"], "the file that is there is not a page of masque's"],
  ])(
    "%j is refused, and leaves every file as it was",
    async (args, told) => {
      using me = withTelemetry();
      const notes = join(me.project, "notes.txt");
      writeFileSync(notes, "<html>mine</html>");
      symlinkSync("notes.txt", join(me.project, "link.html"));
      const { exit, stdout, stderr } = await page(me, ...args);
      expect({ exit, stdout }).toEqual({ exit: 2, stdout: "" });
      expect(stderr).toContain(told);
      expect(stderr).toMatch(/\n {2}(?:try|hint): /);
      expect(readFileSync(notes, "utf8")).toBe("<html>mine</html>");
      expect(existsSync(join(me.project, "masque-performance.html"))).toBe(false);
    },
    CEILING_MS,
  );
});
