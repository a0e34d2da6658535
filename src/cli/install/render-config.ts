import type { EffectiveSetting, EffectiveSettings, SettingsFile } from "../../app/install/effective-settings.ts";
import { printableLine } from "../../kernel/text/printable.ts";
import type { Output } from "../../kernel/world.ts";
import { jsonText } from "../print/output.ts";
import { styleFor } from "../print/style.ts";
import { tableText } from "../print/table.ts";

/** What `masque config` prints. Keys of the JSON: docs/cli.md. */

const HIDDEN = "set, not shown";
const NONE = "none";
const FROM_COLUMNS_MIN = 20;

/** Every setting as a table, and the two files that settings can come from. */
export function settingsText(
  { settings, files }: EffectiveSettings,
  output: Pick<Output, "isTerminal" | "columns" | "color">,
): string {
  const { bold, dim } = styleFor(output);
  const columns = [
    { heading: "SETTING" },
    { heading: "VALUE", style: bold },
    { heading: "FROM", style: dim, columnsMin: FROM_COLUMNS_MIN },
  ];
  const rows = settings.map((one) => [one.key, valueText(one), originText(one)]);
  const width = output.isTerminal ? output.columns : Number.POSITIVE_INFINITY;
  return [
    tableText(columns, rows, width),
    `your file:      ${fileText(files.user)}\nproject's file: ${fileText(files.project)}\n`,
    "The flags of a command go before all of these.\n",
  ].join("\n");
}

/** One setting in full. */
export function settingText(one: EffectiveSetting, output: Pick<Output, "color">): string {
  const { bold, dim } = styleFor(output);
  const facts = [
    ["value", valueText(one)],
    ["from", placeText(one)],
    ["default", one.default === null ? NONE : String(one.default)],
    ["takes", one.takes],
    ["variable", one.variable],
    ["flag", one.flag === null ? NONE : `--${one.flag}`],
    ["project's file", one.isProjectSafe ? "may set it" : "may not set it"],
    ...(one.refused === null ? [] : [["refused", `${printableLine(one.refused.path)}, line ${one.refused.line}`]]),
  ] as const;
  const width = Math.max(...facts.map(([name = ""]) => name.length));
  const lines = facts.map(([name = "", text]) => `  ${dim(name.padEnd(width))}  ${text}`);
  return `${bold(one.key)}: ${one.description}\n${lines.join("\n")}\n`;
}

/** `config --json` */
export function settingsJson({ settings, files }: EffectiveSettings): string {
  return jsonText({ settings: settings.map(jsonOf), files });
}

/** `config <setting> --json` */
export function settingJson(one: EffectiveSetting): string {
  return jsonText(jsonOf(one));
}

function jsonOf({ key, origin, isHidden, isProjectSafe, ...one }: EffectiveSetting) {
  return {
    setting: key,
    value: one.value,
    hidden: isHidden,
    source: origin.kind,
    file: "path" in origin ? origin.path : null,
    line: "line" in origin ? origin.line : null,
    default: one.default,
    takes: one.takes,
    description: one.description,
    variable: one.variable,
    flag: one.flag === null ? null : `--${one.flag}`,
    project_may_set: isProjectSafe,
    refused: one.refused && { file: one.refused.path, line: one.refused.line },
  };
}

function valueText({ value, isHidden }: EffectiveSetting): string {
  if (isHidden) return HIDDEN;
  return value === null ? NONE : printableLine(String(value));
}

function originText({ origin, refused }: EffectiveSetting): string {
  const tried = refused === null ? "" : `; the project's file, line ${refused.line}, is refused`;
  switch (origin.kind) {
    case "default":
      return `default${tried}`;
    case "user":
      return `your file, line ${origin.line}${tried}`;
    case "project":
      return `the project's file, line ${origin.line}`;
    case "environment":
      return `${origin.variable}${tried}`;
    default:
      return origin satisfies never;
  }
}

function placeText({ origin }: EffectiveSetting): string {
  if (origin.kind === "default") return "the default";
  if (origin.kind === "environment") return `the environment, ${origin.variable}`;
  return `${printableLine(origin.path)}, line ${origin.line}`;
}

function fileText({ path, exists }: SettingsFile): string {
  return `${printableLine(path)}${exists ? "" : " (not there)"}`;
}
