import { isObject, type Json, parseJson } from "../../src/kernel/text/json.ts";
import { scriptedAnswer } from "./scripted-model.ts";

/** What the provider was asked, in order of arrival. */
export type AskedOf = { readonly system: string; readonly prompt: string };

/** A running provider. */
export type ScriptedProvider = {
  /** For `ANTHROPIC_BASE_URL`. */
  readonly url: string;
  readonly asked: readonly AskedOf[];
  [Symbol.asyncDispose](): Promise<void>;
};

/**
 * The Messages API of Anthropic on a free loopback port, which answers with {@link scriptedAnswer}: the same request gets the
 * same answer, in any order and at any time.
 */
export function scriptedProvider(): ScriptedProvider {
  const asked: AskedOf[] = [];
  const server = Bun.serve({
    port: 0,
    hostname: "127.0.0.1",
    async fetch(request) {
      const body = parseJson(await request.text());
      if (request.method !== "POST" || !isObject(body)) return new Response("Not a message", { status: 400 });
      const messages = Array.isArray(body["messages"]) ? body["messages"].filter(isObject) : [];
      const one = {
        system: textOf(body["system"]),
        prompt: messages.map(({ content }) => textOf(content)).join("\n"),
      };
      asked.push(one);
      const text = scriptedAnswer(one.system, one.prompt);
      return Response.json({
        id: "msg_scripted",
        type: "message",
        role: "assistant",
        model: body["model"],
        content: [{ type: "text", text }],
        stop_reason: "end_turn",
        stop_sequence: null,
        usage: { input_tokens: one.system.length + one.prompt.length, output_tokens: text.length },
      });
    },
  });
  return {
    url: `http://127.0.0.1:${server.port}`,
    asked,
    [Symbol.asyncDispose]: () => server.stop(true),
  };
}

/** The text of a message's content, or of a system prompt: a text, or a list of blocks. */
function textOf(content: Json | undefined): string {
  if (typeof content === "string") return content;
  if (!Array.isArray(content)) return "";
  return content.map((block) => (isObject(block) ? textOf(block["text"]) : "")).join("\n");
}
