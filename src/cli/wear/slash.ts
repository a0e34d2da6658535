import type { Deps } from "../../deps.ts";
import { type HandedOver, type Taken, takeHandedOver } from "../../host/handed-over.ts";
import { hostFolder } from "../../host/host.ts";
import { MasqueError } from "../../kernel/errors.ts";
import { LIMITS } from "../../kernel/limits.ts";
import { type SlashCommand, slashCommandNamed } from "../../kernel/slash-commands.ts";
import { printableLine } from "../../kernel/text/printable.ts";
import { defineMasqueCommand } from "../command.ts";
import { usage } from "../parse.ts";
import { slashLine } from "./slash-line.ts";

/**
 * `masque slash <command>`: what the block of a slash command calls. Arguments and project come from `masque hook expand`,
 * which ran just before, so that nothing that a person typed is ever text of a shell. Without them the command does not run.
 */
export const slashCommand = defineMasqueCommand({
  args: {
    command: { type: "positional", description: "The slash command, without its slash", required: true },
  },
  examples: [["masque slash id", "what the command /id calls; people type `masque id`"]],
  async run({ args }, deps, runLine) {
    const command = slashCommandNamed(args.command);
    if (command === undefined) {
      throw usage("slash", `Cannot run "/${printableLine(args.command)}": masque has no such slash command`);
    }
    const { words, project } = takeOrRefuse(command, deps);
    const there = deps.elsewhere({ ...deps, project });
    try {
      return await runLine(slashLine(command, words), there);
    } finally {
      await there.close();
    }
  },
});

function takeOrRefuse(command: SlashCommand, deps: Deps): Pick<HandedOver, "project"> & { readonly words: string } {
  const { id: session, isHosted } = deps.agentSession();
  if (!isHosted) {
    throw usage("slash", `Cannot run "/${command}": only Claude Code can, which names its session in the environment`);
  }
  const taken = takeHandedOver(hostFolder(deps), { session, command }, deps.clock.nowUnixNano());
  if (taken.kind !== "taken") throw nothingTyped(command, taken.kind);
  const { words, project } = taken.handed;
  if (words === null) {
    const found = `more than ${LIMITS.slashArgumentBytesMax / 1024} KiB were typed after it`;
    throw new MasqueError("host.nothing-typed", `Cannot run "/${command}": ${found}`, {
      hint: "put the text into a file, and name the file instead",
    });
  }
  return { words, project };
}

function nothingTyped(command: SlashCommand, kind: Exclude<Taken["kind"], "taken">): MasqueError {
  const found = {
    absent: "its hook UserPromptExpansion did not run, so what you typed was not handed over",
    outdated: `what its hook UserPromptExpansion handed over is not from the last ${LIMITS.slashArgumentWaitMs / 1000} seconds`,
  }[kind];
  const causes = {
    absent: `Nothing was done. Hooks may be switched off (disableAllHooks in a settings file), the hook may have failed or
taken too long, or this Claude Code may be too old for it: 2.1.197 has it.`,
    outdated: "Nothing was done. The clock may have been changed in between.",
  }[kind];
  return new MasqueError("host.nothing-typed", `Cannot run "/${command}": ${found}`, {
    detail: causes,
    hint: "give the command again; `masque doctor` says whether the hook is there",
  });
}
