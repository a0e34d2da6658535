import { expect, test } from "bun:test";
import { claudeHome } from "../support/claude.ts";
import { claudeTerminal } from "../support/claude-terminal.ts";
import { masqueEvents } from "../support/masque-events.ts";
import { conversationText, occurrences, scriptedApi } from "../support/scripted-api.ts";

/** `/clear`, which only a person at a terminal can give. */

const CEILING_MS = 180_000;
const BLOCK_OPENS = "<masque-identity ";

test(
  "after /clear a new masque session begins in the same masque, with the block again",
  async () => {
    await using api = scriptedApi([{ text: "Ready to forge." }]);
    using person = claudeHome({ apiUrl: api.url });
    await person.installPlugin();
    await using client = await claudeTerminal(person);
    await client.submit("/masques:don codesmith");
    await client.until("the first answer", () => client.hasShown("Ready to forge."));

    await client.submit("/clear");
    await client.until("the don under the new id", () => masqueEvents(person.home).length === 3);
    const asked = api.mainRequests().length;
    await client.submit("Where were we?");
    await client.until("a request after /clear", () => api.mainRequests().length > asked);
    const conversation = conversationText(api.mainRequests().at(-1));
    expect(conversation).not.toContain("Ready to forge.");
    expect(occurrences(conversation, BLOCK_OPENS)).toBe(1);
    await client.leave();

    const [donned, cleared, again, left] = masqueEvents(person.home);
    expect(cleared).toMatchObject({ kind: "doff", reason: "clear", masqueSession: donned?.masqueSession ?? "" });
    expect(again).toMatchObject({ kind: "don", digest: donned?.digest ?? "" });
    expect(again?.session).not.toBe(donned?.session ?? "");
    expect(again?.masqueSession).not.toBe(donned?.masqueSession ?? "");
    expect(left).toMatchObject({ kind: "doff", reason: "exit", masqueSession: again?.masqueSession ?? "" });
  },
  CEILING_MS,
);
