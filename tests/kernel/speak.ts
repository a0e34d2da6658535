import { processIo } from "../../src/kernel/process/process-io.ts";

/** Speaks through the process's own streams as argv[2] asks. Tests run it as another process. */
const io = processIo(process, () => process.exit(141));
try {
  await speak(process.argv[2]);
  process.exit(0);
} catch (error) {
  io.stderr.write(String(error));
  process.exit(1);
}

async function speak(how: string | undefined): Promise<void> {
  if (how === "much") io.stdout.write("x".repeat(3_000_000));
  if (how === "for-ever") for (;;) io.stdout.write("line\n");
  if (how === "read") io.stdout.write(await io.readStdin(10));
  if (how === "describe") {
    const { isTerminal, columns, color } = io.stdout;
    io.stdout.write(`terminal ${isTerminal}, ${columns} columns, color ${color}, can ask ${io.canAsk}`);
  }
}
