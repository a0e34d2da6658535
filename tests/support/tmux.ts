import { join } from "node:path";
import type { Env } from "../../src/kernel/paths.ts";
import { finish } from "./process.ts";
import { program } from "./requirement.ts";

/** A program on a real terminal's screen: tmux draws what it writes, so that a test sees what a person sees. */
export type Tmux = {
  /** The screen as text, one line a row. */
  screen(): Promise<string>;
  /** Resolves with the screen once it holds `text`; throws with the last screen when it does not within the bound. */
  until(text: string): Promise<string>;
  /** Keys by tmux's names, such as `Down` or `C-c`; anything else is typed as it is. */
  press(...keys: readonly string[]): Promise<void>;
  resize(columns: number, rows: number): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
};

/** tmux, for {@link openTmux}. */
export const TMUX = program("tmux", "the package tmux");

const UNTIL_MS_MAX = 30_000;
const LOOK_EVERY_MS = 25;

/** Starts a shell on a terminal of `columns` × `rows`, on a server of its own that ends with the scope. */
export async function openTmux(at: {
  readonly folder: string;
  readonly env: Env;
  readonly columns: number;
  readonly rows: number;
}): Promise<Tmux> {
  const socket = join(at.folder, "tmux.sock");
  const tmux = async (...args: readonly string[]) => {
    const path = `${process.env["PATH"] ?? ""}:/usr/bin`;
    const env = { LANG: "C.UTF-8", TERM: "xterm-256color", ...at.env, PATH: path };
    const finished = await finish(["tmux", "-f", "/dev/null", "-S", socket, ...args], { cwd: at.folder, env });
    if (finished.exit !== 0) throw new Error(`tmux ${args.join(" ")}: ${finished.stderr}`);
    return finished.stdout;
  };
  await tmux("new-session", "-d", "-x", String(at.columns), "-y", String(at.rows), "PS1='ready ' exec sh");
  const screen = () => tmux("capture-pane", "-p");
  const until = async (text: string) => {
    const deadline = performance.now() + UNTIL_MS_MAX;
    for (;;) {
      const shown = await screen();
      if (shown.includes(text)) return shown;
      if (performance.now() > deadline) throw new Error(`"${text}" was not shown in ${UNTIL_MS_MAX} ms:\n${shown}`);
      await Bun.sleep(LOOK_EVERY_MS);
    }
  };
  return {
    screen,
    until,
    press: async (...keys) => void (await tmux("send-keys", ...keys)),
    resize: async (columns, rows) => void (await tmux("resize-window", "-x", String(columns), "-y", String(rows))),
    [Symbol.asyncDispose]: async () => void (await tmux("kill-server")),
  };
}
