import type { LineMessage } from "./line-plan.ts";
import type { RecordCounts } from "./record-count.ts";

/** What a quick reader made of a request. */
export type QuickLine = {
  /** The newline included. */
  readonly line: Uint8Array;
  /** Of its records there is one at least. */
  readonly counts: RecordCounts;
  /** Messages of protobuf in it, or objects of JSON. */
  readonly messages: number;
};

/** Makes lines of everyday requests. One request at a time: its buffers are used again. */
export type QuickReader = {
  /** The line of a request that holds records; `undefined` for one that the thorough decoder is to read. */
  transcode(message: LineMessage, bytes: Uint8Array): QuickLine | undefined;
};
