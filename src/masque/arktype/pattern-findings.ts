import { printableLine } from "../../kernel/text/printable.ts";
import type { YamlReading } from "../../kernel/text/yaml.ts";
import type { Masque } from "../masque.ts";
import type { PatternCompiler } from "../rubric/pattern.ts";
import type { Finding } from "./finding.ts";

type Located = Pick<Extract<YamlReading, { kind: "read" }>, "locate">;

/** The patterns of a rubric that the engine refuses, each with its place and the engine's reason. */
export function patternFindings({ rubric }: Masque, compile: PatternCompiler, yaml: Located): Finding[] {
  if (rubric === undefined || typeof rubric === "string") return [];
  return rubric.flatMap(({ check }, index) =>
    (["must", "mustNot"] as const).flatMap((key): Finding[] => {
      const source = check?.[key];
      const compiled = source === undefined ? undefined : compile(source);
      if (compiled?.kind !== "refused") return [];
      const path = ["rubric", index, "check", key];
      const message = `"${path.join(".")}" must be a pattern in RE2's syntax: ${printableLine(compiled.reason)}`;
      return [{ severity: "error", ...yaml.locate(path), message, hint: PATTERN_HINT }];
    }),
  );
}

const PATTERN_HINT = "RE2 has no look-around and no back-references, and repeats at most 1,000 times";
