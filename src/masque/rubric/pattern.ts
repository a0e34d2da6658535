/** A pattern of a rubric, ready to look for. Looking takes time that is linear in the text's length. */
export type Pattern = {
  /** The first match: offsets in UTF-16 units, the end excluded. `null` where the text holds no match. */
  find(text: string): { readonly start: number; readonly end: number } | null;
};

/** A pattern's source, compiled, or why the engine refuses it. */
export type CompiledPattern =
  | { readonly kind: "compiled"; readonly pattern: Pattern }
  | { readonly kind: "refused"; readonly reason: string };

/** Compiles a pattern in RE2's syntax: `src/masque/re2/`. */
export type PatternCompiler = (source: string) => CompiledPattern;
