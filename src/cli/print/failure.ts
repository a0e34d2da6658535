import { EXIT, type ExitCode, MasqueError, whatNextLines } from "../../kernel/errors.ts";
import { printable } from "../../kernel/text/printable.ts";
import type { Output } from "../../kernel/world.ts";

/** A hook that exits 2 blocks the person's prompt, and a newer plugin may call a hook that this binary does not have. */
const CALLED_BY_HOST: readonly string[] = ["hook", "statusline"];

/** A chain of causes is short. A limit is needed since a chain may lead back to itself. */
const CAUSES_MAX = 8;

/**
 * Prints what ended a command line: a failure that a person can act on, or a bug of masque with its stack.
 *
 * @returns The exit status: 0 for a command that Claude Code calls, whatever happened.
 */
export function printFailure(error: unknown, argv: readonly string[], stderr: Output): ExitCode {
  stderr.write(error instanceof MasqueError ? failureText(error) : bugText(error));
  if (CALLED_BY_HOST.includes(argv[0] ?? "")) return EXIT.ok;
  return error instanceof MasqueError ? error.exit : EXIT.bug;
}

function failureText(error: MasqueError): string {
  const parts = [`masque: ${printable(error.message)}`];
  if (error.detail) parts.push(printable(error.detail));
  parts.push(...whatNextLines(error).map((line) => `  ${printable(line)}`));
  return `${parts.join("\n")}\n`;
}

function bugText(error: unknown): string {
  const stack = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return `masque: this is a bug in masque: please report it, with the lines below\n${printable(stack)}\n`;
}

/** Where a failure arose and what it arose from, each with its stack: what `MASQUE_DEBUG=1` adds. */
export function causesText(error: unknown): string {
  const stacks: string[] = [];
  for (let one = error; one instanceof Error && stacks.length < CAUSES_MAX; one = one.cause) {
    stacks.push(`masque debug: ${printable(one.stack ?? one.message)}\n`);
  }
  return stacks.join("");
}
