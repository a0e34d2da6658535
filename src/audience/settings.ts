import { choice, patterned, wholeNumber, yesOrNo } from "../kernel/config/kinds.ts";
import type { ConfigOf, SettingTable } from "../kernel/config/setting.ts";

const address = patterned(/^[\w.:[\]-]{1,255}$/, {
  takes: "an address of this machine, such as 127.0.0.1",
  hint: "ADDRESS",
});

const port = wholeNumber({ min: 0, max: 65_535 }, "PORT");

/** @source RFC 6750, b64token: what may follow `Bearer`. A shorter token can be guessed. */
const token = patterned(/^[\w.~+/=-]{16,256}$/, { takes: "16 to 256 letters, digits and -._~+/=", hint: "TOKEN" });

/** A bound that 0 switches off; the largest is far above any disk, and exact as a number. */
const bound = wholeNumber({ min: 0, max: 1_000_000_000_000_000 });

/** Where the receiver listens. */
export const ADDRESS_SETTINGS = {
  "audience.host": {
    ...address,
    description: "address of this machine that the receiver listens on",
    default: "127.0.0.1",
    flag: "host",
    isProjectSafe: false,
  },
  "audience.httpPort": {
    ...port,
    description: "port for telemetry over OTLP/HTTP; 0 takes a free one",
    default: 4318,
    flag: "http-port",
    isProjectSafe: false,
  },
  "audience.grpcPort": {
    ...port,
    description: "port for telemetry over OTLP/gRPC; 0 takes a free one",
    default: 4317,
    flag: "grpc-port",
    isProjectSafe: false,
  },
  "audience.healthPort": {
    ...port,
    description: "port that answers how the receiver is, as one JSON page; 0 takes a free one",
    default: 13_133,
    flag: "health-port",
    isProjectSafe: false,
  },
} as const satisfies SettingTable;

/** When a request is on disk. */
export const SYNC_SETTINGS = {
  "audience.sync": {
    ...choice(["always", "off"], new Map([["interval", "always"]])),
    description: "when a request is on disk: always (before its sender is answered), off (when the system writes it)",
    default: "always",
    flag: "sync",
    isProjectSafe: false,
  },
} as const satisfies SettingTable;

/** Every setting of the receiver. */
export const AUDIENCE_SETTINGS = {
  ...ADDRESS_SETTINGS,
  "audience.token": {
    ...token,
    description:
      "what senders must present as `Authorization: Bearer …`; without it every user of this machine may send",
    default: "",
    isProjectSafe: false,
    isSecret: true,
  },
  ...SYNC_SETTINGS,
  "audience.segmentBytes": {
    ...bound,
    description: "size that a file of telemetry never exceeds: a new file is started first; 0 sets no bound",
    default: 67_108_864,
    isProjectSafe: false,
  },
  "audience.segmentHours": {
    ...bound,
    description: "age at which a file of telemetry is closed and a new one started; 0 sets no bound",
    default: 24,
    isProjectSafe: false,
  },
  "audience.retentionBytes": {
    ...bound,
    description: "size of all telemetry together beyond which the oldest is dropped; 0 keeps it",
    default: 5_368_709_120,
    isProjectSafe: false,
  },
  "audience.retentionDays": {
    ...bound,
    description: "telemetry is dropped so many days after its file was closed; 0 keeps it",
    default: 90,
    isProjectSafe: false,
  },
  "audience.autoStart": {
    ...yesOrNo,
    description: "whether a session of Claude Code starts the receiver when the receiver does not run",
    default: false,
    isProjectSafe: false,
  },
} as const satisfies SettingTable;

/** A value for every setting of the receiver. */
export type AudienceConfig = ConfigOf<typeof AUDIENCE_SETTINGS>;
