import type { Chart, DrawChart } from "../judge/charts.ts";
import { scoreText } from "../judge/score-summary.ts";
import { type Html, html, trustedHtml } from "./html.ts";

/** What the page is made of: charts, tables and command lines, each for eyes, ears and paper alike. */

/** As many columns fit a telephone. */
const NARROW_COLUMNS = 3;

/** What stands in backticks is a command line. */
export function withCode(text: string): Html {
  const parts = text.split("`").map((part, at) => (at % 2 === 1 ? html`<code>${part}</code>` : html`${part}`));
  return trustedHtml(parts.map(({ markup }) => markup).join(""));
}

/** A chart as one picture to a screen reader, drawn for either room; the table beneath has its numbers. */
export function figure(chart: Chart, caption: string, draw: DrawChart): Html {
  return html`<figure>
<div class="chart" role="img" aria-label="${caption}. The table below has the numbers.">
<div class="wide">${trustedHtml(draw(chart, "wide"))}</div>
<div class="narrow">${trustedHtml(draw(chart, "narrow"))}</div>
</div>
<figcaption aria-hidden="true">${caption}</figcaption>
</figure>`;
}

/** A table that may be wider than the screen can be reached and moved by keys. */
export function table(caption: string, headings: readonly string[], rows: readonly (readonly string[])[]): Html {
  const isWide = headings.length > NARROW_COLUMNS;
  const moving = isWide ? html` role="group" aria-label="${caption}, a wide table" tabindex="0"` : html``;
  return html`<div class="table"${moving}><table>
<caption>${caption}</caption>
<thead><tr>${headings.map((heading) => html`<th scope="col">${heading}</th>`)}</tr></thead>
<tbody>
${rows.map(([first = "", ...cells]) => html`<tr><th scope="row">${first}</th>${cells.map((cell) => html`<td>${spoken(cell)}</td>`)}</tr>`)}
</tbody>
</table></div>`;
}

/** A dash is nothing that anyone hears. */
function spoken(cell: string): string {
  return cell === scoreText(null) ? "absent" : cell;
}
