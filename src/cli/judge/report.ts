import type { Deps } from "../../deps.ts";
import type { Judged } from "../../judge/score/bars.ts";
import { isoTime } from "../../kernel/clock.ts";
import { usage } from "../parse.ts";
import { ndjsonText, scorecardsJson, scorecardsYaml } from "../print/scorecard.ts";
import { annotationsText } from "./render-github.ts";
import { junitText } from "./render-junit.ts";
import { markdownText } from "./render-markdown.ts";

/** How verdicts can be printed. */
export const FORMATS = ["yaml", "json", "ndjson", "markdown", "junit", "github"] as const;

/** One of them. */
export type Format = (typeof FORMATS)[number];

/** `--format`, with `--json` as its shorthand. */
export const formatFlags = {
  // citty takes no readonly list of options.
  format: {
    type: "enum" as const,
    options: [...FORMATS],
    description: "Output format (default yaml)",
  },
  json: { type: "boolean" as const, description: "The same as --format json", default: false },
};

/** @throws {MasqueError} `cli.usage` for `--json` beside another format. */
export function formatFrom(command: string, given: { format?: Format | undefined; json: boolean }): Format {
  if (given.json && given.format !== undefined && given.format !== "json") {
    throw usage(command, `Cannot run "masque ${command}": --json and --format ${given.format} exclude each other`);
  }
  return given.json ? "json" : (given.format ?? "yaml");
}

/**
 * The report on standard output.
 *
 * @param asList Prints a single session as a list of one, where the format has both.
 */
export function reportText(
  format: Format,
  judged: readonly Judged[],
  { deps, asList }: { deps: Pick<Deps, "clock">; asList: boolean },
): string {
  switch (format) {
    case "yaml":
      return scorecardsYaml(judged, asList);
    case "json":
      return scorecardsJson(judged, asList);
    case "ndjson":
      return ndjsonText(judged);
    case "markdown":
      return markdownText(judged);
    case "junit":
      return junitText(judged, isoTime(deps.clock.nowUnixNano()));
    case "github":
      return annotationsText(judged);
    default:
      return format satisfies never;
  }
}
