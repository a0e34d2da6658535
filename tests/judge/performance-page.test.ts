import { describe, expect, test } from "bun:test";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { performancePage } from "../../src/cli/judge/page/page.ts";
import { drawChart } from "../../src/judge/echarts/draw-chart.ts";
import { performanceOf } from "../../src/judge/explain/performance.ts";
import { readPage } from "../support/chromium.ts";
import { program, testWith } from "../support/requirement.ts";
import { scorecard } from "../support/scorecards.ts";
import { temporaryFolder } from "../support/temp-folder.ts";

/** The page of `masque performance --html`: as text, and in a real browser. */

const CEILING_MS = 60_000;
const HOSTILE = `<script>document.title='owned'</script><img src=x onerror="alert(1)">&"'`;

function hostilePage(): string {
  const card = scorecard({ masque: HOSTILE, session: HOSTILE, masqueSession: HOSTILE, version: HOSTILE });
  const others = [
    scorecard({ session: "s-2", masqueSession: "m-2", masque: `</style></svg>${HOSTILE}` }),
    scorecard({ session: "s-3", masqueSession: "m-3", masque: HOSTILE }),
    scorecard({ session: "s-4", masqueSession: null, masque: null, version: null }),
  ];
  const explanation = {
    failingTools: [{ tool: HOSTILE, failed: 1, calls: 2 }],
    costliestPrompts: [
      {
        prompt_id: HOSTILE,
        nr: 3,
        began_at: "2026-11-22T12:16:33.215Z",
        cost: 1,
        requests: 1,
        tools: 1,
        tools_failed: 1,
      },
    ],
  };
  return performancePage([performanceOf(card, [card, ...others], explanation)], drawChart);
}

describe("performancePage()", () => {
  test("lets no foreign text become markup, in text, attributes or drawings", () => {
    const page = hostilePage();
    expect(page).not.toMatch(/<(script|img)/i);
    expect(page.match(/<\/style>/g)).toHaveLength(1);
    expect(page.match(/<\/svg>/g)).toHaveLength(page.match(/<svg/g)?.length ?? 0);
    expect(page).toContain("&lt;script&gt;");
  });

  test("refers to nothing outside itself, and may not", () => {
    const page = hostilePage();
    expect(page).not.toMatch(/https?:|\b(src|href)=(?!x)|url\((?!#)|@import/i);
    expect(page).toContain("default-src &#x27;none&#x27;");
  });

  test("has a table with a caption for each chart, and says in which language it is", () => {
    const page = hostilePage();
    expect(page.match(/role="img" aria-label="/g)).toHaveLength(3);
    expect(page.match(/<caption>/g)?.length).toBeGreaterThanOrEqual(3);
    expect(page).toContain('<html lang="en">');
  });
});

testWith(program("chromium", "Debian package chromium"))(
  "a browser shows the page with not a word on its console, and runs nothing that a name holds",
  async () => {
    using folder = temporaryFolder();
    const path = join(folder.path, "page.html");
    writeFileSync(path, hostilePage());
    const { dom, console } = await readPage(path);
    expect(console).toEqual([]);
    expect(dom).toContain("<svg");
    expect(dom).not.toMatch(/<(script|img)|<title>owned/i);
    // What it would say, had there been something.
    writeFileSync(path, "<!doctype html><script>throw new Error('seen')</script>");
    expect((await readPage(path)).console.join()).toContain("seen");
  },
  CEILING_MS,
);
