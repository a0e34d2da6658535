import { runCli } from "./cli/run.ts";
import { type Deps, realDeps } from "./deps.ts";
import { EXIT, MasqueError } from "./kernel/errors.ts";
import { printable } from "./kernel/printable.ts";
import { processIo } from "./kernel/process-io.ts";
import { unobeyed } from "./kernel/unobeyed.ts";

/**
 * Argv in, exit code out. The only place that ends the process, prints failures and answers signals: a reader that
 * went away (`masque list | head -1`) ends us quietly, as it does any Unix tool.
 */

const BROKEN_PIPE_EXIT = 141;
const STOP_SIGNALS = ["SIGTERM", "SIGINT", "SIGHUP"] as const;
/** A hook that exits 2 stops the person's prompt, and a newer plugin may call one that this binary does not know. */
const CALLED_BY_HOST = ["hook", "statusline"];

const argv = process.argv.slice(2);
const io = processIo(process, readerGone);
process.exit(await exitOf(argv));

async function exitOf(argv: readonly string[]): Promise<number> {
  let deps: Deps | undefined;
  try {
    deps = realDeps(process, { io, stopSignal });
    return await runCli(argv, deps);
  } catch (error) {
    const failed = reportFailure(error);
    return CALLED_BY_HOST.includes(argv[0] ?? "") ? EXIT.ok : failed;
  } finally {
    await deps?.close();
  }
}

function reportFailure(error: unknown): number {
  if (error instanceof MasqueError) {
    const parts = [`masque: ${unobeyed(printable(error.message))}`];
    if (error.detail) parts.push(error.detail);
    if (error.hint) parts.push(`  try: ${unobeyed(printable(error.hint))}`);
    io.stderr.write(`${parts.join("\n")}\n`);
    return error.exit;
  }
  const stack = error instanceof Error ? (error.stack ?? error.message) : String(error);
  io.stderr.write(`masque: this is a bug of ours, and we would like to hear of it\n${printable(stack)}\n`);
  return EXIT.bug;
}

/** Listens once for each signal, so that whoever asks twice is obeyed at once. */
function stopSignal(): AbortSignal {
  const stop = new AbortController();
  for (const signal of STOP_SIGNALS) process.once(signal, () => stop.abort());
  return stop.signal;
}

function readerGone(): never {
  process.exit(BROKEN_PIPE_EXIT);
}
