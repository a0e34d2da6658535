import { causesText, printFailure } from "./cli/print/failure.ts";
import { runCli } from "./cli/run.ts";
import { type Deps, realDeps } from "./deps.ts";
import { processIo } from "./kernel/process/process-io.ts";

/**
 * Argv in, exit code out. The only place that ends the process and answers signals: a reader that
 * went away (`masque list | head -1`) ends us quietly, as it does any Unix tool.
 */

const BROKEN_PIPE_EXIT = 141;
const STOP_SIGNALS = ["SIGTERM", "SIGINT", "SIGHUP"] as const;

const argv = process.argv.slice(2);
const io = processIo(process, readerGone);
process.exit(await exitOf(argv));

async function exitOf(argv: readonly string[]): Promise<number> {
  let deps: Deps | undefined;
  try {
    deps = realDeps(process, { io, stopSignal });
    return await runCli(argv, deps);
  } catch (error) {
    const exit = printFailure(error, argv, io.stderr);
    if (process.env["MASQUE_DEBUG"]) io.stderr.write(causesText(error));
    return exit;
  } finally {
    deps?.closeAtExit();
  }
}

/** Listens once for each signal, so that a second signal ends the process at once. */
function stopSignal(): AbortSignal {
  const stop = new AbortController();
  for (const signal of STOP_SIGNALS) process.once(signal, () => stop.abort());
  return stop.signal;
}

function readerGone(): never {
  process.exit(BROKEN_PIPE_EXIT);
}
