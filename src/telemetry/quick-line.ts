import type { LineMessage } from "./line-plan.ts";

/** What a quick reader made of a request. */
export type QuickLine = {
  /** The newline included. */
  readonly line: Uint8Array;
  /** Log records, data points or spans in it: one at least. */
  readonly records: number;
  /** The agent sessions that they name. */
  readonly sessions: ReadonlySet<string>;
};

/** Makes lines of everyday requests. One request at a time: its buffers are used again. */
export type QuickReader = {
  /** The line of a request that holds records; `undefined` for one that the thorough decoder is to read. */
  transcode(message: LineMessage, bytes: Uint8Array): QuickLine | undefined;
};
