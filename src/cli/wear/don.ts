import { ignoredVariables } from "../../app/install/ignored-variables.ts";
import { type DonOutcome, don } from "../../app/wear/don.ts";
import type { Deps } from "../../deps.ts";
import { MasqueError } from "../../kernel/errors.ts";
import { LIMITS } from "../../kernel/limits.ts";
import { printableLine } from "../../kernel/text/printable.ts";
import { defineMasqueCommand, jsonFlag } from "../command.ts";
import { usage } from "../parse.ts";
import { printWarnings } from "../print/output.ts";
import { canPrompt } from "../print/prompts.ts";
import { isPersonReading } from "./person-reading.ts";
import { donJson, donText } from "./render-session.ts";

/** `masque don [name] [intent…]` */
export const donCommand = defineMasqueCommand({
  args: {
    name: {
      type: "positional",
      description:
        'The masque\'s name. Without a name, a terminal shows a list to choose from. "-" reads "name intent…" from standard input',
      required: false,
    },
    block: {
      type: "boolean",
      description: "Print what the agent reads, instead of a summary; piped output always does",
      default: false,
    },
    ...jsonFlag,
  },
  rest: "[intent…]",
  flagsFirst: true,
  examples: [
    ["masque don", "choose a masque from a list"],
    ["masque don codesmith", "become Codesmith"],
    ["masque don codesmith fix the --help flag", "with an intent: every word after the name belongs to it"],
    ["masque don --block codesmith", "print what the agent reads, instead of a summary"],
    ["masque don --json codesmith fix it", "as JSON; flags come before the name"],
    ["echo codesmith fix it | masque don -", "from standard input, any characters"],
  ],
  async run({ args, rest }, deps) {
    const isForPerson = isPersonReading(deps) && !args.json && !args.block;
    const asked = await askedFor(args, rest, deps);
    const outcome = await don(deps, { ...asked, session: deps.agentSession().id });
    printWarnings(deps.io, [...ignoredVariables(deps), ...outcome.warnings]);
    const { stdout } = deps.io;
    if (args.json) stdout.write(donJson(outcome));
    else if (isForPerson) stdout.write(await summaryOf(outcome, deps));
    else stdout.write(donText(outcome));
    return undefined;
  },
});

/** Loaded for people alone: an agent's don does without. */
async function summaryOf(outcome: DonOutcome, deps: Deps): Promise<string> {
  const { donSummary } = await import("./don-summary.ts");
  const { scoredBy } = await import("../../app/wear/scored-by.ts");
  const { io, clock } = deps;
  return donSummary(outcome, { output: io.stdout, nowUnixNano: clock.nowUnixNano(), by: await scoredBy(deps) });
}

async function askedFor(
  { name, json }: { name?: string | undefined; json: boolean },
  rest: readonly string[],
  deps: Deps,
) {
  if (name === undefined) return { name: await nameChosen(deps, !json), intent: null };
  if (name !== "-") return { name, intent: rest.length > 0 ? rest.join(" ") : null };
  if (rest.length > 0) throw wordsTwice(rest);
  return readAsked(await deps.io.readStdin(LIMITS.intentBytesMax));
}

/** Only a person is asked: neither an agent nor a program that reads JSON. */
async function nameChosen(deps: Deps, mayAsk: boolean): Promise<string> {
  if (!mayAsk || !canPrompt(deps) || deps.agentSession().isHosted) {
    throw new MasqueError("cli.usage", "Cannot don: name a masque; only a terminal can show a list to choose from", {
      try: "masque list",
    });
  }
  const { pickMasque } = await import("./pick-masque.ts");
  return await pickMasque(deps);
}

function wordsTwice(rest: readonly string[]) {
  const words = printableLine(rest.join(" "));
  return usage("don", `Cannot don: the intent comes from standard input, and from the command line ("${words}")`);
}

/** The first word is the name; all that follows is the intent, unchanged. */
function readAsked(text: string) {
  const [, name, intent = ""] = /^\s*(\S+)(?:\s+([\s\S]*))?$/.exec(text) ?? [];
  if (name === undefined) throw usage("don", "Cannot don: standard input names no masque");
  return { name, intent: intent.trim() || null };
}
