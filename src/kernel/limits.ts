/**
 * Every bound that masque sets on foreign input, on waiting and on keeping, with its reason. Sizes are bytes unless the
 * name says otherwise.
 */

const KiB = 1024;
const MiB = 1024 * KiB;

/** The product's named ceilings. */
export const LIMITS = {
  /** A masque is prose an agent reads whole; larger is a mistake or an attack. */
  masqueFileBytesMax: 256 * KiB,
  /** One field (lens, context, rubric) of a masque. */
  masqueFieldBytesMax: 64 * KiB,
  /** YAML aliases expanded while reading: none is needed by a masque, a few are harmless, a bomb needs thousands. */
  yamlAliasesMax: 32,
  /** Levels of nesting in YAML, by brackets, by signs on one line or by indentation: a masque needs 3, the parser is quadratic in it. */
  yamlDepthMax: 32,
  /** Keys, values and signs of one YAML file: a masque has some fifty, the parser is quadratic in the keys of one map. */
  yamlTokensMax: 10_000,
  /** One key of YAML; YAML itself allows a key before a colon no more. */
  yamlKeyCharsMax: 1_024,
  /** Problems told of one YAML file: whoever has more reads the first ones anyway. */
  yamlProblemsMax: 50,
  /** Levels within a masque's attributes: they are metadata, a list of tags or a small map at most. */
  attributeDepthMax: 8,
  /** Verbs of one masque, and the length of one: a spinner shows a single short line. */
  spinnerVerbsMax: 200,
  spinnerVerbCharsMax: 80,
  /** A masque's verdict as JSON, where each character of its text may take up to six. */
  verdictBytesMax: 2 * MiB,
  /** Masque files in a private folder that a listing looks at: far more than anyone chooses from. */
  privateMasquesMax: 2_000,
  /** The manifest of as many masques. */
  manifestBytesMax: 4 * MiB,
  /** What a killed process left of a file that it was about to replace: a replacement takes milliseconds. */
  staleTemporaryMs: 3_600_000,
  /** How many of them are removed at once: more are removed the next time. */
  staleTemporariesMax: 20,
  /** The system's list of groups: some thousand lines where a directory service writes it. */
  groupListBytesMax: 1 * MiB,
  /** A config file is a page of settings. */
  configFileBytesMax: 64 * KiB,
  /** Levels of a config file: settings have two. */
  configDepthMax: 4,
  /** Characters shown of what is wrong with a config file's YAML: the message may name an anchor or a tag. */
  configFaultCharsMax: 120,
  /** Characters shown of a key that is no setting. */
  configKeyCharsMax: 80,
  /** Warnings about a config file: whoever reads ten has seen the point. */
  configWarningsMax: 10,
  /** The host replaces command output over 30,000 characters by a preview; 28,000 leaves room for what surrounds it. */
  blockCharsMax: 28_000,
  /** The host replaces hook output over 10,000 characters; 9,500 leaves room for the JSON around it. */
  hookBlockCharsMax: 9_500,
  /** What a person types behind a name: the block's bound is checked after, this stops reading standard input. */
  intentBytesMax: 64 * KiB,
  /** What a person types after a slash command: as much as standard input may bring. */
  slashArgumentBytesMax: 64 * KiB,
  /** The file that hands it over: JSON may take six bytes for one, and a project's path is short. */
  handedOverBytesMax: 512 * KiB,
  /**
   * A slash command's block runs at once after its hook. On a busy machine some seconds may pass, and a person who is
   * asked for permission takes some more; what was left longer ago belongs to another command.
   */
  slashArgumentWaitMs: 30_000,
  /** Processes between us and the first one: a deep chain of shells, editors and containers has some twenty. */
  ancestorsMax: 128,
  /** Hook payloads carry the prompt: the largest paste a host accepts is far below. */
  hookPayloadBytesMax: 8 * MiB,
  /** The state of one agent session: some 2 KB, and an intent of 64 KiB at most that may take six times that as JSON. */
  sessionFileBytesMax: 1 * MiB,
  /** Closed agent sessions kept, oldest dropped first: half a year of a busy person's conversations. */
  closedSessionsMax: 500,
  /** Session files looked at in one pass: far more than are kept; who has more of them has a broken disk or clock. */
  sessionsScannedMax: 5_000,
  /** Masque sessions remembered per agent session after they were doffed. */
  formerPerSessionMax: 20,
  /** Spans kept of one masque session, the first and the latest: a conversation is resumed some dozen times. */
  spansKeptMax: 200,
  /** Records of one agent session that wait for a `masque.jsonl` that cannot be written; oldest dropped first. */
  pendingEventsMax: 500,
  /** State that names a folder that is gone, or a host that was killed: nobody comes back to it after a quarter. */
  abandonedStateMs: 90 * 86_400_000,
  /** What a killed process left beside its state: no change takes a day. */
  leftoverStateMs: 86_400_000,
  /** How often state is looked through for what may go. */
  stateTidiedEveryMs: 86_400_000,
  /** Beyond the number of sessions kept, a don looks for closed ones at every so many new sessions: it takes 25 ms. */
  sessionsPerTidying: 16,
  /** A clock that went back this far at most is taken for late, and later times are put right after the earlier ones. */
  clockBackMsMax: 3_600_000,
  /** Host processes whose last word still waits for their next hook: a machine runs a few dozen agents. */
  hostNotesMax: 50,
  /** What one host process announced. */
  hostNoteBytesMax: 4 * KiB,
  /** What is known of one project's spinner verbs: written whole again at the first, never longer than the second. */
  projectVerbsBytesKept: 64 * KiB,
  projectVerbsBytesMax: 16 * MiB,
  /** Agent sessions that wear a masque with verbs in one project at once, latest kept. */
  verbWearersMax: 1_000,
  /** `.claude/masque.session.json` as it was kept in the project once: 50 entries of 20 former ones are 300 KB. */
  formerStateBytesMax: 512 * KiB,
  /** Levels and values of that file: entries hold spans three levels down, some twenty values each. */
  formerStateDepthMax: 12,
  formerStateElementsMax: 50_000,
  /** The longest key of that file is an agent session's id. */
  formerStateKeyBytesMax: 200,
  /** A repository's `.git/info/exclude` is a page of patterns. */
  gitExcludeBytesMax: 64 * KiB,
  /** The end of masque.jsonl in which the dons of such a file are looked for: some 20,000 records, read in 50 ms. */
  donsSearchedBytesMax: 16 * MiB,
  /** Sessions in which a judgement completes what a dead process left: a machine loses few processes at once. */
  sessionsSettledMax: 20,
  /** A command waits this long for the session lock: far longer than 100 queued changes take. */
  lockWaitMs: 10_000,
  /** Unpacking a 70 MB library takes about a second on a laptop; a minute is a slow disk and some processes in turn. */
  libraryLockWaitMs: 60_000,
  /** A native library that is verified again: today's largest has 70 MB. */
  libraryBytesMax: 512 * MiB,
  /** What is remembered of an unpacked library: six numbers as text. */
  librarySealBytesMax: 4 * KiB,
  /** A hook has 1.5 s in all before the host gives up on it. */
  hookLockWaitMs: 1_000,
  /** A Claude Code settings file: years of permissions are some 100 KiB, and a hook parses 1 MiB four times in 0.4 s. */
  settingsFileBytesMax: 1 * MiB,
  /** Attempts at a settings file that another program keeps changing: the host writes when a person decides something. */
  settingsWritesMax: 3,
  /** Sets of edits that a settings file may hold after crashes: one that was there, and one that was being written. */
  settingsEditSetsMax: 4,
  /** The status line that the user had before ours: the host redraws several times a second at most. */
  formerStatuslineWaitMs: 2_000,
  /** A status line is a line or a few. */
  formerStatuslineBytesMax: 64 * KiB,
  /** The tail of a transcript read to learn what a forked conversation wears. */
  transcriptTailBytesMax: 16 * MiB,
  /** The tail of masque.jsonl searched for a record that may have been appended before a crash. */
  eventTailBytesMax: 4 * MiB,
  /** OTLP recommends 64 MiB for a request body, also after decompression (opentelemetry-proto 1.11.0). */
  otlpBodyBytesMax: 64 * MiB,
  /** Nesting of AnyValue: real telemetry uses 3; a recursive reader must stop well before the stack does. */
  otlpDepthMax: 64,
  /** Messages within one request: the longest body of real telemetry holds two million, an empty one takes two bytes. */
  otlpMessagesMax: 4_000_000,
  /**
   * A long request is read in parts of this length, cut between its resources, scopes and records, so that what is made of it
   * never is in memory all at once: 64 MiB of real telemetry became 1.3 GB.
   */
  otlpPartBytes: 512 * KiB,
  /**
   * Values in one part, or messages and values of lists: as many as a part of that length can hold, two bytes each. Only a
   * single record may be longer than a part, and real ones hold 17 bytes a value; each costs up to 350 bytes once it is read.
   */
  otlpPartElementsMax: 256 * KiB,
  /** Values of any kind in a whole request in JSON: 64 MiB of real telemetry hold four million. */
  otlpJsonValuesMax: 8_000_000,
  /** Objects and arrays of JSON within each other: 64 values take four levels each, and what lies around them ten. */
  otlpJsonDepthMax: 272,
  /** A key in JSON: OTLP's own have 30 characters, and what is unknown is not looked at. */
  otlpJsonKeyBytesMax: 64 * KiB,
  /** All lines of one request: of real telemetry they are twice as long as its protobuf. */
  otlpLinesBytesMax: 192 * MiB,
  /** A part of a long request is read in a few milliseconds; then whoever else waits comes first. */
  otlpReadTurnMs: 10,
  /** A line of captured telemetry: DuckDB reads JSON objects up to 16 MiB unless told otherwise. */
  otlpLineBytesMax: 16 * MiB,
  /** A batch of real telemetry is below this, as it comes and decompressed. */
  requestSmallBytesMax: 2 * MiB,
  /** Such bodies held at once, in all: a hundred batches of a hundred records; beyond, senders are told to come again. */
  requestSmallBytesInFlightMax: 32 * MiB,
  /**
   * Such bodies answered since the collector last ran: left to itself, it lets them and their lines become 200 MB where many
   * come. A collection takes a millisecond, and so many take a tenth of a second.
   */
  requestBytesUncollectedMax: 16 * MiB,
  /** All larger bodies held at once, which the longest fills alone: so the receiver stays small whoever sends what. */
  requestLargeBytesInFlightMax: 64 * MiB,
  /** Requests under way at once: a machine runs some dozen exporters, and what waits for nothing costs a socket. */
  requestsInFlightMax: 4_096,
  /** Lines that wait to be written: a disk that is slower than the senders must not become memory. */
  lineBytesQueuedMax: 64 * MiB,
  /** When to come again, once told that there is no room: a client whose time is shorter would give up at once. */
  retryAfterSeconds: 1,
  /** A body from its first byte to its last: three times what an exporter has for its whole request. */
  requestBodyWaitMs: 30_000,
  /**
   * A body that is in the room for large ones, until it is complete: exporters give up after ten seconds, and who waits for that
   * room meanwhile has half of them left. 64 MiB come over loopback in a tenth of a second.
   */
  requestLargeWaitMs: 5_000,
  /** A connection on which no request is under way; headers that are not complete. Exporters give up after ten seconds themselves. */
  requestIdleSeconds: 10,
  /** A body that comes more slowly, looked at each `requestIdleSeconds`: exporters on this machine send thousands of times as fast. */
  requestBytesPerSecondMin: 16 * KiB,
  /** Headers of a request, and how many: Bun's own bounds, answered 431. Exporters send ten, below 1 KiB. */
  requestHeaderBytesMax: 16 * KiB,
  requestHeadersMax: 200,
  /** Calls at once on one connection: an exporter has one a signal. Each may hold two windows of unread bytes. */
  grpcStreamsMax: 100,
  /** What a sender may have under way before it is told to go on: batches of 100 records fit. */
  grpcWindowBytes: 256 * KiB,
  /** Headers of one call, counted as HTTP/2 does (32 bytes more a field): a token and some metadata; grpc-go takes as much. */
  grpcHeaderBytesMax: 16 * KiB,
  /** A status message is read by a person in a log; a client takes 8 KiB of headers in all, percent-encoded. */
  grpcMessageCharsMax: 1_000,
  /** One call, from its headers to its answer: exporters give up after ten seconds themselves. */
  grpcCallMsMax: 10_000,
  /** A connection without a frame: exporters send every few seconds and reconnect by themselves. */
  grpcIdleMsMax: 300_000,
  /** Requests under way when the receiver ends; then their connections are cut. Well under what `stop` waits. */
  drainMsMax: 6_000,
  /** Agent sessions that the receiver counts; beyond, it says "at least". */
  sessionsCountedMax: 10_000,
  /** A receiver that starts answers within a second; ten allow for a machine that is busy. */
  audienceStartWaitMs: 10_000,
  /** Draining ends with the slowest request in flight; exporters give up after ten seconds themselves. */
  audienceStopWaitMs: 10_000,
  /** A receiver that is alive answers from memory; two seconds tell it from one that hangs. */
  healthWaitMs: 2_000,
  /** How often a receiver looks whether its folder is still its own and whether it can be found: two looks at files. */
  selfCheckEveryMs: 1_000,
  /** What says where a receiver can be asked is one short line. */
  runFileBytesMax: 4 * KiB,
  /** Health is a page of numbers. */
  healthBytesMax: 64 * KiB,
  /** Of the file that `doctor` looks in for its own record: what a busy machine writes between the two. */
  probeTailBytesMax: 16 * MiB,
  /** Below this the disk is filled by a few busy days. */
  diskFreeBytesWarned: 1024 * MiB,
  /** What starts the receiver at login is a page of text. */
  loginFileBytesMax: 64 * KiB,
  /** systemctl and launchctl answer within a second, unless what they ask does not; a stop waits for a drain. */
  loginCommandWaitMs: 30_000,
  /** The receiver's log is begun anew beyond this; the last one is kept. */
  audienceLogBytesMax: 1 * MiB,
  /** A line of it: foreign text in it may be of any length. */
  logLineCharsMax: 4_000,
  /** Lines that go to stderr where the log cannot be written: in the background that may be a file without a bound. */
  logLinesElsewhereMax: 100,
  /** Refusals written to the receiver's log, so that a broken exporter cannot fill it. */
  refusalsLoggedMax: 100,
  /** Lines of concurrent requests that share one write and one sync; a single request may bring more. */
  appendBytesMax: 16 * MiB,
  /** Torn ends set aside within one millisecond: a file is mended once each time it is opened. */
  tornFilesAtOnceMax: 100,
  /** Names tried for one segment: more than one only where another process closes files in the same folder. */
  segmentNamesTriedMax: 100,
  /** How often the receiver looks whether a segment is old and whether retention has something to drop. */
  tendEveryMs: 60_000,
  /** Segments closed less long ago are never dropped: somebody may be about to score what they hold. */
  retentionFloorMs: 3_600_000,
  /**
   * The judge reads what retention is about to drop: 5 GiB that it never saw take it half a minute, and what it has read
   * when it is ended stays read.
   */
  retentionBringInMs: 120_000,
  /** More than half of the telemetry that is too old must still be so after this time, or a clock was set wrong. */
  retentionSecondLookMs: 3_600_000,
  /** The ledger of what retention dropped: some 4,000 files of 64 MiB; beyond, the older half becomes one line of sums. */
  droppedFileBytesMax: 1 * MiB,
  /** A line of it: a name, two times and some numbers. */
  droppedLineCharsMax: 1_000,
  /** What former versions remembered, with the ids of 10,000 sessions. */
  droppedFormerBytesMax: 16 * MiB,
  /** A mark of don or doff is below 2 KB. */
  markLineBytesMax: 64 * KiB,
  /** A span that no doff closed counts as so long where nothing else says when it ended. */
  openSpanMs: 86_400_000,
  /** Read at a time while a segment that will be dropped is looked through. */
  segmentChunkBytes: 1 * MiB,
  /** Telemetry read at once: it is still in the processor's cache when it is looked at. */
  judgeChunkBytes: 1 * MiB,
  /** Standard input is kept on disk while it is judged: more than this is no history of one person's. */
  judgeStdinBytesMax: 16 * 1024 * MiB,
  /** What was kept of it by a process that was ended is removed after a day: judging takes minutes. */
  stdinLeftoverMs: 86_400_000,
  /** What a job's step may put into its summary; beyond it GitHub's runner shows none of it. */
  githubSummaryBytesMax: 1 * MiB,
  /** Annotations of one kind that GitHub shows of a step. */
  githubAnnotationsMax: 10,
  /** Bad lines whose place is told: whoever has more mends the first ones, or the writer. */
  skippedLinesLocated: 5,
  /** A foreign writer's line may hold a request of 64 MiB, and a protobuf request is longer as JSON. */
  judgeLineBytesMax: 256 * MiB,
  /** A line of up to so many bytes needs no measuring before it is parsed: whatever it holds, it takes some 50 MB at most. */
  judgeLineBytesUnmeasured: 1 * MiB,
  /** Rows in memory before they are written: some 300 MB of telemetry, 40 MB as columns; of a store, one column file. */
  judgeRowsBuffered: 250_000,
  /** Different texts among them: 128 characters a row, where a host says 20. What foreign records name is of any length. */
  judgeTextCharsBuffered: 32 * MiB,
  /** New telemetry that is read at each call; more of it goes into the store first. Read in 10 ms. */
  storeTailBytesMax: 2 * MiB,
  /** Rows beyond which column files are merged no further: a merge takes half a second then. */
  storeFileRowsMerged: 1_000_000,
  /** Another process brings the store up to date: some 6 GB of new telemetry may be on their way. */
  storeLockWaitMs: 30_000,
  /** The manifest of a store: some 400 bytes a telemetry file ever seen. */
  storeManifestBytesMax: 16 * MiB,
  /** Attempts at reading a store that another process changes meanwhile. */
  storeReadsMax: 4,
  /** A session's id may be shortened to its beginning: fewer characters than this are a slip of the hand. */
  idPrefixCharsMin: 4,
  /** Ids named where a beginning fits several. */
  idsNamedMax: 4,
  /** Tools and prompts named behind a score: whoever mends the worst five has mended most. */
  explainedMax: 5,
  /** An older page of `performance --html` that is written over: 300 KB hold a dozen sessions. */
  pageBytesMax: 64 * MiB,
  /** Clocks of one machine differ by seconds; a don or doff that lies further ahead than an hour is from a wrong clock. */
  marksAheadMs: 3_600_000,
  /** Records scored at once: some 200 MB in memory; more sessions take turns, which takes no longer. */
  judgeRowsScoredMax: 200_000,
} as const;
