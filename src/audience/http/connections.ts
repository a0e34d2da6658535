import type { IncomingMessage } from "node:http";
import type { Socket } from "node:net";
import type { Duplex } from "node:stream";
import { LIMITS } from "../../kernel/limits.ts";

const TICK_MS = 1_000;

/**
 * The open connections of a port. A connection without a request under way is closed when the headers of the next request
 * are not complete within `LIMITS.requestIdleSeconds`. A request has limits of its own. One clock checks all connections.
 */
export class Connections {
  readonly #all = new Map<Socket, Connection>();
  readonly #clock = setInterval(() => this.#cutOffResting(), TICK_MS).unref();

  /** A client connected. */
  opened(socket: Socket): void {
    socket.on("error", () => socket.destroy());
    socket.once("close", () => this.#all.delete(socket));
    this.#all.set(socket, { restingSinceMs: performance.now(), asked: 0, latest: undefined, isEnding: false });
  }

  /** A request came, while others before it may not be answered yet. */
  asked(request: IncomingMessage): void {
    const connection = this.#all.get(request.socket);
    if (!connection) return;
    connection.asked += 1;
    connection.latest = request;
  }

  /**
   * The last bytes of a connection are not HTTP, or end within a request. The connection ends when the requests before are
   * answered. Returns `false` where there are none.
   */
  broke(socket: Duplex): boolean {
    const connection = this.#all.get(socket as Socket);
    if (!connection || connection.asked === 0) return false;
    connection.isEnding = true;
    // node:http emits this only for a connection that is closed both ways.
    if (connection.latest?.complete === false) connection.latest.emit("aborted");
    return true;
  }

  /** A request was answered. */
  answered(socket: Socket): void {
    const connection = this.#all.get(socket);
    if (!connection) return;
    connection.asked -= 1;
    if (connection.asked > 0) return;
    connection.latest = undefined;
    connection.restingSinceMs = performance.now();
    if (connection.isEnding) socket.end(() => socket.destroy());
  }

  /** Ends all of them at once. */
  cutOff(): void {
    clearInterval(this.#clock);
    for (const socket of this.#all.keys()) socket.destroy();
  }

  #cutOffResting(): void {
    const beforeMs = performance.now() - LIMITS.requestIdleSeconds * 1_000;
    for (const [socket, { asked, restingSinceMs }] of this.#all) {
      if (asked === 0 && restingSinceMs < beforeMs) socket.destroy();
    }
  }
}

type Connection = {
  restingSinceMs: number;
  /** Requests that are not answered yet. */
  asked: number;
  latest: IncomingMessage | undefined;
  /** Whether it ends with the last answer. */
  isEnding: boolean;
};
