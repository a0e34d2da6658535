import { LIMITS } from "../limits.ts";

/**
 * YAML from strangers, measured before it is parsed: the parser's time and memory grow with the square of how deep
 * collections nest and of how many keys one map has. The scan reads the lexer's tokens once; the lexer takes linear time.
 */

/** Where a bound is exceeded, in UTF-16 units from 0, and the message for it. */
export type BrokenYamlBound = { readonly offset: number; readonly message: string };

// Tokens that the lexer adds: the start of a document, the end of flow after an error, the start of a scalar.
const DOCUMENT = "\u0002";
const FLOW_ERROR = "\u0018";
const SCALAR = "\u001f";

const TOO_DEEP = `Nesting is deeper than ${LIMITS.yamlDepthMax} levels`;
const TOO_MANY = `The file has more than ${LIMITS.yamlTokensMax} keys, values and signs`;
const TOO_LONG = `A key is longer than ${LIMITS.yamlKeyCharsMax} characters`;

/**
 * The first bound that a text exceeds, or `undefined` when it exceeds none.
 *
 * @param tokens The text as the lexer of `yaml` cuts it.
 */
export function measureYaml(tokens: Iterable<string>): BrokenYamlBound | undefined {
  const nesting = new Nesting();
  let offset = 0;
  let count = 0;
  let last: { readonly offset: number; readonly length: number } | undefined;
  let isScalar = false;
  for (const token of tokens) {
    if (token === SCALAR) {
      isScalar = true;
      continue;
    }
    if (token === DOCUMENT || token === FLOW_ERROR) continue;
    if (isScalar || !isLayout(token)) {
      if (++count > LIMITS.yamlTokensMax) return { offset, message: TOO_MANY };
    }
    if (!isScalar && token === ":" && last && last.length > LIMITS.yamlKeyCharsMax) {
      return { offset: last.offset, message: TOO_LONG };
    }
    if (isScalar || token.startsWith('"') || token.startsWith("'")) last = { offset, length: token.length };
    nesting.see(token, isScalar);
    if (nesting.isTooDeep) return { offset, message: TOO_DEEP };
    offset += token.length;
    isScalar = false;
  }
  return undefined;
}

/** Spaces, line ends and comments. */
function isLayout(token: string): boolean {
  return /^[ \t\r\n#]/.test(token);
}

/** The depth of the place that was read last: in brackets, in signs on one line, and in indentation. */
class Nesting {
  private flow = 0;
  private signsInLine = 0;
  private isLineStart = true;
  private indent = 0;
  /** The indentation of each block that is open, growing. */
  private readonly blocks: number[] = [];

  see(token: string, isScalar: boolean): void {
    if (!isScalar && isLayout(token)) {
      if (token.endsWith("\n")) this.startLine();
      else if (this.isLineStart) this.indent = token.length;
      return;
    }
    if (this.isLineStart && this.flow === 0) this.openBlock();
    this.isLineStart = false;
    if (!isScalar) this.seeSign(token);
    // A scalar of several lines ends with its last line, or with the line end after it.
    if (token.endsWith("\n")) this.startLine();
  }

  private seeSign(token: string): void {
    if (token === "[" || token === "{") this.flow++;
    else if (token === "]" || token === "}") this.flow--;
    else if (token === "-" || token === "?" || token === ":") this.signsInLine++;
    else return;
    // Closing brackets without an opening one are an error that the parser reports.
    this.flow = Math.max(this.flow, 0);
    if (this.flow > 0) this.signsInLine = 0;
  }

  private startLine(): void {
    this.isLineStart = true;
    this.indent = 0;
    this.signsInLine = 0;
  }

  private openBlock(): void {
    while ((this.blocks.at(-1) ?? -1) >= this.indent) this.blocks.pop();
    this.blocks.push(this.indent);
  }

  get isTooDeep(): boolean {
    return Math.max(this.flow, this.signsInLine, this.blocks.length) > LIMITS.yamlDepthMax;
  }
}
