import { type } from "arktype";
import { LIMITS } from "../../kernel/limits.ts";
import { describeCharacter, indexOfUnprintable } from "../../kernel/text/printable.ts";

/** What a predicate found, in arktype's terms: "must be `expected` (was `actual`)". `path` is relative to the checked value. */
export type Fault = { readonly expected: string; readonly actual: string; readonly path: readonly (string | number)[] };

/** Text of at most so many bytes, all of which a person can see. */
export function boundedText(bytesMax: number) {
  return type(`string <= ${bytesMax}`).narrow((text, ctx) => {
    const fault = textFault(text, [], bytesMax);
    return fault === undefined || ctx.reject({ ...fault, path: [...ctx.path] });
  });
}

/** What is wrong with a text: its bytes, its characters. */
export function textFault(text: string, path: Fault["path"], bytesMax = LIMITS.masqueFieldBytesMax): Fault | undefined {
  const bytes = Buffer.byteLength(text);
  if (bytes > bytesMax) {
    return { expected: `at most ${bytesMax} bytes`, actual: `${bytes}`, path };
  }
  const at = indexOfUnprintable(text);
  if (at !== -1) {
    const { kind, code } = describeCharacter(text, at);
    return { expected: `free of ${kind}s`, actual: code, path };
  }
  return text.isWellFormed() ? undefined : { expected: "well-formed Unicode", actual: "half a surrogate pair", path };
}
