import { describe, expect, test } from "bun:test";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { TELEMETRY_PROTOCOLS } from "../../src/host/host.ts";
import { parseJson } from "../../src/kernel/text/json.ts";
import { startAudience, urlFor } from "../support/audience.ts";
import { CHECKOUT } from "../support/binary.ts";
import { CLAUDE_BINARY, type ClaudeHome, type ClientTelemetry, claudeHome } from "../support/claude.ts";
import { expectClose } from "../support/expect-close.ts";
import { masqueEvents } from "../support/masque-events.ts";
import { finish, succeeded } from "../support/process.ts";
import { type ReferenceScore, referenceScores } from "../support/reference-score.ts";
import { lastUserText, scriptedApi, type Turn } from "../support/scripted-api.ts";

/** The plugin in the real client, from its installation to the score. */

const CEILING_MS = 120_000;

/** Everything a shell would act on; the plugin must hand it over as it was typed. */
const INTENT = `fix the "parser" & it's $(touch x) \`touch x\`; $HOME`;

const WORK: readonly Turn[] = [
  {
    toolUse: [
      { name: "Bash", input: { command: "mkdir -p src && echo 1 > src/one", description: "Begin" } },
      { name: "Bash", input: { command: "ls src", description: "Look" } },
    ],
    usage: { input: 20, output: 150, cacheRead: 18_000, cacheCreation: 900 },
  },
  {
    toolUse: [{ name: "Bash", input: { command: "ls src/two", description: "Check what is not there" } }],
    usage: { input: 10, output: 90, cacheRead: 19_000, cacheCreation: 400 },
  },
  { text: "All done.", usage: { input: 8, output: 40, cacheRead: 19_400, cacheCreation: 200 } },
];

/** What the session in the masque counts to, over either protocol. */
const COUNTED = {
  total_tools: 3,
  tools_ok: 2,
  prompts: 1,
  input_tokens: 68,
  // One token more than the work itself: the request of the doff's own prompt lies in the session that it closes.
  output_tokens: 293,
  cache_read_tokens: 56_400,
  cache_creation_tokens: 16_500,
};

test(
  "the checkout validates as a plugin and installs from its own marketplace",
  async () => {
    await using api = scriptedApi();
    using person = claudeHome({ apiUrl: api.url });
    succeeded(await person.claude("plugin", "validate", CHECKOUT));
    await person.installPlugin();
    expect(succeeded(await person.claude("plugin", "list")).stdout).toContain("masques");
  },
  CEILING_MS,
);

test.each(["README.md", "docs/claude-code.md"])(
  "%s installs the plugin by lines that work in a checkout",
  async (page) => {
    await using api = scriptedApi();
    using person = claudeHome({ apiUrl: api.url });
    const text = readFileSync(join(CHECKOUT, page), "utf8");
    const lines = [...text.matchAll(/claude (plugin (?:marketplace add|install) [^\s`]+)/g)].map(
      ([, line = ""]) => line,
    );
    expect(lines.map((line) => line.split(" ")[1])).toEqual(["marketplace", "install"]);
    for (const line of lines) {
      succeeded(await finish([CLAUDE_BINARY, ...line.split(" ")], { cwd: CHECKOUT, env: person.env }));
    }
    expect(succeeded(await person.claude("plugin", "list")).stdout).toContain("masques");
  },
  CEILING_MS,
);

describe.each(TELEMETRY_PROTOCOLS)("over %s", (protocol) => {
  test(
    "a masque is donned in one request, works, and is doffed with the score that the definition gives",
    async () => {
      await using api = scriptedApi([{ text: "Ready.", usage: { input: 30, output: 12, cacheCreation: 15_000 } }]);
      using person = claudeHome({ apiUrl: api.url });
      await person.installPlugin();
      await using audience = await startAudience(person);
      const telemetry: ClientTelemetry = { endpoint: urlFor(audience, protocol), protocol };

      const { session } = await person.prompt(`/masques:don codesmith ${INTENT}`, { telemetry });
      expect(api.requests.filter(({ kind }) => kind === "main")).toHaveLength(1);
      const asked = lastUserText(api.requests[0]);
      expect(asked).toContain(await blockElsewhere(person, "codesmith", INTENT));
      expect(asked).toContain(INTENT);
      expect(asked).not.toContain("masque:");
      expect(api.requests[0]?.body["messages"]).not.toEqual(expect.arrayContaining([TOOL_RESULT]));
      expect(existsSync(join(person.project, "x"))).toBe(false);

      api.play(...WORK);
      const worked = await person.prompt("Set the sources up", { telemetry, resume: session });
      expect(worked.result).toBe("All done.");
      expect(existsSync(join(person.project, "src/one"))).toBe(true);

      await person.prompt("/masques:doff", { telemetry, resume: session });
      const told = lastUserText(api.mainRequests().at(-1));
      expect(told).toContain('The masque "Codesmith" is off');

      const [score, ...others] = await judged(person, session);
      expect(others).toEqual([]);
      expectClose(score, { session, masque: "Codesmith", stats: COUNTED }, 9);
      const reference = referenceScores(join(person.home, ".local/share/masque/otel")).find(
        (one) => one.masque_session !== null,
      );
      expectClose(score, reference, 9);
      for (const line of shownScores(reference)) expect(told).toMatch(line);
    },
    CEILING_MS,
  );
});

test(
  "a don asks for no permission, by its plugin or by its folder alone",
  async () => {
    await using api = scriptedApi();
    using person = claudeHome({ apiUrl: api.url });
    const pluginDir = join(CHECKOUT, ".claude-plugin/masques");
    await person.prompt("/masques:don codesmith", { keepsPermissions: true, pluginDir });
    expect(lastUserText(api.mainRequests().at(-1))).toContain("<masque-identity ");
    await person.installPlugin();
    await person.prompt(`/masques:don assayer ${INTENT}`, { keepsPermissions: true });
    expect(lastUserText(api.mainRequests().at(-1))).toContain("<masque-identity ");
    expect(masqueEvents(person.home).filter(({ kind }) => kind === "don")).toHaveLength(2);
  },
  CEILING_MS,
);

test(
  "an unknown masque is answered in words, with the nearest name",
  async () => {
    await using api = scriptedApi();
    using person = claudeHome({ apiUrl: api.url });
    await person.installPlugin();
    await person.prompt("/masques:don codesmiht");
    expect(lastUserText(api.mainRequests().at(-1))).toMatch(/Cannot \w+ "codesmiht"[\s\S]*did you mean "Codesmith"/);
    expect(masqueEvents(person.home)).toEqual([]);
  },
  CEILING_MS,
);

test(
  "a missing binary is answered with how to install it",
  async () => {
    await using api = scriptedApi();
    using person = claudeHome({ apiUrl: api.url, hasMasque: false });
    await person.installPlugin();
    await person.prompt("/masques:don codesmith");
    expect(lastUserText(api.mainRequests().at(-1))).toMatch(/not installed|install/i);
  },
  CEILING_MS,
);

const TOOL_RESULT = expect.objectContaining({
  content: expect.arrayContaining([expect.objectContaining({ type: "tool_result" })]),
});

/** What the same don prints in a terminal, in a project and with data of its own. */
async function blockElsewhere(person: ClaudeHome, name: string, intent: string): Promise<string> {
  const env = { CLAUDE_PROJECT_DIR: join(person.root, "elsewhere"), MASQUE_DATA_DIR: join(person.root, "other-data") };
  return succeeded(await person.masque(["don", name, intent], env)).stdout.trimEnd();
}

/** What a doff must show of a score: the composite, and every dimension to one decimal. */
function shownScores(score: ReferenceScore | undefined): RegExp[] {
  const dimensions = Object.entries(score?.dimensions ?? {});
  return [
    new RegExp(`Codesmith .*: ${score?.composite?.toFixed(1)} of 10`),
    ...dimensions.map(([name, value]) => new RegExp(`${name.replace("_", " ")} ${value?.toFixed(1)}`)),
  ];
}

async function judged(person: ClaudeHome, session: string): Promise<readonly unknown[]> {
  const { stdout } = succeeded(await person.masque(["judge", "--session", session, "--json"]));
  const printed = parseJson(stdout);
  return Array.isArray(printed) ? printed : [printed];
}
