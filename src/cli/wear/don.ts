import { ignoredVariables } from "../../app/install/ignored-variables.ts";
import { don } from "../../app/wear/don.ts";
import { LIMITS } from "../../kernel/limits.ts";
import { printableLine } from "../../kernel/text/printable.ts";
import { defineMasqueCommand, jsonFlag } from "../command.ts";
import { usage } from "../parse.ts";
import { printWarnings } from "../print/output.ts";
import { donJson, donText } from "./render-session.ts";

/** `masque don <name> [intent…]` */
export const donCommand = defineMasqueCommand({
  args: {
    name: {
      type: "positional",
      description: 'The masque\'s name; "-" reads "name intent…" from standard input',
      required: true,
    },
    ...jsonFlag,
  },
  rest: "[intent…]",
  flagsFirst: true,
  examples: [
    ["masque don codesmith", "become Codesmith"],
    ["masque don codesmith fix the --help flag", "with an intent: every word after the name belongs to it"],
    ["masque don --json codesmith fix it", "for programs; flags come before the name"],
    ["echo codesmith fix it | masque don -", "from standard input, any characters"],
  ],
  async run({ args, rest }, deps) {
    if (args.name === "-" && rest.length > 0) throw wordsTwice(rest);
    const asked =
      args.name === "-" ? readAsked(await deps.io.readStdin(LIMITS.intentBytesMax)) : asTyped(args.name, rest);
    const outcome = await don(deps, { ...asked, session: deps.agentSession().id });
    printWarnings(deps.io, [...ignoredVariables(deps), ...outcome.warnings]);
    deps.io.stdout.write(args.json ? donJson(outcome) : donText(outcome));
    return undefined;
  },
});

function asTyped(name: string, words: readonly string[]) {
  return { name, intent: words.length > 0 ? words.join(" ") : null };
}

function wordsTwice(rest: readonly string[]) {
  const words = printableLine(rest.join(" "));
  return usage("don", `Cannot don: the intent comes from standard input, and from the command line ("${words}")`);
}

/** The first word is the name, all that follows is the intent as it stands. */
function readAsked(text: string) {
  const [, name, intent = ""] = /^\s*(\S+)(?:\s+([\s\S]*))?$/.exec(text) ?? [];
  if (name === undefined) throw usage("don", "Cannot don: standard input names no masque");
  return { name, intent: intent.trim() || null };
}
