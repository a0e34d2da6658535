import type { SyntaxKind } from "jsonc-parser";

/**
 * The scanner's token kinds that we look for. The package declares them as an ambient `const enum`, which a module
 * compiled on its own cannot read.
 *
 * @source jsonc-parser 3.3.1, lib/esm/main.d.ts
 */
export const TOKEN = {
  openBrace: 1 satisfies SyntaxKind.OpenBraceToken,
  closeBrace: 2 satisfies SyntaxKind.CloseBraceToken,
  openBracket: 3 satisfies SyntaxKind.OpenBracketToken,
  closeBracket: 4 satisfies SyntaxKind.CloseBracketToken,
  comma: 5 satisfies SyntaxKind.CommaToken,
  lineComment: 12 satisfies SyntaxKind.LineCommentTrivia,
  blockComment: 13 satisfies SyntaxKind.BlockCommentTrivia,
  space: 15 satisfies SyntaxKind.Trivia,
  end: 17 satisfies SyntaxKind.EOF,
} as const;
