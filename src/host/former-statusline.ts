import type { Env } from "../kernel/paths.ts";

/**
 * Runs the status line that the user had before ours, as the agent program would: in a shell, with the program's JSON on
 * standard input. The command may be anything, so its time and its output are bounded. What it prints within both is shown.
 */
export async function formerStatusline(
  command: string,
  stdin: string,
  { env, cwd, waitMs, bytesMax }: { env: Env; cwd: string; waitMs: number; bytesMax: number },
): Promise<string> {
  const child = Bun.spawn(["sh", "-c", command], {
    cwd,
    env: { ...env },
    stdin: Buffer.from(stdin),
    stdout: "pipe",
    stderr: "ignore",
    // A process group of its own, so that what the shell has started ends with it.
    detached: true,
  });
  const chunks: Uint8Array[] = [];
  const reading = readInto(chunks, child.stdout, bytesMax);
  const isDone = await Promise.race([reading.then(() => true), Bun.sleep(waitMs).then(() => false)]);
  if (!isDone) endGroup(child.pid);
  return Buffer.concat(chunks).toString("utf8");
}

async function readInto(chunks: Uint8Array[], stream: ReadableStream<Uint8Array>, bytesMax: number): Promise<void> {
  let length = 0;
  for await (const chunk of stream) {
    chunks.push(chunk);
    length += chunk.length;
    if (length > bytesMax) return;
  }
}

function endGroup(pid: number): void {
  try {
    process.kill(-pid, "SIGKILL");
  } catch (error) {
    // The group has ended already.
    if (!(error instanceof Error && "code" in error && error.code === "ESRCH")) throw error;
  }
}
