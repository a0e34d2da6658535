import type { Deps } from "../../deps.ts";
import { printable } from "../../kernel/text/printable.ts";

/** What stopped a command that the host calls: said on stderr only with `MASQUE_DEBUG=1`, for it must never break it. */
export function reportQuietly(command: string, error: unknown, deps: Deps): void {
  if (!deps.env["MASQUE_DEBUG"]) return;
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
  deps.io.stderr.write(`masque ${command}: ${printable(text)}\n`);
}
