/** One connection to a receiver. */
export type Sender = {
  /** Sends a prepared request and waits for its acknowledgement; one at a time. */
  send(request: Uint8Array): Promise<void>;
  close(): void;
};
