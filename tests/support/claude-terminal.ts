import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { isObject, parseJson } from "../../src/kernel/text/json.ts";
import { CLAUDE_BINARY, type ClaudeHome } from "./claude.ts";
import { openPty } from "./pty.ts";

/** The real client on a terminal, as a person uses it: what headless calls cannot do, such as `/clear`. */
export type ClaudeTerminal = {
  /** Types a line and sends it, once the client shows that it was typed. */
  submit(line: string): Promise<void>;
  /** Waits until something holds; fails with the screen's text when it never does. */
  until(what: string, holds: () => boolean): Promise<void>;
  /** Whether a text was ever shown. Spaces don't count: the client moves the cursor instead of writing them. */
  hasShown(text: string): boolean;
  /** Leaves the client and waits for its end. */
  leave(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
};

const SCREEN = { columns: 120, rows: 40 };
const WAIT_MS_MAX = 30_000;
const POLL_MS = 20;

/** Starts the client in the person's project: `await using client = await claudeTerminal(person);` */
export async function claudeTerminal(person: ClaudeHome, client = CLAUDE_BINARY): Promise<ClaudeTerminal> {
  skipOnboarding(person);
  const pty = openPty([client], { cwd: person.project, env: person.env, ...SCREEN });
  const hasShown = (text: string, from = 0) => wordsOf(pty.output().slice(from)).includes(unspaced(text));
  const until = async (what: string, holds: () => boolean) => {
    const deadline = performance.now() + WAIT_MS_MAX;
    while (!holds()) {
      if (performance.now() > deadline)
        throw new Error(`Never came: ${what}\n${Bun.stripANSI(pty.output()).slice(-2000)}`);
      await Bun.sleep(POLL_MS);
    }
  };
  const submit = async (line: string) => {
    const before = pty.output().length;
    pty.type(line);
    // The line's end alone, for the client draws its beginning again and in pieces.
    await until(`"${line}" on the screen`, () => hasShown(unspaced(line).slice(-4), before));
    pty.type("\r");
  };
  await until("the prompt", () => hasShown("❯"));
  return {
    submit,
    until,
    hasShown,
    async leave() {
      await submit("/exit");
      await pty.exited;
    },
    [Symbol.asyncDispose]: () => pty[Symbol.asyncDispose](),
  };
}

function wordsOf(output: string): string {
  return unspaced(Bun.stripANSI(output));
}

function unspaced(text: string): string {
  return text.replace(/\s+/g, "");
}

/** What a person answers once: the theme, the folder's trust, the key. */
function skipOnboarding({ home, project, env }: ClaudeHome): void {
  const path = join(home, ".claude.json");
  const known = existsSync(path) ? parseJson(readFileSync(path, "utf8")) : {};
  const answered = {
    ...(isObject(known) ? known : {}),
    hasCompletedOnboarding: true,
    theme: "dark",
    customApiKeyResponses: { approved: [env["ANTHROPIC_API_KEY"]], rejected: [] },
    projects: { [project]: { hasTrustDialogAccepted: true, hasCompletedProjectOnboarding: true } },
  };
  writeFileSync(path, JSON.stringify(answered));
}
