import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { Duplex } from "node:stream";
import { errnoOf } from "../../kernel/errors.ts";
import { LIMITS } from "../../kernel/limits.ts";
import { type HttpListening, type ListenOptions, PortTaken } from "../listening.ts";
import { Connections } from "./connections.ts";
import { answerExport } from "./export.ts";
import { guard } from "./guard.ts";
import { type Answer, jsonAnswer, respond, SHUTTING_DOWN, writeAnswer } from "./respond.ts";

/** Opens the OTLP/HTTP port and the health port, both on one loopback address. */
export async function listenHttp(options: ListenOptions): Promise<HttpListening> {
  const exporting = new HttpPort((request, isDraining) => answerExport(request, options, isDraining), options);
  const health = new HttpPort(async (request, isDraining) => answerHealth(request, options, isDraining), options);
  const httpPort = await exporting.open(options.host, options.httpPort);
  try {
    const healthPort = await health.open(options.host, options.healthPort);
    return {
      httpPort,
      healthPort,
      async drain() {
        await exporting.drain();
        await health.drain();
      },
    };
  } catch (error) {
    await exporting.drain();
    throw error;
  }
}

/** Answers a request, also one that comes while the port drains. */
type Handler = (request: IncomingMessage, isDraining: boolean) => Promise<Answer>;

/** One port that answers requests. */
class HttpPort {
  readonly #answer: Handler;
  readonly #options: ListenOptions;
  readonly #server: Server;
  readonly #connections = new Connections();
  readonly #inFlight = new Set<Promise<void>>();
  #isDraining = false;

  constructor(answer: Handler, options: ListenOptions) {
    this.#answer = answer;
    this.#options = options;
    const bounds = {
      maxHeaderSize: LIMITS.requestHeaderBytesMax,
      requestTimeout: 0,
      headersTimeout: 0,
      keepAliveTimeout: 0,
    };
    this.#server = createServer(bounds, (request, response) => this.#take(request, response));
    // A client may end its side of the connection after its request and still wait for the answer.
    Object.assign(this.#server, { httpAllowHalfOpen: true });
    this.#server.on("connection", (socket) => this.#connections.opened(socket));
    this.#server.on("clientError", (error, socket) => this.#refuseBroken(errnoOf(error), socket));
  }

  /** Resolves to the port that was opened: for 0, a free one. @throws {PortTaken} */
  open(host: string, port: number): Promise<number> {
    return new Promise((resolve, reject) => {
      this.#server.once("error", (error) => {
        reject(errnoOf(error) === "EADDRINUSE" ? new PortTaken(port, error) : error);
      });
      this.#server.listen({ host, port }, () => {
        const address = this.#server.address();
        if (address === null || typeof address === "string") throw new TypeError("A TCP server has an address");
        resolve(address.port);
      });
    });
  }

  /** Accepts no new connection, answers the requests under way, and cuts off clients that are not done after `LIMITS.drainMsMax`. */
  async drain(): Promise<void> {
    this.#isDraining = true;
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    const cutOff = setTimeout(() => this.#connections.cutOff(), LIMITS.drainMsMax);
    await Promise.allSettled(this.#inFlight);
    clearTimeout(cutOff);
    this.#connections.cutOff();
    await closed;
  }

  #take(request: IncomingMessage, response: ServerResponse): void {
    const answered = this.#answerOne(request, response);
    this.#inFlight.add(answered);
    const forget = () => void this.#inFlight.delete(answered);
    answered.then(forget, forget);
  }

  /** Answers text that is not HTTP, unless requests before it still wait: the answer would look like the answer to those. */
  #refuseBroken(code: string | undefined, socket: Duplex): void {
    if (this.#connections.broke(socket)) return;
    const status = code === "HPE_HEADER_OVERFLOW" ? "431 Request Header Fields Too Large" : "400 Bad Request";
    socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\n\r\n`, () => socket.destroy());
  }

  async #answerOne(request: IncomingMessage, response: ServerResponse): Promise<void> {
    this.#connections.asked(request);
    const answer = await this.#answerOrBug(request);
    await writeAnswer(response, this.#isDraining ? { ...answer, isLast: true } : answer);
    // The rest of a body that was refused is dropped.
    request.resume();
    this.#connections.answered(request.socket);
  }

  async #answerOrBug(request: IncomingMessage): Promise<Answer> {
    try {
      return await this.#answer(request, this.#isDraining);
    } catch (error) {
      this.#options.onBug(error);
      return respond(this.#options.protobuf, "json", { kind: "bug" });
    }
  }
}

function answerHealth(request: IncomingMessage, options: ListenOptions, isDraining: boolean): Answer {
  const forbidden = isDraining ? SHUTTING_DOWN : guard(request.headers);
  if (forbidden) return respond(options.protobuf, "json", forbidden);
  if (request.method !== "GET" && request.method !== "HEAD") return { status: 405, headers: {}, body: "" };
  return jsonAnswer(JSON.stringify(options.health()));
}
