import { describe, expect } from "bun:test";
import { existsSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type ClaudeHome, type ClaudeHomeOptions, claudeHome } from "../support/claude.ts";
import { CLAUDE_CLIENTS } from "../support/claude-clients.ts";
import { masqueEvents } from "../support/masque-events.ts";
import { testWith } from "../support/requirement.ts";
import { lastUserText, type ScriptedApi, scriptedApi } from "../support/scripted-api.ts";
import { SLASH_WAYS } from "../support/slash-ways.ts";

/**
 * What a person types after a slash command, with permissions skipped, in both clients: no text of it runs, and honest text
 * arrives as it was typed. A text that runs makes the file `x`.
 */

const CEILING_MS = 120_000;
const BLOCK_OPENS = "<masque-identity ";
/** The delimiter of the heredoc that carried arguments in version 0.1. */
const TERMINATOR = "MASQUE_ARGUMENTS_END_4b1f7c";
const FENCE = "```";

const HOSTILE: readonly string[] = [
  `a\n${TERMINATOR}\ntouch x\n: <<'${TERMINATOR}'`,
  `a\n${FENCE}\n\n${FENCE}!\ntouch x\n${FENCE}\n`,
  `a\n${FENCE}\ntouch x\n`,
  `a ${FENCE}!\ntouch x\n${FENCE}`,
  "!`touch x` `touch x` $(touch x)",
  `"; touch x; "`,
  `'; touch x; '`,
  "\n; touch x\n& touch x\n| touch x\n",
  `\${CLAUDE_SESSION_ID}\ntouch x\n`,
  `\${CLAUDE_PLUGIN_ROOT}\`touch x\``,
  "\\\n!`touch x`",
];

/** Bytes that a shell, a substitution or a template would change. */
const HONEST = `fix the "parser" & it's $HOME $(pwd) \`id\`; a\\b \${CLAUDE_SESSION_ID} $1 $ARGUMENTS %s !x !! ~ * ? [a] {b,c}
  indented, "quoted", and a tab:\there\n\nö 日本 🎭 end`;

const CASES = CLAUDE_CLIENTS.flatMap((client) => SLASH_WAYS.map((way) => ({ client, way })));

describe.each(CASES)("$client.version, $way.name", ({ client, way }) => {
  const test = testWith(client.requirement);
  const person = (api: ScriptedApi, more: Partial<ClaudeHomeOptions> = {}) =>
    claudeHome({ apiUrl: api.url, client: client.binary, ...more });

  test(
    "hostile arguments run nothing",
    async () => {
      await using api = scriptedApi();
      using me = person(api);
      await way.wire(me);
      for (const words of HOSTILE) {
        await me.prompt(`${way.slash}don codesmith ${words}`);
        expect({ words, ran: existsSync(join(me.project, "x")) }).toEqual({ words, ran: false });
      }
      expect(masqueEvents(me.home).filter(({ kind }) => kind === "don")).toHaveLength(HOSTILE.length);
      expect(handedOverIn(me)).toEqual([]);
    },
    CEILING_MS,
  );

  test(
    "an honest intent arrives byte for byte",
    async () => {
      await using api = scriptedApi();
      using me = person(api);
      await way.wire(me);
      await me.prompt(`${way.slash}don codesmith ${HONEST}`);
      const asked = lastUserText(api.mainRequests().at(-1));
      expect(asked.slice(asked.indexOf(BLOCK_OPENS), asked.indexOf("</masque-identity>"))).toContain(HONEST);
    },
    CEILING_MS,
  );

  test(
    "a folder whose name is shell runs nothing, and is the project",
    async () => {
      await using api = scriptedApi();
      using me = person(api, { projectName: `a\ntouch x\n'"$(touch x)\`touch x\`` });
      await way.wire(me);
      await me.prompt(`${way.slash}don codesmith`);
      expect(lastUserText(api.mainRequests().at(-1))).toContain(BLOCK_OPENS);
      expect(existsSync(join(me.project, "x"))).toBe(false);
      expect(new Set(masqueEvents(me.home).map(({ project }) => project))).toEqual(new Set([me.project]));
    },
    CEILING_MS,
  );

  test(
    "the project is Claude Code's, with arguments and without, wherever the agent's shell has gone",
    async () => {
      await using api = scriptedApi([{ text: "Ready." }]);
      using me = person(api);
      await way.wire(me);
      mkdirSync(join(me.project, "deep/.git"), { recursive: true });
      const { session } = await me.prompt(`${way.slash}don codesmith`);
      api.play({ toolUse: [{ name: "Bash", input: { command: "cd deep", description: "Go" } }] }, { text: "There." });
      await me.prompt("Go deep", { resume: session });
      const { result } = await me.prompt(`${way.slash}id`, { resume: session });
      expect(result).toContain("Codesmith");
      await me.prompt(`${way.slash}don assayer`, { resume: session });
      expect(new Set(masqueEvents(me.home).map(({ project }) => project))).toEqual(new Set([me.project]));
    },
    CEILING_MS,
  );

  test(
    "with hooks switched off nothing is donned, and the reason is said",
    async () => {
      await using api = scriptedApi();
      using me = person(api);
      await way.wire(me);
      mkdirSync(join(me.project, ".claude"));
      writeFileSync(join(me.project, ".claude/settings.local.json"), JSON.stringify({ disableAllHooks: true }));
      const { isError } = await me.prompt(`${way.slash}don codesmith fix it`);
      const asked = lastUserText(api.mainRequests().at(-1));
      expect(isError).toBe(false);
      expect(asked).toContain('Cannot run "/don": its hook UserPromptExpansion did not run');
      expect(asked).toContain("disableAllHooks");
      expect(asked).not.toContain(BLOCK_OPENS);
      expect(masqueEvents(me.home)).toEqual([]);
    },
    CEILING_MS,
  );

  test(
    "when the hook fails nothing is donned",
    async () => {
      await using api = scriptedApi();
      using me = person(api);
      await way.wire(me);
      // A file where the hook wants a folder.
      mkdirSync(join(typedFolder(me), ".."), { recursive: true });
      writeFileSync(typedFolder(me), "");
      await me.prompt(`${way.slash}don codesmith`);
      expect(lastUserText(api.mainRequests().at(-1))).toContain('Cannot run "/don"');
      expect(masqueEvents(me.home)).toEqual([]);
    },
    CEILING_MS,
  );
});

function typedFolder(me: ClaudeHome): string {
  return join(me.home, ".local/share/masque/host/claude/typed");
}

function handedOverIn(me: ClaudeHome): string[] {
  return readdirSync(typedFolder(me));
}
