import { isObject, type Json, type JsonObject, parseJson } from "../../src/kernel/text/json.ts";
import { chromium } from "./chromium.ts";
import { temporaryFolder } from "./temp-folder.ts";

/** How long the browser may take to start, or to answer. */
const ANSWER_MS_MAX = 30_000;

/** A tab of a real browser, driven by its DevTools protocol. */
export type Tab = {
  /** Sends a command and answers its result. */
  send(method: string, params?: JsonObject): Promise<JsonObject>;
  /** Opens a file and waits until it has loaded. */
  open(path: string): Promise<void>;
  /** The value of an expression in the page; a function is called. */
  evaluate(expression: string): Promise<Json>;
  /** Every event that the browser sent, by method, since it started. */
  told(method: string): readonly JsonObject[];
  [Symbol.asyncDispose](): Promise<void>;
};

/** A fresh browser with one tab, gone when the scope ends: `await using tab = await openTab();` */
export async function openTab(): Promise<Tab> {
  const profile = temporaryFolder();
  const child = Bun.spawn(chromium(profile.path, "--remote-debugging-port=0", "about:blank"), {
    cwd: profile.path,
    env: { HOME: profile.path, PATH: process.env["PATH"] ?? "" },
    stdout: "ignore",
    stderr: "pipe",
  });
  const close = async () => {
    child.kill("SIGTERM");
    await child.exited;
    profile[Symbol.dispose]();
  };
  const overdue = setTimeout(() => child.kill("SIGKILL"), ANSWER_MS_MAX);
  try {
    const socket = await connected(await tabAddress(await browserAddress(child.stderr)));
    return tabOn(socket, close);
  } catch (error) {
    await close();
    throw error;
  } finally {
    clearTimeout(overdue);
  }
}

async function browserAddress(stderr: ReadableStream<Uint8Array>): Promise<URL> {
  let said = "";
  const decoder = new TextDecoder();
  for await (const bytes of stderr) {
    said += decoder.decode(bytes, { stream: true });
    const [, address] = /DevTools listening on (ws:\S+)/.exec(said) ?? [];
    if (address !== undefined) return new URL(address);
  }
  throw new Error(`The browser ended before it listened:\n${said}`);
}

async function tabAddress({ host }: URL): Promise<string> {
  const tabs: unknown = await (await fetch(`http://${host}/json/list`)).json();
  const tab = Array.isArray(tabs) ? tabs.find((one) => isObject(one) && one["type"] === "page") : undefined;
  return String(tab?.webSocketDebuggerUrl);
}

async function connected(address: string): Promise<WebSocket> {
  const socket = new WebSocket(address);
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  socket.onopen = () => resolve();
  socket.onerror = () => reject(new Error(`No connection to ${address}`));
  await promise;
  return socket;
}

function tabOn(socket: WebSocket, close: () => Promise<void>): Tab {
  const waiting = new Map<number, PromiseWithResolvers<JsonObject>>();
  const events: JsonObject[] = [];
  let loaded = Promise.withResolvers<void>();
  socket.onmessage = ({ data }) => {
    const message = parseJson(String(data));
    if (!isObject(message)) return;
    const answered = waiting.get(Number(message["id"]));
    if (isObject(message["error"])) answered?.reject(new Error(JSON.stringify(message["error"])));
    else if (answered && isObject(message["result"])) answered.resolve(message["result"]);
    else events.push(message);
    if (message["method"] === "Page.loadEventFired") loaded.resolve();
  };
  let id = 0;
  const send = (method: string, params: JsonObject = {}) => {
    const answer = Promise.withResolvers<JsonObject>();
    waiting.set(++id, answer);
    socket.send(JSON.stringify({ id, method, params }));
    return answer.promise;
  };
  return {
    send,
    async open(path) {
      await send("Page.enable");
      loaded = Promise.withResolvers<void>();
      await send("Page.navigate", { url: Bun.pathToFileURL(path).href });
      await loaded.promise;
    },
    async evaluate(expression) {
      const { result, exceptionDetails } = await send("Runtime.evaluate", { expression, returnByValue: true });
      if (exceptionDetails !== undefined) throw new Error(JSON.stringify(exceptionDetails));
      return isObject(result) ? (result["value"] ?? null) : null;
    },
    told: (method) => events.filter((event) => event["method"] === method),
    async [Symbol.asyncDispose]() {
      socket.close();
      await close();
    },
  };
}
