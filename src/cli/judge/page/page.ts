import type { DrawChart } from "../../../judge/charts.ts";
import type { Performance } from "../../../judge/explain/performance.ts";
import { plural } from "../../../kernel/text/plural.ts";
import { html, trustedHtml } from "../../print/html.ts";
import { headline } from "../../print/score-text.ts";
import pageStyle from "./page.css" with { type: "text" };
import { type PageLook, sessionSection } from "./sections.ts";

/**
 * Performances as one page that needs nothing else: no script, no font and no picture from anywhere. Every chart has a
 * table of the same numbers, for people who hear the page and for people who copy from it.
 */

const POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'";
/** The line by which masque recognises a page that it wrote. */
export const GENERATOR = '<meta name="generator" content="masque performance">';

/**
 * The whole page.
 *
 * @param timeZone The zone that times are shown in; without it, the machine's own.
 */
export function performancePage(performances: readonly Performance[], draw: DrawChart, timeZone?: string): string {
  const look: PageLook = { draw, zone: { timeZone } };
  const sections = performances.map((one, at) => sessionSection(one, `s${at + 1}`, look));
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${POLICY}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
${trustedHtml(GENERATOR)}
<title>${titleOf(performances)}</title>
<style>${trustedHtml(pageStyle)}</style>
</head>
<body>
<main>
<h1>How ${performances.length === 1 ? "a session" : plural(performances.length, "session")} went</h1>
${sections}
</main>
<footer><p>Scores are 0 to 10. They describe how a session went, as the agent’s own tools report it: tool calls that succeeded, actions per prompt, completions per active minute, input tokens read from the cache, US dollars per completion. Written by <code>masque performance --html</code>.</p></footer>
</body>
</html>
`.markup;
}

function titleOf([first, ...more]: readonly Performance[]): string {
  if (!first) return "masque performance";
  return more.length === 0 ? headline(first.scorecard) : `${headline(first.scorecard)}, and ${more.length} more`;
}
