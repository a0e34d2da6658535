/** The scope of what `masque doctor` posts. Scope `masque` is of dons and doffs, which never come over OTLP. */
export const PROBE_SCOPE = "masque.doctor";

/** What `masque doctor` posts: one log record of a scope of its own and of no agent session, so that no score counts it. */
export type Probe = {
  /** Random, by which it is found again. */
  readonly id: string;
  readonly unixNano: bigint;
  readonly transport: string;
};

/** One probe as an export request, in both encodings. */
export type EncodedProbe = { readonly json: Uint8Array; readonly protobuf: Uint8Array };

/** Makes one of the other. */
export type ProbeSerializer = (probe: Probe) => EncodedProbe;
