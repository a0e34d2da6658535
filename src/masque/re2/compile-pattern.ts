import { RE2JS, RE2JSException } from "re2js";
import { LIMITS } from "../../kernel/limits.ts";
import type { CompiledPattern, PatternCompiler } from "../rubric/pattern.ts";

/**
 * Compiles a pattern in RE2's syntax. A pattern that is short and grows large, such as `(\pL{100}){10}`, is refused, because
 * matching takes as many steps as the text is long times the program's size.
 */
export const compilePattern: PatternCompiler = (source) => {
  let compiled: RE2JS;
  try {
    compiled = RE2JS.compile(source);
  } catch (error) {
    if (error instanceof RE2JSException) return { kind: "refused", reason: reasonOf(error) };
    throw error;
  }
  const size = compiled.programSize();
  if (size > LIMITS.patternProgramMax) {
    const reason = `the pattern expands to ${size} instructions, and at most ${LIMITS.patternProgramMax} are allowed`;
    return { kind: "refused", reason };
  }
  return { kind: "compiled", pattern: { find: (text) => firstMatch(compiled, text) } } satisfies CompiledPattern;
};

function firstMatch(compiled: RE2JS, text: string): { start: number; end: number } | null {
  const matcher = compiled.matcher(text);
  return matcher.find() ? { start: matcher.start(), end: matcher.end() } : null;
}

function reasonOf({ message }: RE2JSException): string {
  return message.replace(/^error parsing regexp: /, "");
}
