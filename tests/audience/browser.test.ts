import { expect } from "bun:test";
import { binaryReceiver } from "../support/binary-receiver.ts";
import { openPage } from "../support/chromium.ts";
import { healthNow, textsOf } from "../support/receiver-probe.ts";
import { program, testWith } from "../support/requirement.ts";

/** A web page of somebody else's, in a real browser, against the compiled receiver. */

const CEILING_MS = 60_000;
const EVIL = "evil.example";
const RECORD = '{"resourceLogs":[{"scopeLogs":[{"logRecords":[{"body":{"stringValue":"from a page"}}]}]}]}';

/** Tries every way that a page has to send something, to each of the URLs; tells which it could read an answer of. */
function hostilePage(urls: readonly string[]): string {
  return `<!doctype html><body><script type="module">
    const body = ${JSON.stringify(RECORD)};
    const typed = (type) => new Blob([body], { type });
    const request = (url, init) => fetch(url, { method: "POST", body, ...init });
    const ways = {
      "text/plain": (url) => request(url, { headers: { "content-type": "text/plain" } }),
      "no type": (url) => request(url, { body: typed("") }),
      "no-cors": (url) => request(url, { mode: "no-cors" }),
      "no-cors as json": (url) => request(url, { mode: "no-cors", body: typed("application/json") }),
      "json": (url) => request(url, { headers: { "content-type": "application/json" } }),
      "protobuf": (url) => request(url, { headers: { "content-type": "application/x-protobuf" }, body: new Uint8Array() }),
      "with credentials": (url) => request(url, { credentials: "include", headers: { authorization: "Bearer x" } }),
      "kept alive": (url) => request(url, { keepalive: true, mode: "no-cors" }),
      "form data": (url) => { const form = new FormData(); form.append(body, ""); return request(url, { body: form, mode: "no-cors" }); },
      "get": (url) => fetch(url),
      "options": (url) => fetch(url, { method: "OPTIONS" }),
      "beacon": async (url) => { navigator.sendBeacon(url, typed("text/plain")); throw new Error("cannot be read"); },
      "beacon as json": async (url) => { navigator.sendBeacon(url, typed("application/json")); throw new Error("cannot be read"); },
      "xhr": (url) => new Promise((resolve, reject) => {
        const xhr = new XMLHttpRequest();
        xhr.open("POST", url); xhr.setRequestHeader("content-type", "application/json");
        xhr.onload = () => resolve({ status: xhr.status }); xhr.onerror = reject; xhr.send(body);
      }),
      "form": (url) => new Promise((resolve, reject) => {
        const frame = document.createElement("iframe"); frame.name = "f" + Math.random(); document.body.append(frame);
        const form = document.createElement("form");
        Object.assign(form, { action: url, method: "post", enctype: "text/plain", target: frame.name });
        const field = document.createElement("input"); field.name = body.slice(0, -1) + ',"x":"'; field.value = '"}';
        form.append(field); document.body.append(form); form.submit();
        const again = () => { try { frame.contentDocument?.body && resolve({ status: "readable" }); } catch (e) { reject(e); } };
        frame.onload = again; setTimeout(() => reject(new Error("no answer")), 2000);
      }),
    };
    const attempt = async (url, way, send) => {
      try { const answer = await send(url); return { url, way, status: answer.type === "opaque" ? "opaque" : answer.status }; }
      catch { return { url, way, status: "nothing" }; }
    };
    const urls = ${JSON.stringify(urls)};
    const tried = await Promise.all(urls.flatMap((url) => Object.entries(ways).map(([way, send]) => attempt(url, way, send))));
    await fetch("/done", { method: "POST", body: JSON.stringify(tried) });
  </script>`;
}

type Tried = readonly { readonly url: string; readonly way: string; readonly status: number | string }[];

testWith(program("chromium", "Debian package chromium"))(
  "a page on another origin writes nothing and reads nothing, however it tries, and an exporter goes on",
  async () => {
    await using receiver = await binaryReceiver();
    const { http, grpc, health } = receiver.health.ports;
    const foreign = [`http://127.0.0.1:${http}/v1/logs`, `http://localhost:${http}/v1/logs`];
    // The name of the page itself, made to point here: to the browser that is the page's own server on another port.
    const rebound = [`http://${EVIL}:${http}/v1/logs`];
    const others = [`http://127.0.0.1:${health}/`, `http://127.0.0.1:${grpc}/`];
    const urls = [...foreign, ...rebound, ...others];
    const tried = (await openPage(hostilePage(urls), EVIL)) as Tried;
    expect(tried.length).toBeGreaterThan(urls.length * 10);
    expect(tried.filter(({ status }) => status !== "nothing" && status !== "opaque")).toEqual([]);
    expect(textsOf(receiver, "logs")).toEqual([]);
    const { requests, refused_by_cause } = await healthNow(receiver);
    expect(requests).toEqual({ logs: 0, metrics: 0, traces: 0 });
    // They did arrive, and were refused for what they are.
    expect(refused_by_cause.origin).toBeGreaterThan(foreign.length * 10);
    expect(refused_by_cause.host).toBeGreaterThan(10);
    expect((await receiver.post("/v1/logs", RECORD)).status).toBe(200);
    expect(textsOf(receiver, "logs")).toHaveLength(1);
  },
  CEILING_MS,
);
