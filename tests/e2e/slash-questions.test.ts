import { describe, expect } from "bun:test";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { isObject, parseJson } from "../../src/kernel/text/json.ts";
import { type Answer, claudeHome } from "../support/claude.ts";
import { CLAUDE_CLIENTS } from "../support/claude-clients.ts";
import { claudeTerminal } from "../support/claude-terminal.ts";
import { succeeded } from "../support/process.ts";
import { testWith } from "../support/requirement.ts";
import { lastUserText, scriptedApi } from "../support/scripted-api.ts";
import { SLASH_WAYS } from "../support/slash-ways.ts";

/** Questions to masque in the real clients: the person reads masque's own text, and the model is not asked. */

const CEILING_MS = 120_000;

/** What Claude Code writes above the text. */
const HEADING = "UserPromptExpansion operation blocked by hook:";

const QUESTIONS = [
  ["id", "No masque is worn"],
  ["list --category art", "Typesetter"],
  ["inspect codesmith", "Spinner verbs"],
  ["audience status", "The audience is not running"],
  ["performance", "There is nothing to show or score yet"],
] as const;

const CASES = CLAUDE_CLIENTS.flatMap((client) => SLASH_WAYS.map((way) => ({ client, way })));

describe.each(CASES)("$client.version, $way.name", ({ client, way }) => {
  const test = testWith(client.requirement);

  test(
    "with -p each question is answered without a request, at no cost",
    async () => {
      await using api = scriptedApi();
      using me = claudeHome({ apiUrl: api.url, client: client.binary });
      await way.wire(me);
      for (const [question, text] of QUESTIONS) {
        const answer = await me.prompt(`${way.slash}${question}`);
        expect(answer.isError).toBe(false);
        expect(costOf(answer)).toBe(0);
        expect(answer.result).toStartWith(`${HEADING}\n`);
        expect(answer.result).toContain(text);
        expect(answer.stderr).toBe("");
      }
      expect(api.requests).toEqual([]);
    },
    CEILING_MS,
  );

  test(
    "in a terminal the text is shown, and the next prompt says nothing of it to the model",
    async () => {
      await using api = scriptedApi([{ text: "Ready to work." }]);
      using me = claudeHome({ apiUrl: api.url, client: client.binary });
      await way.wire(me);
      await using terminal = await claudeTerminal(me, client.binary);
      await terminal.submit(`${way.slash}list --category art`);
      await terminal.until("the list", () => terminal.hasShown("Typesetter"));
      expect(terminal.hasShown(`${HEADING} Not an error: masque answers /list itself`)).toBe(true);
      expect(api.requests).toEqual([]);
      await terminal.submit("Go on");
      await terminal.until("the answer", () => terminal.hasShown("Ready to work."));
      expect(JSON.stringify(api.mainRequests())).not.toContain("Typesetter");
      await terminal.leave();
    },
    CEILING_MS,
  );

  test(
    "a command that changes something is the model's",
    async () => {
      await using api = scriptedApi();
      using me = claudeHome({ apiUrl: api.url, client: client.binary });
      await way.wire(me);
      const { result } = await me.prompt(`${way.slash}audience stop`);
      expect(result).not.toContain(HEADING);
      expect(lastUserText(api.mainRequests().at(-1))).toContain("audience");
    },
    CEILING_MS,
  );
});

describe.each(CLAUDE_CLIENTS)("$version", ({ binary, requirement }) => {
  testWith(requirement)(
    "the user's own /list is expanded as ever, beside the hook that setup wrote",
    async () => {
      await using api = scriptedApi();
      using me = claudeHome({ apiUrl: api.url, client: binary });
      mkdirSync(join(me.home, ".claude/commands"), { recursive: true });
      writeFileSync(join(me.home, ".claude/commands/list.md"), "Sort my shopping list\n");
      succeeded(await me.masque(["setup", "claude", "--yes"]));
      await me.prompt("/list");
      expect(lastUserText(api.mainRequests().at(-1))).toContain("Sort my shopping list");
    },
    CEILING_MS,
  );

  testWith(requirement)(
    "with the plugin and setup together the answer is shown once",
    async () => {
      await using api = scriptedApi();
      using me = claudeHome({ apiUrl: api.url, client: binary });
      for (const way of SLASH_WAYS) await way.wire(me);
      for (const { slash } of SLASH_WAYS) {
        const { result } = await me.prompt(`${slash}id`);
        expect(result.split("No masque is worn")).toHaveLength(2);
      }
      expect(api.requests).toEqual([]);
    },
    CEILING_MS,
  );
});

function costOf({ stdout }: Answer): unknown {
  const printed = parseJson(stdout);
  return isObject(printed) ? printed["total_cost_usd"] : undefined;
}
