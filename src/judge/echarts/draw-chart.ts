import { BarChart, LineChart } from "echarts/charts";
import { GridComponent } from "echarts/components";
import { type EChartsCoreOption, init, use } from "echarts/core";
import { SVGRenderer } from "echarts/renderers";
import type { Chart, ChartWidth } from "../charts.ts";
import { SCALE, SCORE_MAX } from "../score/scale.ts";
import { scoreText } from "../score/shown-score.ts";

/** Sizes of the drawing, and of the labels beside its bars. */
const WIDTH_PX = { wide: 760, narrow: 320 } as const;
const LABEL_PX = { wide: 170, narrow: 132 } as const;
/** The library guesses how wide letters are. */
const LABEL_GAP_PX = 28;
const BAR_PX = 34;
const AXIS_PX = 40;
const TREND_PX = 220;
const FONT_PX = 13;
const THIS_SYMBOL_PX = 14;
const SYMBOL_PX = 8;
const INK = "var(--ink)";
const RULE = "var(--rule)";

/** What the drawing carries for scripts that a page without scripts has no use for. */
const FOR_SCRIPTS = /<style ?>[\s\S]*?<\/style>| (?:class|ecmeta_\w+|xmlns(?::xlink)?|baseProfile)="[^"]*"/g;

/** Draws with Apache ECharts, on no page: the port's {@link Chart} in, an `<svg>` out. */
export function drawChart(chart: Chart, room: ChartWidth): string {
  use([BarChart, LineChart, GridComponent, SVGRenderer]);
  const height = chart.kind === "bars" ? chart.bars.length * BAR_PX + AXIS_PX : TREND_PX;
  const drawing = init(null, null, { renderer: "svg", ssr: true, width: WIDTH_PX[room], height });
  try {
    const shared = { animation: false, textStyle: { fontFamily: "inherit", fontSize: FONT_PX, color: INK } };
    drawing.setOption({
      ...shared,
      ...(chart.kind === "bars" ? barsOption(chart, LABEL_PX[room]) : trendOption(chart)),
    });
    return drawing.renderToSVGString().replace(FOR_SCRIPTS, "");
  } finally {
    drawing.dispose();
  }
}

const SCORE_AXIS = {
  type: "value",
  min: 0,
  max: SCORE_MAX,
  interval: 2,
  axisLabel: { color: INK, fontSize: FONT_PX },
  axisLine: { show: false },
  axisTick: { show: false },
  splitLine: { lineStyle: { color: RULE } },
} as const;

const NAMED_AXIS = {
  type: "category",
  axisLine: { lineStyle: { color: RULE } },
  axisTick: { show: false },
} as const;

function barsOption({ bars }: Extract<Chart, { kind: "bars" }>, labelPx: number): EChartsCoreOption {
  return {
    grid: { left: labelPx, right: 40, top: 4, bottom: AXIS_PX - 12 },
    xAxis: SCORE_AXIS,
    yAxis: {
      ...NAMED_AXIS,
      inverse: true,
      data: bars.map(({ label }) => label),
      axisLabel: { color: INK, fontSize: FONT_PX, interval: 0, width: labelPx - LABEL_GAP_PX, overflow: "truncate" },
    },
    series: {
      type: "bar",
      silent: true,
      barWidth: "58%",
      data: bars.map(({ score, isThis }) => ({
        value: score ?? "-",
        itemStyle: { color: isThis === undefined ? colorOf(score) : isThis ? "var(--accent)" : "var(--faint)" },
      })),
      label: {
        show: true,
        position: "right",
        color: INK,
        fontSize: FONT_PX,
        formatter: ({ value }: { value: unknown }) => (typeof value === "number" ? scoreText(value) : ""),
      },
    },
  };
}

function trendOption({ points }: Extract<Chart, { kind: "trend" }>): EChartsCoreOption {
  return {
    grid: { left: 36, right: 24, top: 20, bottom: 30 },
    yAxis: SCORE_AXIS,
    xAxis: {
      ...NAMED_AXIS,
      data: points.map(({ label }) => label),
      axisLabel: { color: INK, fontSize: FONT_PX, hideOverlap: true },
    },
    series: {
      type: "line",
      clip: false,
      silent: true,
      lineStyle: { color: "var(--faint)", width: 2 },
      data: points.map(({ score, isThis }) => ({
        value: score,
        symbol: isThis ? "diamond" : "circle",
        symbolSize: isThis ? THIS_SYMBOL_PX : SYMBOL_PX,
        itemStyle: { color: isThis ? "var(--accent)" : "var(--faint)" },
        label: { show: isThis, position: "top", color: INK, fontSize: FONT_PX, formatter: scoreText(score) },
      })),
    },
  };
}

function colorOf(score: number | null): string {
  const { keep, review } = SCALE.recommend;
  return (score ?? 0) >= keep ? "var(--good)" : (score ?? 0) >= review ? "var(--fair)" : "var(--poor)";
}
