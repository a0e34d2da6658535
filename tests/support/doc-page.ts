/**
 * A page of the docs as a test reads it: what a reader runs, in order, and what the page says is printed.
 *
 * - A block with the language `console` holds commands after `$ `, and below each command what it prints. A command goes
 *   on for as many lines as begin with `> `.
 * - `…` in a line is any text. A line that is only `…` is any number of lines.
 * - A command ends with status 0, unless `$ echo $?` follows it.
 * - A comment before a block says what else becomes of the block: `<!-- file: ~/.masques/x.masque.yaml -->` writes it to a
 *   file, `<!-- not run: needs a key -->` leaves it out.
 */

/** One thing that the reader does. */
export type DocStep =
  | { readonly kind: "command"; readonly line: number; readonly command: string; readonly output: readonly string[] }
  | { readonly kind: "file"; readonly line: number; readonly path: string; readonly text: string };

/** The page's steps, and what is wrong with how the page is written. */
export type DocPage = { readonly steps: readonly DocStep[]; readonly faults: readonly string[] };

type Block = {
  readonly line: number;
  readonly language: string;
  readonly lines: readonly string[];
  readonly comment: string | undefined;
};

const FENCE = /^```(.*)$/;
const COMMENT = /^<!-- (.*) -->$/;
const COMMAND = "$ ";
const CONTINUED = "> ";

/** Reads a page of Markdown. */
export function readDocPage(markdown: string): DocPage {
  const steps: DocStep[] = [];
  const faults: string[] = [];
  for (const block of blocksOf(markdown)) {
    const [, what, value = ""] = /^(file|not run): *(.*)$/.exec(block.comment ?? "") ?? [];
    if (what === "not run") {
      if (value === "") faults.push(`line ${block.line}: the block is not run, and no reason is given`);
    } else if (what === "file") {
      steps.push({ kind: "file", line: block.line, path: value, text: `${block.lines.join("\n")}\n` });
    } else if (block.language === "console") {
      steps.push(...commandsOf(block, faults));
    } else if (block.lines.some((line) => /^(?:\$ )?masque /.test(line))) {
      faults.push(`line ${block.line}: commands are in a block that is not run: write \`\`\`console and "$ "`);
    }
  }
  return { steps, faults };
}

function blocksOf(markdown: string): Block[] {
  const blocks: Block[] = [];
  let open: (Omit<Block, "lines"> & { lines: string[] }) | undefined;
  let comment: string | undefined;
  for (const [at, line] of markdown.split("\n").entries()) {
    if (open && line === "```") {
      blocks.push(open);
      open = undefined;
      comment = undefined;
    } else if (open) {
      open.lines.push(line);
    } else if (FENCE.test(line)) {
      open = { line: at + 1, language: FENCE.exec(line)?.[1] ?? "", lines: [], comment };
    } else if (line !== "") {
      comment = COMMENT.exec(line)?.[1];
    }
  }
  return blocks;
}

function commandsOf({ line: first, lines }: Block, faults: string[]): DocStep[] {
  const steps: { kind: "command"; line: number; command: string; output: string[] }[] = [];
  for (const [at, text] of lines.entries()) {
    const line = first + 1 + at;
    const last = steps.at(-1);
    if (text.startsWith(COMMAND)) {
      steps.push({ kind: "command", line, command: text.slice(COMMAND.length), output: [] });
    } else if (!last) {
      faults.push(`line ${line}: output without a command`);
    } else if (last.output.length === 0 && (text === ">" || text.startsWith(CONTINUED))) {
      last.command += `\n${text.slice(CONTINUED.length)}`;
    } else {
      last.output.push(text);
    }
  }
  return steps;
}

/**
 * What a command printed, with the page's own text wherever the page's `…` covers the difference: equal to what the page shows
 * exactly when the page is right.
 *
 * @param shown The lines of the page.
 */
export function asShown(shown: readonly string[], printed: string): string {
  const page = trimmed(shown.join("\n"));
  const pattern = page.split("\n").map((line) => (line.trim() === "…" ? "(?:.*\n)*" : `${lineOf(line)}\n`));
  return new RegExp(`^${pattern.join("")}$`).test(`${trimmed(printed)}\n`) ? page : trimmed(printed);
}

function lineOf(line: string): string {
  return line
    .split("…")
    .map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"))
    .join(".*");
}

/** Without spaces at the ends of lines, and without empty lines at the end, which Markdown does not show. */
export function trimmed(text: string): string {
  return text.replace(/[ \t]+$/gm, "").trimEnd();
}
