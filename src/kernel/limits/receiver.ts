import { KIB, MIB } from "./units.ts";

/** Bounds on the receiver: OTLP requests, connections, the process, the files it writes, retention. */
export const RECEIVER_LIMITS = {
  /** OTLP recommends 64 MiB for a request body, also after decompression (opentelemetry-proto 1.11.0). */
  otlpBodyBytesMax: 64 * MIB,
  /** Nesting of AnyValue: real telemetry uses 3; a recursive reader must end well before the stack does. */
  otlpDepthMax: 64,
  /** Messages within one request: the longest body of real telemetry holds two million, and an empty message takes two bytes. */
  otlpMessagesMax: 4_000_000,
  /**
   * A long request is read in parts of this length, cut between its resources, scopes and records, so that its objects are never in
   * memory all at once: 64 MiB of real telemetry became 1.3 GB.
   */
  otlpPartBytes: 512 * KIB,
  /**
   * Values in one part, or messages and values of lists: as many as a part of that length can hold, two bytes each. Only a
   * single record may be longer than a part. Real records hold 17 bytes a value; each value costs up to 350 bytes once it is read.
   */
  otlpPartElementsMax: 256 * KIB,
  /** Values of any kind in a whole request in JSON: 64 MiB of real telemetry hold four million. */
  otlpJsonValuesMax: 8_000_000,
  /** Objects and arrays of JSON within each other: 64 values take four levels each, and the levels around them are ten. */
  otlpJsonDepthMax: 272,
  /** A key in JSON: OTLP's own have 30 characters, and unknown keys are not looked at. */
  otlpJsonKeyBytesMax: 64 * KIB,
  /** All lines of one request: real telemetry takes twice as much as its protobuf. */
  otlpLinesBytesMax: 192 * MIB,
  /** Reading a part of a long request takes a few milliseconds; then other requests have their turn. */
  otlpReadTurnMs: 10,
  /** A line of captured telemetry: by default DuckDB reads JSON objects of up to 16 MiB. */
  otlpLineBytesMax: 16 * MIB,
  /** A batch of real telemetry is smaller than this, as it is sent and decompressed. */
  requestSmallBytesMax: 2 * MIB,
  /** All bodies held at once: one of the longest and a hundred batches of a hundred records. Beyond that, senders are asked to try again. */
  requestBytesInFlightMax: 96 * MIB,
  /** The part of that which larger bodies may not take. One of the longest still fits beside as many bytes of small ones. */
  requestBytesKeptForSmall: 16 * MIB,
  /**
   * Such bodies answered since the last garbage collection. Without this bound they and their lines grow to 200 MB where many
   * arrive. A collection takes a millisecond, and receiving this many bytes takes a tenth of a second.
   */
  requestBytesUncollectedMax: 16 * MIB,
  /** Requests under way at once: a machine runs some dozen exporters, and a request that waits costs a socket. */
  requestsInFlightMax: 4_096,
  /** Lines that wait to be written: a disk that is slower than the senders must not fill the memory. */
  lineBytesQueuedMax: 64 * MIB,
  /** When a refused sender is asked to try again: an exporter with a shorter time limit would give up at once. */
  retryAfterSeconds: 1,
  /** A body from its first byte to its last: three times what an exporter has for its whole request. */
  requestBodyWaitMs: 30_000,
  /**
   * A large body, from when room was kept for it until it is complete. Exporters give up after ten seconds, so a sender that waits for
   * that room has half of them left. 64 MiB take a tenth of a second over loopback.
   */
  requestLargeWaitMs: 5_000,
  /** A connection without a request under way, or with incomplete headers. Exporters give up after ten seconds themselves. */
  requestIdleSeconds: 10,
  /** A slower body is cut off, looked at each `requestIdleSeconds`: exporters on this machine send thousands of times as fast. */
  requestBytesPerSecondMin: 16 * KIB,
  /** Headers of a request, and how many; more are answered 431. Exporters send ten headers, below 1 KiB. */
  requestHeaderBytesMax: 16 * KIB,
  requestHeadersMax: 200,
  /** Calls at once on one connection: an exporter has one a signal. Each may hold two windows of unread bytes. */
  grpcStreamsMax: 100,
  /** What a sender may have under way before it is asked for more: batches of 100 records fit. */
  grpcWindowBytes: 256 * KIB,
  /** Headers of one call, counted as HTTP/2 does (32 bytes more a field): a token and some metadata; grpc-go takes as much. */
  grpcHeaderBytesMax: 16 * KIB,
  /** A person reads a status message in a log; a client takes 8 KiB of headers in all, percent-encoded. */
  grpcMessageCharsMax: 1_000,
  /** One call, from its headers to its answer: exporters give up after ten seconds themselves. */
  grpcCallMsMax: 10_000,
  /** A connection without a frame: exporters send every few seconds, and reconnect by themselves. */
  grpcIdleMsMax: 300_000,
  /** Requests under way when the receiver stops; then their connections are cut. Well under what `stop` waits. */
  drainMsMax: 6_000,
  /** Agent sessions that the receiver counts; beyond this it says "at least". */
  sessionsCountedMax: 10_000,
  /** A receiver that starts answers within a second; ten allow for a busy machine. */
  audienceStartWaitMs: 10_000,
  /** The receiver stops after its slowest request in flight; exporters give up after ten seconds themselves. */
  audienceStopWaitMs: 10_000,
  /** A running receiver answers from memory; one that does not answer within two seconds hangs. */
  healthWaitMs: 2_000,
  /** How often a receiver checks that its folder is still its own and that it can be found: two looks at files. */
  selfCheckEveryMs: 1_000,
  /** The file that says where the receiver can be asked is one short line. */
  runFileBytesMax: 4 * KIB,
  /** The health answer is a page of numbers. */
  healthBytesMax: 64 * KIB,
  /** The end of the file in which `doctor` looks for its own record: what a busy machine writes between the two. */
  probeTailBytesMax: 16 * MIB,
  /** A few busy days fill a disk with less room than this. */
  diskFreeBytesWarned: 1024 * MIB,
  /** The file that starts the receiver at login is a page of text. */
  loginFileBytesMax: 64 * KIB,
  /** systemctl and launchctl answer within a second, unless the job hangs; a stop waits until the receiver has finished. */
  loginCommandWaitMs: 30_000,
  /** A log longer than this is emptied: some ten thousand lines, which a receiver writes in months. */
  audienceLogBytesMax: 1 * MIB,
  /** One line of the log: foreign text in it may have any length. */
  logLineCharsMax: 4_000,
  /** Lines that go to stderr where the log cannot be written: in the background that may be a file without a bound. */
  logLinesElsewhereMax: 100,
  /** Refusals written to the receiver's log, so that a broken exporter cannot fill it. */
  refusalsLoggedMax: 100,
  /** Lines of concurrent requests that share one write and one sync; a single request may bring more. */
  appendBytesMax: 16 * MIB,
  /** Torn ends set aside within one millisecond: a file is repaired once each time it is opened. */
  tornFilesAtOnceMax: 100,
  /** Names tried for one segment: more than one only where another process closes files in the same folder. */
  segmentNamesTriedMax: 100,
  /** Read at a time while a segment that will be dropped is looked through. */
  segmentChunkBytes: 1 * MIB,
  /** How often the receiver looks whether a segment is old and whether retention has something to drop. */
  tendEveryMs: 60_000,
  /** Segments closed less long ago are never dropped: someone may be about to score what they hold. */
  retentionFloorMs: 3_600_000,
  /**
   * The judge reads what retention is about to drop. 5 GiB of unread telemetry take it half a minute; what it has read when its
   * time is over stays read.
   */
  retentionBringInMs: 120_000,
  /** Where more than half of the telemetry is too old, it must still be so after this time, or a clock was set wrong. */
  retentionSecondLookMs: 3_600_000,
  /** The ledger of what retention dropped: some 4,000 files of 64 MiB; beyond that, the older half becomes one line of sums. */
  droppedFileBytesMax: 1 * MIB,
  /** One line of the ledger: a name, two times and some numbers. */
  droppedLineCharsMax: 1_000,
  /** The ledger of former versions, with the ids of 10,000 sessions. */
  droppedFormerBytesMax: 16 * MIB,
} as const;
