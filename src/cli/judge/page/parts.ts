import type { Chart, DrawChart } from "../../../judge/charts.ts";
import { scoreText } from "../../../judge/score/shown-score.ts";
import { type Html, html, trustedHtml } from "../../print/html.ts";

/** The parts of the page: charts with their legends, tables and command lines. */

/** Tables with more columns than this can be scrolled on a small phone. */
const NARROW_COLUMNS = 3;
/** Tables with more columns than this are wider than any phone, and say so. */
const PHONE_COLUMNS = 5;

/** One mark of a chart, by its CSS class, and what the mark means. */
export type LegendEntry = readonly [mark: "good" | "fair" | "poor" | "accent" | "faint" | "diamond", meaning: string];

/** Text in backticks is a command line. */
export function withCode(text: string): Html {
  const parts = text.split("`").map((part, at) => (at % 2 === 1 ? html`<code>${part}</code>` : html`${part}`));
  return trustedHtml(parts.map(({ markup }) => markup).join(""));
}

/** A chart for both widths. A screen reader reads it as one picture; the table below has its numbers. */
export function figure(chart: Chart, caption: string, draw: DrawChart, entries: readonly LegendEntry[]): Html {
  return html`<figure>
<div class="chart" role="img" aria-label="${caption}. The table below has the numbers.">
<div class="wide">${trustedHtml(draw(chart, "wide"))}</div>
<div class="narrow">${trustedHtml(draw(chart, "narrow"))}</div>
</div>
<figcaption aria-hidden="true">${caption}</figcaption>
${legend(entries)}
</figure>`;
}

/** What each colour and mark of a chart means. */
function legend(entries: readonly LegendEntry[]): Html {
  return html`<ul class="legend" aria-hidden="true">
${entries.map(([mark, meaning]) => html`<li><span class="mark ${mark}"></span>${meaning}</li>`)}
</ul>`;
}

/** A table that opens from its caption: the chart above shows the same numbers. Paper shows it open. */
export function tableBehind(caption: string, headings: readonly string[], rows: readonly (readonly string[])[]): Html {
  return html`<details><summary>Numbers: ${caption}</summary>
${table(caption, headings, rows)}
</details>`;
}

/** A table. One that may be wider than the screen can be focused, scrolled by keys, and shows that there is more. */
export function table(caption: string, headings: readonly string[], rows: readonly (readonly string[])[]): Html {
  const isWide = headings.length > NARROW_COLUMNS;
  const moving = isWide ? html` role="group" aria-label="${caption}, a wide table" tabindex="0"` : html``;
  const cue =
    headings.length > PHONE_COLUMNS ? html`<p class="cue" aria-hidden="true">The table scrolls sideways →</p>` : html``;
  return html`${cue}<div class="table"${moving}><table>
<caption>${caption}</caption>
<thead><tr>${headings.map((heading) => html`<th scope="col">${heading}</th>`)}</tr></thead>
<tbody>
${rows.map(([first = "", ...cells]) => html`<tr><th scope="row">${first}</th>${cells.map((cell) => html`<td>${spoken(cell)}</td>`)}</tr>`)}
</tbody>
</table></div>`;
}

/** A screen reader reads a dash as nothing, so the cell is left empty. */
function spoken(cell: string): string {
  return cell === scoreText(null) ? "" : cell;
}
