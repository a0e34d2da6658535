import { defined, type RunAt } from "./process.ts";

/** A program on a terminal of its own: the bytes it writes are kept, what is typed reaches it as keys. */
export type Pty = {
  /** Everything written so far, escape sequences and all. */
  output(): string;
  /** Resolves once the output holds `text`; throws with the output when it does not within the bound. */
  until(text: string): Promise<void>;
  type(keys: string): void;
  signal(signal: NodeJS.Signals): void;
  /** The terminal's local modes (termios `c_lflag`: echo, line by line, signals): a program must put them back. */
  modes(): number;
  readonly exited: Promise<number>;
  [Symbol.asyncDispose](): Promise<void>;
};

/** How long a program may take to write something: only ever met by one that hangs. */
const UNTIL_MS_MAX = 30_000;

const TOLD_CHARS_MAX = 2_000;

/** Starts a program on a terminal of `columns` × `rows`; it is killed when the scope ends. */
export function openPty(command: readonly string[], at: RunAt & { columns: number; rows: number }): Pty {
  const decoder = new TextDecoder();
  let output = "";
  let onOutput: () => void = () => undefined;
  const terminal = new Bun.Terminal({
    cols: at.columns,
    rows: at.rows,
    data(_terminal, bytes) {
      output += decoder.decode(bytes, { stream: true });
      onOutput();
    },
  });
  const child = Bun.spawn([...command], { cwd: at.cwd, env: defined(at.env), terminal });
  return {
    output: () => output,
    until: (text) =>
      new Promise((resolve, reject) => {
        const overdue = setTimeout(() => {
          const end = JSON.stringify(output.slice(-TOLD_CHARS_MAX));
          reject(new Error(`${JSON.stringify(text)} was not written in ${UNTIL_MS_MAX} ms; the end is ${end}`));
        }, UNTIL_MS_MAX);
        onOutput = () => {
          if (!output.includes(text)) return;
          clearTimeout(overdue);
          resolve();
        };
        onOutput();
      }),
    type: (keys) => void terminal.write(keys),
    signal: (signal) => child.kill(signal),
    modes: () => terminal.localFlags,
    exited: child.exited,
    async [Symbol.asyncDispose]() {
      child.kill("SIGKILL");
      await child.exited;
      terminal.close();
    },
  };
}
