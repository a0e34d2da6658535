import type { TestReceiver } from "../../support/receiver.ts";

/** A conformance case: what holds, and the test of it against a receiver that all cases share. */
export type Case = {
  readonly holds: string;
  readonly test: (at: TestReceiver) => Promise<void>;
};

/** A case that another test file shows, by the name of a test in it. */
export type ShownElsewhere = { readonly holds: string; readonly file: string; readonly names: string };
