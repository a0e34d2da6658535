import type { LoginOutcome, LoginStopOutcome } from "../../audience/login/at-login.ts";
import type { JsonObject } from "../../kernel/text/json.ts";
import { printable, printableLine } from "../../kernel/text/printable.ts";
import type { Output } from "../../kernel/world.ts";
import { styleFor } from "../print/style.ts";
import { startedText, stoppedText } from "./render-receiver.ts";

/** What `start --at-login` and `stop --at-login` print. Keys of the JSON: docs/audience.md. */

const WRITTEN = { created: "Written", updated: "Brought up to date", unchanged: "Already there" } as const;

/** Where the receiver listens, and the file that starts it at login, with its text. */
export function loginText(login: LoginOutcome, output: Pick<Output, "color">): string {
  const style = styleFor(output);
  const lines = login.text.trimEnd().split("\n");
  return [
    startedText(login),
    style.bold(`At login: ${WRITTEN[login.written].toLowerCase()}, for ${login.manager}: ${printableLine(login.file)}`),
    ...lines.map((line) => `  ${style.dim(printable(line))}`.trimEnd()),
    "",
  ].join("\n");
}

/** The same for programs. */
export function loginJson(login: LoginOutcome): object {
  const { kind, health, manager, file, text, written, undone } = login;
  const left = undone.map(({ command, because }) => ({ command: [...command], because }));
  return { state: kind, ...health, at_login: { manager, file, written, text, left_to_do: left } };
}

/** The commands that masque could not run, for the person to run, and why. */
export function undoneWarnings({ manager, undone }: Pick<LoginOutcome, "manager" | "undone">): readonly string[] {
  const [first] = undone;
  if (!first) return [];
  const commands = undone.map(({ command }) => command.join(" ")).join(" && ");
  const isEnabled = !undone.some(({ command }) => command.includes("enable") || command.includes("bootstrap"));
  const until = isEnabled ? "the receiver will start at your next login" : "the receiver will not start at login yet";
  return [`${manager} does not answer here (${first.because}): ${until}; where it answers, run: ${commands}`];
}

/** What was stopped, and which file was removed. */
export function loginStopText(outcome: LoginStopOutcome): string {
  const removed = outcome.isRemoved ? "Removed" : "Nothing to remove";
  return `${stoppedText(outcome)}${removed}: ${printableLine(outcome.file)}\n`;
}

/** The same for programs. */
export function loginStopJson(outcome: LoginStopOutcome): JsonObject {
  const pid = outcome.kind === "stopped" ? { pid: outcome.pid } : {};
  return { state: outcome.kind, ...pid, at_login: { file: outcome.file, removed: outcome.isRemoved } };
}
