import { consola } from "consola";
import type { Prompts } from "../print/prompts.ts";

/** The prompts of consola, on this process's own terminal. */
export const consolaPrompts: Prompts = {
  confirm: async (question) =>
    (await asked(() => consola.prompt(question, { type: "confirm", initial: false, cancel: "null" }))) === true,
  ask: async (question) => {
    const answer = await asked(() => consola.prompt(question, { type: "text", default: NOTHING, cancel: "null" }));
    return answer === NOTHING ? "" : answer;
  },
  choose: async (question, choices, start) => {
    const options = choices.map(({ value, label }) => ({ value, label }));
    const initial = start ?? "";
    return await asked(() => consola.prompt(question, { type: "select", options, initial, cancel: "null" }));
  },
};

/** Shown as the answer where Enter alone was pressed: consola shows an empty default as "undefined". */
const NOTHING = "(nothing)";
const SHOW_CURSOR = "\u001b[?25h";

/** Asks one question, with what consola leaves out on Bun: see this folder's README. */
async function asked<T>(ask: () => Promise<T | null>): Promise<T | null> {
  const { stdin, stdout } = process;
  const { promise: cancelled, resolve } = Promise.withResolvers<null>();
  const cancel = () => resolve(null);
  const onKey = (_text: string, key: { readonly ctrl?: boolean; readonly name?: string }) => {
    if (key.ctrl && key.name === "d") cancel();
  };
  stdin.on("keypress", onKey).once("end", cancel);
  const pipe = stdin.pipe;
  stdin.pipe = (echo) => Object.assign(echo, { write: (chunk: unknown) => givenToConsola(echo, chunk) });
  try {
    return await Promise.race([ask(), cancelled]);
  } finally {
    stdin.pipe = pipe;
    stdin.off("keypress", onKey).off("end", cancel);
    stdout.write(SHOW_CURSOR);
  }
}

/** consola reads what was typed so far when `_write` is called, and `_write` shows nothing. */
function givenToConsola(echo: object, chunk: unknown): true {
  if ("_write" in echo && typeof echo._write === "function") echo._write(chunk, "utf8", () => undefined);
  return true;
}
