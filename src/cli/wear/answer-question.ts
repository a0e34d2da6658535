import type { Deps } from "../../deps.ts";
import type { ExpansionPayload } from "../../host/host.ts";
import { MasqueError } from "../../kernel/errors.ts";
import { LIMITS } from "../../kernel/limits.ts";
import { printable } from "../../kernel/text/printable.ts";
import type { Output } from "../../kernel/world.ts";
import type { RunLine } from "../command.ts";
import { printFailure } from "../print/failure.ts";
import { slashLine } from "./slash-line.ts";

/** The columns of an 80-column terminal, without the two by which Claude Code indents the text. */
const COLUMNS = 78;

/**
 * Runs a question to masque, and answers what the person reads: printable text that is cut after `answerCharsMax`
 * characters. Answers `undefined` where the command is the user's own.
 *
 * @throws errors that are bugs of masque, and the errors of `isOwnCommand`.
 */
export async function answerQuestion(
  asked: ExpansionPayload,
  deps: Deps,
  runLine: RunLine,
): Promise<string | undefined> {
  if (!(await deps.host.hooks.isOwnCommand(deps, asked))) return undefined;
  const [stdout, stderr] = [collector(), collector()];
  const there = deps.elsewhere({
    ...deps,
    agentSession: () => ({ id: asked.session, isHosted: true }),
    io: { ...deps.io, stdout, stderr: { ...stderr, isTerminal: false }, canAsk: false },
  });
  const line = slashLine(asked.command, asked.words);
  let failed = false;
  try {
    await runLine(line, there);
  } catch (error) {
    if (!(error instanceof MasqueError)) throw error;
    failed = true;
    printFailure(error, line, stderr);
  } finally {
    await there.close();
  }
  const text = printable(bounded(`${stdout.text()}${stderr.text()}`.trimEnd(), line));
  return failed
    ? text
    : `Not an error: masque answers /${asked.command} itself, and the model is not asked.\n\n${text}`;
}

function bounded(text: string, line: readonly string[]): string {
  if (text.length <= LIMITS.answerCharsMax) return text;
  const whole = text.slice(0, text.lastIndexOf("\n", LIMITS.answerCharsMax) + 1);
  return `${whole}… The rest is left out. In a terminal, this prints all of it: masque ${line.join(" ")}`;
}

function collector(): Output & { text(): string } {
  const chunks: string[] = [];
  const write = (text: string) => void chunks.push(text);
  return {
    write,
    writeDocument: write,
    writeCommands: write,
    isTerminal: true,
    columns: COLUMNS,
    color: false,
    text: () => chunks.join(""),
  };
}
