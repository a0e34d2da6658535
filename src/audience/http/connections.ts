import type { IncomingMessage } from "node:http";
import type { Socket } from "node:net";
import type { Duplex } from "node:stream";
import { LIMITS } from "../../kernel/limits.ts";

/**
 * The open connections of a port. One on which no request is under way has `LIMITS.requestIdleSeconds` for the headers of
 * the next one, however they come; a request has bounds of its own.
 */
export class Connections {
  /** The deadline of each; none while a request is under way. */
  readonly #deadlines = new Map<Socket, Timer | undefined>();
  readonly #asked = new WeakMap<Duplex, number>();
  readonly #latest = new WeakMap<Duplex, IncomingMessage>();
  readonly #ending = new WeakSet<Duplex>();

  /** A client connected. */
  opened(socket: Socket): void {
    socket.on("error", () => socket.destroy());
    socket.once("close", () => {
      clearTimeout(this.#deadlines.get(socket));
      this.#deadlines.delete(socket);
    });
    this.#rest(socket);
  }

  /** A request came, while others before it may not be answered yet. */
  asked(request: IncomingMessage): void {
    const { socket } = request;
    this.#latest.set(socket, request);
    this.#asked.set(socket, (this.#asked.get(socket) ?? 0) + 1);
    clearTimeout(this.#deadlines.get(socket));
    if (this.#deadlines.has(socket)) this.#deadlines.set(socket, undefined);
  }

  /**
   * What came last over a connection is no HTTP, or ends within a request: the connection ends once the requests before are
   * answered. `false` where there are none.
   */
  broke(socket: Duplex): boolean {
    if ((this.#asked.get(socket) ?? 0) === 0) return false;
    this.#ending.add(socket);
    const latest = this.#latest.get(socket);
    // Node says so only of a connection that is closed both ways.
    if (latest?.complete === false) latest.emit("aborted");
    return true;
  }

  /** One was answered. */
  answered(socket: Socket): void {
    const left = (this.#asked.get(socket) ?? 1) - 1;
    this.#asked.set(socket, left);
    if (left > 0 || !this.#deadlines.has(socket)) return;
    if (this.#ending.has(socket)) socket.end(() => socket.destroy());
    else this.#rest(socket);
  }

  /** Ends all of them at once. */
  cutOff(): void {
    for (const socket of this.#deadlines.keys()) socket.destroy();
  }

  #rest(socket: Socket): void {
    clearTimeout(this.#deadlines.get(socket));
    this.#deadlines.set(
      socket,
      setTimeout(() => socket.destroy(), LIMITS.requestIdleSeconds * 1_000),
    );
  }
}
