/** One fault to plant in the product. */
export type Mutation = {
  /** What goes wrong, as someone who met it would report it. */
  readonly fault: string;
  /** The file of the product, relative to the checkout. */
  readonly file: string;
  /** The text to replace; it occurs in the file exactly once. */
  readonly find: string;
  readonly replace: string;
  /** The test files that must fail, relative to `tests/`: as few and as quick as will do. */
  readonly tests: readonly [string, ...string[]];
};

/** A file with a fault in it; or how often the text was found, where that is not once. */
export type Planted =
  | { readonly kind: "planted"; readonly text: string }
  | { readonly kind: "stale"; readonly found: number };

/** Plants a fault in a file's text. */
export function plant(text: string, { find, replace }: Pick<Mutation, "find" | "replace">): Planted {
  const [before, after, ...more] = text.split(find);
  if (before === undefined || after === undefined || more.length > 0) {
    return { kind: "stale", found: after === undefined ? 0 : more.length + 1 };
  }
  return { kind: "planted", text: `${before}${replace}${after}` };
}
