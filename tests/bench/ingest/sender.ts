import type { Socket } from "bun";

/** One connection to a receiver. */
export type Sender = {
  /** Sends a prepared request and waits for its acknowledgement; one at a time. */
  send(request: Uint8Array): Promise<void>;
  close(): void;
};

/** A sender as its socket drives it. */
export type SocketSender = Sender & {
  socket: Socket | undefined;
  take(bytes: Buffer): void;
  flush(): void;
  fail(error: Error): void;
};

/** Connects a sender to the receiver's port on this machine. */
export async function connectSender(sender: SocketSender, port: number): Promise<void> {
  sender.socket = await Bun.connect({
    hostname: "127.0.0.1",
    port,
    socket: {
      data: (_socket, bytes) => sender.take(bytes),
      drain: () => sender.flush(),
      close: () => sender.fail(new Error("The receiver closed the connection")),
      error: (_socket, error) => sender.fail(error),
    },
  });
}
