import { appendFileSync, existsSync, mkdirSync, readFileSync } from "node:fs";
import { dirname } from "node:path";
import { isObject, parseJson, stringAt } from "../../../src/kernel/text/json.ts";

/** What is known from earlier runs, a line each, so that a run that was ended goes on where it was. */
export type Journal = {
  find(key: string): string | undefined;
  add(key: string, outcome: string): void;
};

/** Opens the journal; lines of other sources stay, and are never asked for. */
export function openJournal(path: string): Journal {
  const known = new Map<string, string>();
  for (const line of existsSync(path) ? readFileSync(path, "utf8").split("\n") : []) {
    const entry = parseJson(line);
    const [key, outcome] = isObject(entry) ? [stringAt(entry, "key"), stringAt(entry, "outcome")] : [];
    if (key !== undefined && outcome !== undefined) known.set(key, outcome);
  }
  mkdirSync(dirname(path), { recursive: true });
  return {
    find: (key) => known.get(key),
    add(key, outcome) {
      known.set(key, outcome);
      appendFileSync(path, `${JSON.stringify({ key, outcome })}\n`);
    },
  };
}
