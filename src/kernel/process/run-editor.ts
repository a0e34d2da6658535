import type { Env } from "../paths.ts";

/**
 * Opens a file in an editor, and answers the editor's exit status once it has ended.
 *
 * @param editor What `VISUAL` or `EDITOR` holds: a command with its own arguments, such as `code --wait`.
 */
export type RunEditor = (editor: string, path: string) => Promise<number>;

/** Keys that end a program on a terminal reach masque too, and belong to the editor while it runs. */
const EDITORS_SIGNALS = ["SIGINT", "SIGQUIT"] as const;

/**
 * Runs real editors on this process's own streams. As git does, a shell splits the editor's command into words; the path is an
 * argument of its own, in which the shell reads nothing. The trap keeps the shell from ending on a key that the editor answers.
 */
export function editorRunner({ env, cwd }: { readonly env: Env; readonly cwd: string }): RunEditor {
  return async (editor, path) => {
    const ignored = () => undefined;
    for (const signal of EDITORS_SIGNALS) process.on(signal, ignored);
    try {
      const streams = { stdin: "inherit", stdout: "inherit", stderr: "inherit" } as const;
      return await Bun.spawn(["sh", "-c", `trap : INT QUIT; ${editor} "$@"`, editor, path], {
        env: { ...env },
        cwd,
        ...streams,
      }).exited;
    } finally {
      for (const signal of EDITORS_SIGNALS) process.off(signal, ignored);
    }
  };
}
