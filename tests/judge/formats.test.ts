import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { whoText } from "../../src/cli/judge/bar-text.ts";
import { annotationsText } from "../../src/cli/judge/render-github.ts";
import { junitText } from "../../src/cli/judge/render-junit.ts";
import { markdownText, markdownWithin } from "../../src/cli/judge/render-markdown.ts";
import { FORMATS, reportText } from "../../src/cli/judge/report.ts";
import { ndjsonText, scorecardsJson, scorecardsYaml } from "../../src/cli/print/scorecard.ts";
import { holdAgainst, type Judged } from "../../src/judge/score/bars.ts";
import { printable, printableLine } from "../../src/kernel/text/printable.ts";
import { disarmed } from "../../src/kernel/text/runner-commands.ts";
import { readYaml } from "../../src/kernel/text/yaml.ts";
import { commandsIn } from "../support/actions-runner.ts";
import { faultsBySchemas, faultsInJunit } from "../support/junit-schema.ts";
import { scorecard } from "../support/scorecards.ts";
import { parseXml } from "../support/xml.ts";

/** Each format, read back by what reads it. */

const AT = "2026-11-22T12:00:00.000Z";
const BARS = { min: { quality: 7.5, autonomy: 9 }, maxCost: 1, confidence: "medium" } as const;
const held = (name: string | null = "Codesmith", toolsOk = 8, session = "s-1"): Judged =>
  holdAgainst(scorecard({ masque: name, session, masqueSession: name === null ? null : "m-1" }, { toolsOk }), BARS);
const bare: Judged = { card: scorecard(), checks: [] };
/** Whatever a record may claim to be called. */
const foreign = fc.string({ unit: "binary", maxLength: 40 });
/** Names made of what formats give a meaning to. */
const hostile = fc
  .array(
    fc.oneof(
      fc.constantFrom(
        ...[
          "%",
          "%0A",
          "\r\n",
          "\n",
          "::",
          "##[",
          "##[add-mask]",
          ":",
          ",",
          "|",
          "`",
          "]]>",
          "<",
          "&",
          '"',
          "\\",
          "\t",
          "#",
          "-",
          "\0",
          "\u001b[",
          "\u2028",
          "\ufffe",
          "\ud800",
        ],
      ),
      foreign,
    ),
    { maxLength: 8 },
  )
  .map((parts) => parts.join(""));
const NASTY = ["]]>", "<b>&amp;\"'", "a|b`c", "::error::x", "##[add-path]/x", "%0A::add-mask::x", "a\nb", "\u001b[2J"];

describe("YAML", () => {
  test("holds the verdict of each bar, unrounded", () => {
    const reading = readYaml(scorecardsYaml([held("Codesmith", 7)], false));
    expect(reading.kind === "read" && reading.value).toMatchObject({
      dimensions: { quality: 7 },
      verdict: {
        passed: false,
        bars: [
          { bar: "min_quality", wanted: 7.5, found: 7, passed: false, short_by: 0.5, absent: null },
          { bar: "min_autonomy", passed: false },
          { bar: "max_cost", wanted: 1, found: 0.4, passed: true },
          { bar: "require_confidence", wanted: "medium", found: "medium", passed: true },
        ],
      },
    });
  });

  test("reads back, each name on one line as people may see it, whatever it holds", () => {
    const names = fc.array(fc.oneof(hostile, foreign), { minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(names, (all) => {
        const names = all.map((name) => name.toWellFormed());
        const reading = readYaml(
          scorecardsYaml(
            names.map((name) => held(name, 7, name)),
            true,
          ),
        );
        expect(reading.kind === "read" && reading.value).toMatchObject(
          names.map((name) => ({
            masque: printableLine(name),
            session: printableLine(name),
            verdict: { passed: false },
          })),
        );
      }),
    );
  });

  test("says nothing of bars where none was asked for", () => {
    expect(scorecardsYaml([bare], false)).not.toContain("verdict");
  });
});

describe("NDJSON and JSON", () => {
  test("are one value a line and one in all, whatever the names", () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(hostile, foreign), { minLength: 1, maxLength: 4 }), (names) => {
        const lines = ndjsonText(names.map((name) => held(name))).split("\n");
        expect(lines.pop()).toBe("");
        expect(lines.map((line) => JSON.parse(line).masque)).toEqual(names);
        const list = JSON.parse(
          scorecardsJson(
            names.map((name) => held(name)),
            true,
          ),
        );
        expect(list.map(({ masque }: { masque: string }) => masque)).toEqual(names);
      }),
    );
  });
});

describe("JUnit", () => {
  test("keeps to the schemas, a suite a session and a case a bar", async () => {
    const xml = junitText([held(), held(null, 7), bare], AT);
    expect(await faultsInJunit(xml)).toEqual([]);
    const suites = parseXml(xml).children;
    expect(suites.map(({ attributes }) => [attributes["tests"], attributes["failures"]])).toEqual([
      ["4", "1"],
      ["4", "2"],
      ["1", "0"],
    ]);
    expect(suites[0]?.attributes).toMatchObject({ timestamp: "2026-11-22T12:00:00", time: "750.000" });
    const failed = suites[1]?.children.find(({ name, children }) => name === "testcase" && children.length > 0);
    expect(failed?.children[0]).toMatchObject({
      name: "failure",
      attributes: { type: "min_quality", message: "quality 7 is 0.5 below the bar of 7.5" },
    });
  });

  test.each([
    [/ hostname="[^"]*"/, "", ["JUnit.xsd"]],
    [/<testcase name=/, "<testcase nom=", ["JUnit.xsd", "jenkins-junit.xsd"]],
    [/<system-out>/, "<verdict/><system-out>", ["JUnit.xsd", "jenkins-junit.xsd"]],
    [/<\/testsuite>/, "", ["JUnit.xsd", "jenkins-junit.xsd"]],
  ])("with %p replaced by %j would be refused by %j", async (found, replacement, schemas) => {
    const faults = await faultsBySchemas(junitText([held("Codesmith", 7)], AT).replace(found, replacement));
    expect(schemas.filter((name) => faults.some((fault) => fault.startsWith(name)))).toEqual(schemas);
  });

  test("is valid whatever a session or masque is called, and keeps what it can of the name", async () => {
    const names = fc.array(fc.tuple(fc.oneof(hostile, foreign), foreign), { minLength: 1, maxLength: 30 });
    await fc.assert(
      fc.asyncProperty(names, async (all) => {
        const judged = all.map(([name, session]) => held(name, 7, session));
        expect(await faultsInJunit(junitText(judged, AT))).toEqual([]);
      }),
      { numRuns: 20 },
    );
    const nasty = NASTY.map((name) => held(name));
    expect(await faultsInJunit(junitText(nasty, AT))).toEqual([]);
    const [suite] = parseXml(junitText([held(`<b>&"'`)], AT)).children;
    const properties = suite?.children[0]?.children.map(({ attributes }) => [attributes["name"], attributes["value"]]);
    expect(properties).toContainEqual(["masque", `<b>&"'`]);
  });

  test("takes the time of judging for a session without any", () => {
    const xml = junitText([holdAgainst(scorecard({ startedUnixNano: null }), BARS)], AT);
    expect(parseXml(xml).children[0]?.attributes["timestamp"]).toBe("2026-11-22T12:00:00");
  });
});

describe("GitHub annotations", () => {
  test("are an error for each session below its bar and a notice for the rest", () => {
    const commands = commandsIn(annotationsText([held("Codesmith", 7), bare]));
    expect(commands).toEqual([
      {
        name: "error",
        properties: { title: "Codesmith 0.2.0, masque session m-1" },
        message: expect.stringMatching(/^quality 7 is 0\.5 below the bar of 7\.5\nautonomy .* below the bar of 9$/),
      },
      { name: "notice", properties: { title: "masque: 1 of 2 sessions below the bar" }, message: expect.any(String) },
    ]);
  });

  test("are never more commands than were meant, whatever a session or masque is called", () => {
    fc.assert(
      fc.property(fc.oneof(hostile, foreign, fc.constantFrom(...NASTY)), foreign, (name, session) => {
        const output = annotationsText([held(name, 7, session), { card: scorecard({ masque: name }), checks: [] }]);
        expect(commandsIn(output).map((command) => command.name)).toEqual(["error", "notice"]);
        expect(output.split("\n")).toHaveLength(3);
        // Unescaped, the runner shows what was meant.
        const [error] = commandsIn(output);
        const { card } = held(name, 7, session);
        expect(error?.properties).toEqual({ title: printable(whoText(card)) });
      }),
    );
  });

  test("are at most ten errors, the last of which counts the rest", () => {
    const commands = commandsIn(annotationsText(Array.from({ length: 14 }, () => held("Codesmith", 1))));
    expect(commands).toHaveLength(10);
    expect(commands.at(-1)?.message).toBe("… and 5 more sessions below the bar");
  });
});

describe("Markdown", () => {
  const cells = (html: string) => [...html.matchAll(/<td[^>]*>(.*?)<\/td>/g)].map(([, cell]) => cell);

  test("renders as one table with a row a session", () => {
    const html = Bun.markdown.html(markdownText([held("Codesmith", 7), bare]));
    expect(html.match(/<tr>/g)).toHaveLength(3);
    expect(cells(html).slice(0, 4)).toEqual(["❌", "Codesmith 0.2.0 (m-1)", "5.8", "7.0"]);
    expect(html).toContain("<li>Codesmith 0.2.0, masque session m-1: quality 7 is 0.5 below the bar of 7.5</li>");
  });

  test("keeps a foreign name in its cell and as text, whatever it is", () => {
    const name = fc.oneof(fc.string({ unit: "grapheme-ascii", maxLength: 30 }), hostile, fc.constantFrom(...NASTY));
    fc.assert(
      fc.property(name, (masque) => {
        const html = Bun.markdown.html(markdownText([held(masque, 7)]));
        expect(cells(html)).toHaveLength(12);
        expect(cells(html)[1]).not.toMatch(/<(?!\/?$)/);
      }),
    );
  });

  test("within a bound leaves out sessions that passed first, and says how many", () => {
    const many = Array.from({ length: 500 }, (_, n) =>
      holdAgainst(scorecard({ masque: `Masque ${n}` }, { toolsOk: n === 400 ? 7 : 10 }), { min: { quality: 7.5 } }),
    );
    const text = markdownWithin(many, 4000) ?? "";
    expect(Buffer.byteLength(text)).toBeLessThanOrEqual(4000);
    expect(text).toContain("Masque 400 ");
    expect(text).toMatch(/and \d+ more sessions, which the summary has no room for/);
    expect(markdownWithin(many, 10)).toBeUndefined();
  });
});

test.each([...FORMATS])("reportText() as %s lets nothing drive a terminal, and ends its last line", async (format) => {
  const deps = { clock: { nowUnixNano: () => 1_795_348_800_000_000_000n } };
  const text = reportText(format, [held("\u001b]0;x\u0007\u202e")], { deps, asList: true });
  // biome-ignore lint/suspicious/noControlCharactersInRegex: their absence is the point
  expect(text).not.toMatch(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202e]/);
  expect(text.endsWith("\n")).toBe(true);
});

test.each(FORMATS.filter((format) => format !== "github"))(
  "reportText() as %s, as it is written for GitHub's runner, has no line that the runner obeys, whatever a session or masque is called",
  async (format) => {
    const deps = { clock: { nowUnixNano: () => 1_795_348_800_000_000_000n } };
    const breaking = fc.constantFrom(
      "\n::error::x",
      "a\n ::add-mask::x\n",
      "\r\n::x::",
      "##[error]x",
      "#\0#[",
      "###[x]",
    );
    await fc.assert(
      fc.asyncProperty(fc.oneof(breaking, hostile), async (name) => {
        const text = reportText(format, [held(name, 7, name)], { deps, asList: true });
        expect(commandsIn(disarmed(text))).toEqual([]);
      }),
    );
  },
);
