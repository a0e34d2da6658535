import { isObject, type Json, type JsonObject, parseJson, stringAt } from "../../src/kernel/text/json.ts";

/**
 * The model behind the real client, as data: an Anthropic API on loopback that answers from a script. A request that
 * offers tools takes the next turn; one without (a title, a topic) is a side question, and one that asks for the
 * conversation's summary is a compaction: these are answered too, and take no turn.
 */

/** Tokens that one answer bills; what is left out is 0 (output: 1). */
export type Usage = {
  readonly input?: number;
  readonly output?: number;
  readonly cacheRead?: number;
  readonly cacheCreation?: number;
};

/** A tool that the model calls: the client runs the real one. */
export type ToolCall = { readonly name: string; readonly input: JsonObject };

/** One answer of the model: it ends the prompt with text, or goes on with tools. */
export type Turn = {
  readonly usage?: Usage;
  /** Milliseconds the model thinks before it answers; only a recording that should look like work wants any. */
  readonly thinkMs?: number;
} & ({ readonly text: string } | { readonly text?: string; readonly toolUse: readonly ToolCall[] });

/** One request as the client sent it. */
export type ApiRequest = {
  readonly path: string;
  readonly body: JsonObject;
  /** Only a main request takes a turn of the script. */
  readonly kind: "main" | "side" | "compaction";
};

/** A running API. */
export type ScriptedApi = {
  /** For `ANTHROPIC_BASE_URL`. */
  readonly url: string;
  /** Every `POST /v1/messages`, in order of arrival. */
  readonly requests: readonly ApiRequest[];
  /** Those that took a turn. */
  mainRequests(): readonly ApiRequest[];
  /** Adds turns behind those that are left. */
  play(...turns: readonly Turn[]): void;
  /** Turns that no request has taken yet. */
  turnsLeft(): number;
  [Symbol.asyncDispose](): Promise<void>;
};

/** What every main request is answered with when the script has run out. */
export const AFTER_THE_SCRIPT: Turn = { text: "Done." };

const SIDE_ANSWER: Turn = { text: "A short title" };

/** The client asks again until an answer holds a summary element. */
const COMPACTION_ANSWER: Turn = { text: "<analysis>Short.</analysis>\n<summary>They talked of a parser.</summary>" };

/** How 2.1.330 begins what it sends to have a conversation summarised. */
const COMPACTION_ASKED = "CRITICAL: Respond with TEXT ONLY";

/** What a request is answered with when the script has run out. */
export type Reply = (request: ApiRequest) => Turn;

/** Starts an API on a free loopback port that plays `turns`: `await using api = scriptedApi([…]);` */
export function scriptedApi(turns: readonly Turn[] = [], reply: Reply = () => AFTER_THE_SCRIPT): ScriptedApi {
  const script = [...turns];
  const requests: ApiRequest[] = [];
  const ids = counter();
  const server = Bun.serve({
    port: 0,
    hostname: "127.0.0.1",
    idleTimeout: 0,
    async fetch(request) {
      const { pathname } = new URL(request.url);
      if (request.method === "HEAD") return new Response(null);
      if (request.method !== "POST") return refusal(404, `No ${request.method} ${pathname} here`);
      const body = parseJson(await request.text());
      if (!isObject(body)) return refusal(400, "The body is not a JSON object");
      if (pathname === "/v1/messages/count_tokens") return Response.json({ input_tokens: 1000 });
      if (pathname !== "/v1/messages") return refusal(404, `No POST ${pathname} here`);
      const asked: ApiRequest = { path: pathname, body, kind: kindOf(body) };
      requests.push(asked);
      const turn = turnFor(asked, script, reply);
      if (turn.thinkMs) await Bun.sleep(turn.thinkMs);
      return answer(turn, body, ids);
    },
  });
  return {
    url: `http://127.0.0.1:${server.port}`,
    requests,
    mainRequests: () => requests.filter((request) => request.kind === "main"),
    play: (...more) => void script.push(...more),
    turnsLeft: () => script.length,
    [Symbol.asyncDispose]: () => server.stop(true),
  };
}

/** All text of a request's messages in order: what the user, hooks, tools and the model said. */
export function conversationText(request: ApiRequest | undefined): string {
  return messagesOf(request)
    .flatMap((message) => texts(message["content"] ?? null))
    .join("\n");
}

/** All text of a request's system prompt. */
export function systemText(request: ApiRequest | undefined): string {
  return texts(request?.body["system"] ?? null).join("\n");
}

/** All text of a request's last user message alone. */
export function lastUserText(request: ApiRequest | undefined): string {
  const last = messagesOf(request).findLast((message) => stringAt(message, "role") === "user");
  return last ? texts(last["content"] ?? null).join("\n") : "";
}

/** How often `needle` is in `text`. */
export function occurrences(text: string, needle: string): number {
  return text.split(needle).length - 1;
}

function kindOf(body: JsonObject): ApiRequest["kind"] {
  if (!Array.isArray(body["tools"]) || body["tools"].length === 0) return "side";
  const last = messagesOf({ body }).at(-1)?.["content"] ?? null;
  return texts(last).some((text) => text.startsWith(COMPACTION_ASKED)) ? "compaction" : "main";
}

function turnFor(request: ApiRequest, script: Turn[], reply: Reply): Turn {
  if (request.kind === "side") return SIDE_ANSWER;
  if (request.kind === "compaction") return COMPACTION_ANSWER;
  return script.shift() ?? reply(request);
}

function messagesOf(request: { readonly body: JsonObject } | undefined): JsonObject[] {
  const messages = request?.body["messages"];
  return Array.isArray(messages) ? messages.filter(isObject) : [];
}

function texts(content: Json): string[] {
  if (typeof content === "string") return [content];
  if (Array.isArray(content)) return content.flatMap(texts);
  if (!isObject(content)) return [];
  const own = stringAt(content, "text");
  return own === undefined ? texts(content["content"] ?? null) : [own];
}

function counter(): (prefix: string) => string {
  const counts = new Map<string, number>();
  return (prefix) => {
    const count = (counts.get(prefix) ?? 0) + 1;
    counts.set(prefix, count);
    return `${prefix}_${String(count).padStart(4, "0")}`;
  };
}

function refusal(status: number, message: string): Response {
  return Response.json({ type: "error", error: { type: "invalid_request_error", message } }, { status });
}

type Block = { type: "text"; text: string } | { type: "tool_use"; id: string; name: string; input: JsonObject };

function answer(turn: Turn, asked: JsonObject, ids: (prefix: string) => string): Response {
  const content: Block[] = turn.text === undefined ? [] : [{ type: "text", text: turn.text }];
  const calls = "toolUse" in turn ? turn.toolUse : [];
  for (const { name, input } of calls) content.push({ type: "tool_use", id: ids("toolu"), name, input });
  const message = {
    id: ids("msg"),
    type: "message",
    role: "assistant",
    model: asked["model"] ?? null,
    stop_reason: calls.length > 0 ? "tool_use" : "end_turn",
    stop_sequence: null,
    usage: usageOf(turn.usage ?? {}),
  };
  const headers = { "request-id": ids("req") };
  if (asked["stream"] !== true) return Response.json({ ...message, content }, { headers });
  return new Response(eventStream(message, content), { headers: { ...headers, "content-type": "text/event-stream" } });
}

function usageOf(usage: Usage) {
  return {
    input_tokens: usage.input ?? 0,
    output_tokens: usage.output ?? 1,
    cache_read_input_tokens: usage.cacheRead ?? 0,
    cache_creation_input_tokens: usage.cacheCreation ?? 0,
  };
}

/** @source Server-sent events of the Messages API, as the client reads them: message_start … message_stop. */
function eventStream(
  message: { stop_reason: string; stop_sequence: null; usage: object },
  content: readonly Block[],
): string {
  const { stop_reason, stop_sequence, usage } = message;
  const events: ({ type: string } & Record<string, unknown>)[] = [
    { type: "message_start", message: { ...message, content: [], stop_reason: null } },
  ];
  for (const [index, block] of content.entries()) {
    const [empty, delta] =
      block.type === "text"
        ? [
            { type: "text", text: "" },
            { type: "text_delta", text: block.text },
          ]
        : [
            { ...block, input: {} },
            { type: "input_json_delta", partial_json: JSON.stringify(block.input) },
          ];
    events.push({ type: "content_block_start", index, content_block: empty });
    events.push({ type: "content_block_delta", index, delta });
    events.push({ type: "content_block_stop", index });
  }
  events.push({ type: "message_delta", delta: { stop_reason, stop_sequence }, usage });
  events.push({ type: "message_stop" });
  return events.map((event) => `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`).join("");
}
