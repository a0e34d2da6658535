import { expect, test } from "bun:test";
import { claudeHome } from "../support/claude.ts";
import { writePrivateMasque } from "../support/private-masque.ts";
import { conversationText, occurrences, scriptedApi } from "../support/scripted-api.ts";

/** A masque's anchor in a real conversation. */

const CEILING_MS = 120_000;
const ANCHOR_OPENS = '<masque-anchor name="Lamplighter">';

test(
  "the anchor joins the conversation every N prompts, and never right after the identity block",
  async () => {
    await using api = scriptedApi();
    using person = claudeHome({ apiUrl: api.url, env: { MASQUE_ANCHOR_EVERY: "2" } });
    await person.installPlugin();
    writePrivateMasque(person.home, { name: "Lamplighter", more: "anchor: Light one lamp at a time.\n" });
    const { session } = await person.prompt("/masques:don lamplighter");
    const anchors: number[] = [];
    const say = async (text: string) => {
      await person.prompt(text, { resume: session });
      anchors.push(occurrences(conversationText(api.mainRequests().at(-1)), ANCHOR_OPENS));
    };
    for (const text of ["One", "Two", "Three", "Four"]) await say(text);
    expect(anchors).toEqual([0, 0, 1, 1]);
    await person.prompt("/compact", { resume: session });
    for (const text of ["Five", "Six", "Seven"]) await say(text);
    expect(anchors.slice(4)).toEqual([0, 0, 1]);
    await person.prompt("/masques:doff", { resume: session });
    for (const text of ["Eight", "Nine", "Ten"]) await say(text);
    expect(anchors.slice(7)).toEqual([1, 1, 1]);
  },
  CEILING_MS,
);
