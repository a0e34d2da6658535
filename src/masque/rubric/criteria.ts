/** What a program can decide about an answer, or about the tools that were used. At least one member is there. */
export type Check = {
  /** A pattern in RE2's syntax that the answer contains. */
  readonly must?: string;
  /** A pattern in RE2's syntax that the answer does not contain. */
  readonly mustNot?: string;
  /** The most words that the answer has. */
  readonly maxWords?: number;
  /** The name of a tool that was used, or was not used, at least once. */
  readonly tool?: ToolCheck;
};

/** A tool that the session is to use, or is to leave alone. */
export type ToolCheck = { readonly used: string } | { readonly unused: string };

/** One thing that a session in the masque is held to. Without a check, a person or a model decides. */
export type Criterion = { readonly text: string; readonly check?: Check };

/**
 * What a masque's rubric asks, as a list. A rubric that is a list of `- ` lines reads as one criterion a line, where indented
 * lines go on; any other text is one criterion.
 */
export function criteriaOf({ rubric }: { readonly rubric?: string | readonly Criterion[] }): readonly Criterion[] {
  if (rubric === undefined) return [];
  if (typeof rubric !== "string") return rubric;
  const lines = rubric.split("\n").filter((line) => line.trim() !== "");
  const isList = lines[0]?.startsWith("- ") && lines.every((line) => /^(?:- |\s)/.test(line));
  if (!isList) return lines.length === 0 ? [] : [{ text: rubric.trim() }];
  return bulletTexts(lines).map((text) => ({ text }));
}

function bulletTexts(lines: readonly string[]): string[] {
  const bullets: string[] = [];
  for (const line of lines) {
    if (line.startsWith("- ")) bullets.push(line.slice(2).trim());
    else bullets.push(`${bullets.pop() ?? ""} ${line.trim()}`);
  }
  return bullets.filter((text) => text !== "");
}
