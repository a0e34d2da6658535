import { startAudienceIfConfigured } from "../../app/audience/auto-start.ts";
import { anchorEvery } from "../../app/wear/anchor-every.ts";
import { hookPrompt, hookSessionEnd, hookSessionStart } from "../../app/wear/hooks.ts";
import { countPrompt, isAnchorDue } from "../../app/wear/repeat-anchor.ts";
import type { Deps } from "../../deps.ts";
import { handOver, takeHandedOver } from "../../host/handed-over.ts";
import { type HookPayload, type HostHooks, hostFolder } from "../../host/host.ts";
import { LIMITS } from "../../kernel/limits.ts";
import { processIdentity } from "../../kernel/process/process-identity.ts";
import { type Command, defineMasqueCommand, type RunLine } from "../command.ts";
import { reportQuietly } from "./report-quietly.ts";
import { isQuestion } from "./slash-line.ts";

/**
 * `masque hook session-start|prompt|session-end|expand`: Claude Code's JSON on standard input. A hook never breaks Claude Code: it
 * exits 0 and prints nothing when it cannot help. `MASQUE_DEBUG=1` shows the reason on stderr.
 */

/** The session id in examples. */
const EXAMPLE_ID = "bcd06328-9d01-4e42-bf7a-4c6a8ede615a";

/** `masque hook session-start` */
export const sessionStartCommand = hookCommand(
  `echo '{"session_id":"${EXAMPLE_ID}","source":"compact"}' | masque hook session-start`,
  (hooks, stdin) => hooks.readSessionStart(stdin),
  async (payload, deps) => {
    const context = await hookSessionStart(deps, callOf(payload, deps), payload.source);
    if (context !== null) deps.io.stdout.write(deps.host.hooks.contextAnswer("SessionStart", context));
    if (payload.source === "startup" || payload.source === "resume") await startAudienceIfConfigured(deps);
  },
  () => true,
);

/** `masque hook prompt` */
export const promptCommand = hookCommand(
  `echo '{"session_id":"${EXAMPLE_ID}","prompt":"…"}' | masque hook prompt`,
  (hooks, stdin) => hooks.readPrompt(stdin),
  async (payload, deps) => {
    const worn = await hookPrompt(deps, callOf(payload, deps));
    const { env, project, paths, yamlReader: yaml } = deps;
    const every = () => anchorEvery({ env, project, paths, yaml });
    const text = worn && (await countPrompt(deps, payload, worn, every));
    if (text !== null) deps.io.stdout.write(deps.host.hooks.contextAnswer("UserPromptSubmit", text));
  },
  (payload, deps) => isAnchorDue(deps, payload.session),
);

/** `masque hook session-end` */
export const sessionEndCommand = hookCommand(
  `echo '{"session_id":"${EXAMPLE_ID}","reason":"other"}' | masque hook session-end`,
  (hooks, stdin) => hooks.readSessionEnd(stdin),
  async (payload, deps) => {
    await hookSessionEnd(deps, callOf(payload, deps), payload.isClear);
  },
);

/** `masque hook expand` */
export const expandCommand = hookCommand(
  `echo '{"session_id":"${EXAMPLE_ID}","command_name":"don","command_args":"codesmith"}' | masque hook expand`,
  (hooks, stdin) => hooks.readExpansion(stdin),
  async (payload, deps, runLine) => {
    const { session, command, words } = payload;
    handOver(hostFolder(deps), { session, command, words, project: deps.project }, deps.clock.nowUnixNano());
    if (!isQuestion(command, words)) return;
    const { answerQuestion } = await import("./answer-question.ts");
    const text = await answerQuestion(payload, deps, runLine);
    if (text === undefined) return;
    // What was handed over is taken back last: when Claude Code ends a hook that takes too long, the command's block still
    // has it.
    takeHandedOver(hostFolder(deps), { session, command }, deps.clock.nowUnixNano());
    deps.io.stdout.write(deps.host.hooks.personAnswer(text));
  },
  ({ command, words }) => isQuestion(command, words),
);

/**
 * Builds a hook command.
 *
 * @param hasText Whether the hook prints text, which must not appear twice where the plugin's hook runs too. Everything else
 *   that a hook does may be done twice, so the other hooks do not look for the plugin.
 */
function hookCommand<Payload extends HookPayload>(
  example: string,
  read: (hooks: HostHooks, stdin: string) => Payload | null,
  answer: (payload: Payload, deps: Deps, runLine: RunLine) => Promise<void>,
  hasText: (payload: Payload, deps: Deps) => boolean = () => false,
): Command {
  return defineMasqueCommand({
    args: {
      "from-setup": {
        type: "boolean",
        description: "Written by setup: where the plugin's own hooks run too, nothing is said twice",
        default: false,
      },
    },
    examples: [[example, "what Claude Code runs; people never type it"]],
    async run({ args }, deps, runLine) {
      try {
        const payload = read(deps.host.hooks, await deps.io.readStdin(LIMITS.hookPayloadBytesMax));
        if (!payload) {
          reportQuietly(
            "hook",
            "nothing was done: standard input is not a Claude Code event that masque handles",
            deps,
          );
          return undefined;
        }
        const isSecond = args["from-setup"] && hasText(payload, deps) && (await deps.host.hooks.isRunByPlugin(deps));
        if (!isSecond) await answer(payload, deps, runLine);
      } catch (error) {
        reportQuietly("hook", error, deps);
      }
      return undefined;
    },
  });
}

function callOf(payload: HookPayload, deps: Deps) {
  const { session, transcriptPath } = payload;
  return { session, transcriptPath, host: processIdentity(deps.parentPid) ?? null };
}
