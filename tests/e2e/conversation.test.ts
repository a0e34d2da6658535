import { expect, test } from "bun:test";
import { type ClaudeHome, claudeHome } from "../support/claude.ts";
import { masqueEvents } from "../support/masque-events.ts";
import { writePrivateMasque } from "../support/private-masque.ts";
import { succeeded } from "../support/process.ts";
import { conversationText, occurrences, type ScriptedApi, scriptedApi } from "../support/scripted-api.ts";

/** A worn masque through the life of a real conversation: its exits, resumes, forks and compactions. */

const CEILING_MS = 120_000;

const BLOCK_OPENS = "<masque-identity ";

test(
  "a session that ended while donned goes on as the same masque session when it is resumed",
  async () => {
    await using api = scriptedApi();
    using person = claudeHome({ apiUrl: api.url });
    await person.installPlugin();
    const { session } = await person.prompt("/masques:don codesmith");
    await person.prompt("Go on", { resume: session });

    expect(spans(person)).toEqual([
      [session, "don", null],
      [session, "doff", "exit"],
      [session, "don", null],
      [session, "doff", "exit"],
    ]);
    expect(new Set(masqueEvents(person.home).map(({ masqueSession }) => masqueSession)).size).toBe(1);
    expect(occurrences(lastConversation(api), BLOCK_OPENS)).toBe(1);
    expect(lastConversation(api)).toContain("You still wear");
  },
  CEILING_MS,
);

test(
  "a fork is a masque session of its own in the same pinned masque",
  async () => {
    await using api = scriptedApi();
    using person = claudeHome({ apiUrl: api.url });
    await person.installPlugin();
    const { session } = await person.prompt("/masques:don codesmith");
    const fork = await person.prompt("Go another way", { resume: session, fork: true });

    expect(fork.session).not.toBe(session);
    expect(spans(person)).toEqual([
      [session, "don", null],
      [session, "doff", "exit"],
      [fork.session, "don", null],
      [fork.session, "doff", "exit"],
    ]);
    const [original, , forked] = masqueEvents(person.home);
    expect(forked?.digest).toBe(original?.digest ?? "");
    expect(forked?.masqueSession).not.toBe(original?.masqueSession ?? "");
    expect(occurrences(lastConversation(api), BLOCK_OPENS)).toBe(1);

    await person.prompt("And on", { resume: session });
    const events = masqueEvents(person.home);
    expect(events.filter((event) => event.session === session).map(({ masqueSession }) => masqueSession)).toEqual(
      Array.from({ length: 4 }, () => original?.masqueSession ?? ""),
    );
  },
  CEILING_MS,
);

test(
  "a fork of a conversation that was doffed wears nothing",
  async () => {
    await using api = scriptedApi();
    using person = claudeHome({ apiUrl: api.url });
    await person.installPlugin();
    const { session } = await person.prompt("/masques:don codesmith");
    await person.prompt("/masques:doff", { resume: session });
    const fork = await person.prompt("Go another way", { resume: session, fork: true });
    expect(masqueEvents(person.home).filter((event) => event.session === fork.session)).toEqual([]);
  },
  CEILING_MS,
);

test(
  "after a compaction the block is in the conversation again: whole, pinned and once",
  async () => {
    await using api = scriptedApi();
    using person = claudeHome({ apiUrl: api.url });
    await person.installPlugin();
    writePrivateMasque(person.home, { name: "Lamplighter", lens: "Light one lamp at a time." });
    const pinned = await blockInTerminal(person, "lamplighter");
    const { session } = await person.prompt("/masques:don lamplighter");
    expect(lastConversation(api)).toContain(pinned);

    writePrivateMasque(person.home, { name: "Lamplighter", version: "2.0.0", lens: "Put all lamps out." });
    await exchange(person, session, 3);
    expect(occurrences(lastConversation(api), BLOCK_OPENS)).toBe(1);
    await person.prompt("/compact", { resume: session });
    expect(api.requests.at(-1)?.kind).toBe("compaction");
    await person.prompt("Where were we?", { resume: session });

    expect(lastConversation(api)).toContain("They talked of a parser.");
    expect(lastConversation(api)).toContain(pinned);
    expect(occurrences(lastConversation(api), BLOCK_OPENS)).toBe(1);
    expect(lastConversation(api)).not.toContain("Put all lamps out.");
    await exchange(person, session, 1);
    expect(occurrences(lastConversation(api), BLOCK_OPENS)).toBe(1);
    expect(
      new Set(
        masqueEvents(person.home)
          .filter((event) => event.session === session)
          .map(id),
      ).size,
    ).toBe(1);
  },
  CEILING_MS,
);

test(
  "after a doff a compaction brings nothing back",
  async () => {
    await using api = scriptedApi();
    using person = claudeHome({ apiUrl: api.url });
    await person.installPlugin();
    const { session } = await person.prompt("/masques:don codesmith");
    await exchange(person, session, 2);
    await person.prompt("/masques:doff", { resume: session });
    await person.prompt("/compact", { resume: session });
    await person.prompt("Where were we?", { resume: session });
    expect(lastConversation(api)).not.toContain(BLOCK_OPENS);
    expect(lastConversation(api)).not.toContain("You still wear");
  },
  CEILING_MS,
);

const id = (event: { masqueSession: string }) => event.masqueSession;

function lastConversation(api: ScriptedApi): string {
  return conversationText(api.mainRequests().at(-1));
}

function spans(person: ClaudeHome) {
  return masqueEvents(person.home).map(({ session, kind, reason }) => [session, kind, reason] as const);
}

async function exchange(person: ClaudeHome, session: string, times: number): Promise<void> {
  for (let nth = 0; nth < times; nth++) await person.prompt(`Question ${nth}`, { resume: session });
}

/** What a don prints in a terminal, in a project and with a home's data of its own. */
async function blockInTerminal(person: ClaudeHome, name: string): Promise<string> {
  const env = { CLAUDE_PROJECT_DIR: `${person.root}/elsewhere`, MASQUE_DATA_DIR: `${person.root}/elsewhere-data` };
  const { stdout } = succeeded(await person.masque(["don", name], env));
  return stdout.trimEnd();
}
