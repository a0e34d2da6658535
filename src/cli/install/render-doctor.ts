import type { Verdict } from "../../app/install/doctor/check.ts";
import type { Examined } from "../../app/install/doctor.ts";
import type { JsonObject } from "../../kernel/text/json.ts";
import { plural } from "../../kernel/text/plural.ts";
import { printableLine } from "../../kernel/text/printable.ts";
import type { Output } from "../../kernel/world.ts";
import { styleFor } from "../print/style.ts";

/** What `masque doctor` prints. Keys of the JSON: docs/cli.md. */

const NAME_WIDTH = 21;
const MARKS: Readonly<Record<Verdict, string>> = { ok: "✓", warning: "!", failed: "✗" };
const PAINTS = { ok: "cyan", warning: "yellow", failed: "red" } as const;

/**
 * One finding: its mark and name, what was found, and below that the fix.
 *
 * @param home Shown as `~`.
 */
export function examinedText(
  { name, verdict, found, fix }: Examined,
  { color, home }: { color: boolean; home: string },
): string {
  const style = styleFor({ color });
  const short = (text: string) => printableLine(text).replaceAll(`"${home}/`, '"~/');
  const mark = style[PAINTS[verdict]](MARKS[verdict]);
  const lines = [`${mark} ${name.padEnd(NAME_WIDTH)}  ${short(found)}`];
  if (fix !== null) lines.push(`${" ".repeat(NAME_WIDTH + 4)}${style.dim("fix:")} ${short(fix)}`);
  return `${lines.join("\n")}\n`;
}

/** How many of each, in one line. */
export function doctorSummary(examined: readonly Examined[], output: Pick<Output, "color">): string {
  const count = (verdict: Verdict) => examined.filter((one) => one.verdict === verdict).length;
  const [warnings, failures] = [count("warning"), count("failed")];
  const parts = [
    `${count("ok")} of ${examined.length} fine`,
    ...(warnings > 0 ? [plural(warnings, "warning")] : []),
    ...(failures > 0 ? [`${failures} failed`] : []),
  ];
  return `\n${styleFor(output).bold(parts.join(", "))}\n`;
}

/** The same for programs. */
export function doctorJson(examined: readonly Examined[]): JsonObject {
  return {
    healthy: examined.every(({ verdict }) => verdict !== "failed"),
    checks: examined.map(({ name, verdict, found, fix }) => ({ name, verdict, found, fix })),
  };
}
