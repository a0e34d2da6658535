import type { Host } from "../host.ts";
import { answerOutput, hookOutput } from "./hooks/output.ts";
import { readExpansion, readPrompt, readSessionEnd, readSessionStart } from "./hooks/payload.ts";
import { settingsFileOf } from "./places.ts";
import { agentSessionOf } from "./session.ts";
import { readStatusPayload } from "./statusline.ts";
import { telemetryEnv } from "./telemetry-env.ts";
import { textsFromTranscriptEnd } from "./transcript.ts";

/** Claude Code, as the rest of the program sees it. */
export const claude: Host = {
  id: "claude",
  name: "Claude Code",
  agentSession: agentSessionOf,
  hooks: {
    readSessionStart,
    readPrompt,
    readSessionEnd,
    readExpansion,
    contextAnswer: hookOutput,
    personAnswer: answerOutput,
    isOwnCommand: async (world, typed) => (await import("./own-command.ts")).isOwnCommand(world, typed),
    async isRunByPlugin(world) {
      const { pluginReachFor } = await import("./setup/plugin-reach.ts");
      return pluginReachFor(world, "project") === "here";
    },
  },
  readStatus: readStatusPayload,
  transcriptTexts: textsFromTranscriptEnd,
  transcriptReader: async () => (await import("./read-transcript.ts")).readTranscript,
  telemetryEnv,
  settingsFile: settingsFileOf,
  async spinner() {
    const { showSpinner } = await import("./spinner-file.ts");
    const { readSpinnerRecord } = await import("./spinner.ts");
    return { show: showSpinner, isRecord: (record) => readSpinnerRecord(record) !== null };
  },
  async setup() {
    const { planClaudeSetup, planClaudeUndo } = await import("./setup/plan-setup.ts");
    const { planClaudeTelemetry, planClaudeTelemetryUndo } = await import("./setup/plan-telemetry.ts");
    return {
      plan: planClaudeSetup,
      planUndo: planClaudeUndo,
      planTelemetry: planClaudeTelemetry,
      planTelemetryUndo: planClaudeTelemetryUndo,
    };
  },
  inspection: async () => (await import("./inspection.ts")).inspection,
};
