/** What to draw, but not how. Scores are 0 to 10; labels are foreign text, which the drawing escapes. */
export type Chart =
  /** A bar for each; `null` has no bar. */
  | {
      readonly kind: "bars";
      readonly bars: readonly { readonly label: string; readonly score: number | null; readonly isThis?: boolean }[];
    }
  /** Composites from the oldest session to the latest. */
  | {
      readonly kind: "trend";
      readonly points: readonly { readonly label: string; readonly score: number; readonly isThis: boolean }[];
    };

/** What a drawing is for: a page of a desk's width or of paper's, or the screen of a telephone. Letters are alike in both. */
export type ChartWidth = "wide" | "narrow";

/**
 * Draws a chart as one `<svg>` element: no script, no reference to anything outside, colours by the CSS variables
 * `--ink`, `--faint`, `--rule`, `--good`, `--fair`, `--poor` and `--accent`.
 */
export type DrawChart = (chart: Chart, room: ChartWidth) => string;
