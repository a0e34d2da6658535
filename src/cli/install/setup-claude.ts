import { standardAddress } from "../../app/audience/receiver-endpoint.ts";
import { applyPlanned, isSettled, planSetup, type SetupRequest } from "../../app/install/set-up.ts";
import type { Config } from "../../app/settings.ts";
import { askHealth } from "../../audience/process/ask-health.ts";
import type { Deps } from "../../deps.ts";
import { wholeNumber } from "../../kernel/config/kinds.ts";
import { MasqueError } from "../../kernel/errors.ts";
import { defineMasqueCommand, jsonFlag } from "../command.ts";
import { flagValue } from "../flag-value.ts";
import { jsonText } from "../print/output.ts";
import { canPrompt } from "../print/prompts.ts";
import { settingsOf } from "../settings.ts";
import { setupJson, setupText } from "./render-setup.ts";

const PORT = wholeNumber({ min: 1, max: 65_535 });

/** `masque setup claude` */
export const setupClaudeCommand = defineMasqueCommand({
  args: {
    project: { type: "boolean", description: "Only for this project, in its .claude folder", default: false },
    undo: { type: "boolean", description: "Remove exactly what setup added", default: false },
    yes: { type: "boolean", alias: "y", description: "Apply without asking", default: false },
    "dry-run": { type: "boolean", description: "Show what would change, and change nothing", default: false },
    port: { type: "string", valueHint: "PORT", description: "Port of the telemetry receiver (OTLP over HTTP)" },
    ...jsonFlag,
  },
  examples: [
    ["masque setup claude", "show every change, and ask"],
    ["masque setup claude --dry-run", "show every change, and change nothing"],
    ["masque setup claude --project --yes", "for one project, without asking"],
    ["masque setup claude --undo", "remove masque from Claude Code"],
  ],
  async run({ args }, deps) {
    const settings = await settingsOf(deps);
    const request: SetupRequest = {
      scope: args.project ? "project" : "user",
      undo: args.undo,
      httpPort: args.port === undefined ? null : flagValue("setup claude", "port", args.port, PORT),
      standard: standardAddress(settings),
      token: settings["audience.token"],
    };
    const { io } = deps;
    const setup = await planSetup(deps, request);
    const hasChanges = setup.plan.changes.length > 0;
    const wantsMore = !args["dry-run"] && hasChanges;
    if (!args.json) io.stdout.write(setupText(setup, request, io.stdout));
    const isAgreed =
      wantsMore && (args.yes || (canPrompt(deps) && (await (await deps.prompts()).confirm("Apply these changes?"))));
    const clearsJournal = !args["dry-run"] && !hasChanges && !isSettled(setup);
    if (isAgreed || clearsJournal) await applyPlanned(setup);
    if (args.json) io.stdout.write(jsonText(setupJson(setup, isAgreed)));
    else if (isAgreed) io.stderr.write(request.undo ? "Removed.\n" : await doneText(deps, request, settings));
    if (args["dry-run"] && hasChanges && !args.json) io.stderr.write(dryRunText(request));
    if (wantsMore && !isAgreed) throw declined(request, canPrompt(deps));
    return undefined;
  },
});

/** Where no receiver runs, and none starts with Claude Code, nothing would be captured: then its command comes next. */
async function doneText(
  { paths }: Pick<Deps, "paths">,
  { httpPort, standard }: SetupRequest,
  settings: Config,
): Promise<string> {
  const done = "Done. It takes effect when you restart Claude Code.\n";
  if (settings["audience.autoStart"] || (await askHealth(paths)) !== undefined) return done;
  const port = httpPort === null || httpPort === standard.http ? "" : ` --http-port ${httpPort}`;
  return `${done}No receiver of telemetry is running, and without one there is no score.\n  next: masque audience start${port}\n`;
}

function dryRunText(request: SetupRequest): string {
  return `Nothing was changed. To make these changes:\n  next: masque setup claude${flagsOf(request)}\n`;
}

function flagsOf({ undo, scope }: SetupRequest): string {
  return `${scope === "project" ? " --project" : ""}${undo ? " --undo" : ""}`;
}

function declined(request: SetupRequest, wasAsked: boolean): MasqueError {
  const reason = wasAsked ? "you answered no" : "there is no terminal to ask you on";
  return new MasqueError("setup.declined", `Nothing was changed: ${reason}`, {
    try: `masque setup claude${flagsOf(request)} --yes`,
  });
}
