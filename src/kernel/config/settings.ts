import type { Json } from "../text/json.ts";

/** What a setting's value may be, in words and as a check; `undefined` is every value that it may not be. */
type Kind<T> = {
  /** What it takes, for people: `a whole number from 0 to 65535`. */
  readonly takes: string;
  read(value: Json): T | undefined;
  /** The same from an environment variable. */
  readText(text: string): T | undefined;
  /** What to say about a word of former versions that is still taken: `"interval" means "always" by now`. */
  noteOn?(value: Json): string | undefined;
};

/** One setting: what it is called in a file is its key in {@link SETTINGS}. */
export type Setting<T> = Kind<T> & {
  readonly description: string;
  readonly default: T;
  /** The environment variable that overrides every file. */
  readonly env: string;
  /** Whether a project's own file may set it. A repository is not trusted: only display and thresholds are. */
  readonly isProjectSafe: boolean;
  /** Whether its value is shown nowhere, not even where it cannot be used. */
  readonly isSecret?: boolean;
};

const port: Kind<number> = {
  takes: "a whole number from 0 to 65535",
  read: (value) => (typeof value === "number" && isPort(value) ? value : undefined),
  readText: (text) => (/^\d{1,5}$/.test(text) && isPort(Number(text)) ? Number(text) : undefined),
};

const address: Kind<string> = {
  takes: "an address of this machine, such as 127.0.0.1",
  read: (value) => (typeof value === "string" && isAddress(value) ? value : undefined),
  readText: (text) => (isAddress(text) ? text : undefined),
};

const yesOrNo: Kind<boolean> = {
  takes: "true or false",
  read: (value) => (typeof value === "boolean" ? value : undefined),
  readText: (text) => (/^(?:true|1)$/i.test(text) ? true : /^(?:false|0)$/i.test(text) ? false : undefined),
};

/** @source RFC 6750, b64token: what may stand behind `Bearer`. Shorter ones can be guessed. */
const token: Kind<string> = {
  takes: "16 to 256 letters, digits and -._~+/=",
  read: (value) => (typeof value === "string" && isToken(value) ? value : undefined),
  readText: (text) => (isToken(text) ? text : undefined),
};

/** What is kept before it is dropped: far above any disk, and exact as a number. */
const BOUND_MAX = 1_000_000_000_000_000;

/** A bound that 0 switches off. */
const bound: Kind<number> = {
  takes: `a whole number from 0 to ${BOUND_MAX}`,
  read: (value) => (typeof value === "number" && isBound(value) ? value : undefined),
  readText: (text) => (/^\d{1,16}$/.test(text) && isBound(Number(text)) ? Number(text) : undefined),
};

function oneOf<const T extends string>(values: readonly T[], former: ReadonlyMap<unknown, T> = new Map()): Kind<T> {
  const find = (text: unknown) => values.find((value) => value === text) ?? former.get(text);
  const noteOn = (text: unknown) => {
    const now = former.get(text);
    return now === undefined ? undefined : `"${text}" means "${now}" by now`;
  };
  return { takes: `one of ${values.join(", ")}`, read: find, readText: find, noteOn };
}

/** A score, or none: `null` can only be the default. */
const score: Kind<number | null> = {
  takes: "a number from 0 to 10",
  read: (value) => (typeof value === "number" && value >= 0 && value <= 10 ? value : undefined),
  readText: (text) => (DECIMAL.test(text) && Number(text) <= 10 ? Number(text) : undefined),
};

/** An amount of money, or none. */
const dollars: Kind<number | null> = {
  takes: "an amount of US dollars, such as 0.5",
  read: (value) => (typeof value === "number" && value >= 0 && Number.isFinite(value) ? value : undefined),
  readText: (text) => (DECIMAL.test(text) ? Number(text) : undefined),
};

const DECIMAL = /^(?:\d{1,9}(?:\.\d{0,17})?|\.\d{1,17})$/;

function isBound(value: number): boolean {
  return Number.isInteger(value) && value >= 0 && value <= BOUND_MAX;
}

function isPort(value: number): boolean {
  return Number.isInteger(value) && value >= 0 && value <= 65_535;
}

function isAddress(text: string): boolean {
  return /^[\w.:[\]-]{1,255}$/.test(text);
}

function isToken(text: string): boolean {
  return /^[\w.~+/=-]{16,256}$/.test(text);
}

/** Every setting there is. docs/configuration.md shows the same table, and a test holds them together. */
export const SETTINGS = {
  "audience.host": {
    ...address,
    description: "where the audience listens",
    default: "127.0.0.1",
    env: "MASQUE_AUDIENCE_HOST",
    isProjectSafe: false,
  },
  "audience.httpPort": {
    ...port,
    description: "the port that telemetry is sent to over HTTP; 0 picks a free one",
    default: 4318,
    env: "MASQUE_AUDIENCE_HTTP_PORT",
    isProjectSafe: false,
  },
  "audience.grpcPort": {
    ...port,
    description: "the port that telemetry is sent to over gRPC; 0 picks a free one",
    default: 4317,
    env: "MASQUE_AUDIENCE_GRPC_PORT",
    isProjectSafe: false,
  },
  "audience.healthPort": {
    ...port,
    description: "the port that answers whether the audience is well; 0 picks a free one",
    default: 13_133,
    env: "MASQUE_AUDIENCE_HEALTH_PORT",
    isProjectSafe: false,
  },
  "audience.token": {
    ...token,
    description:
      "what senders must present as `Authorization: Bearer …`; without it everybody on this machine may send",
    default: "",
    env: "MASQUE_AUDIENCE_TOKEN",
    isProjectSafe: false,
    isSecret: true,
  },
  "audience.sync": {
    ...oneOf(["always", "off"], new Map([["interval", "always"]])),
    description: "whether a request is on disk before its sender is answered, or when the system writes it",
    default: "always",
    env: "MASQUE_AUDIENCE_SYNC",
    isProjectSafe: false,
  },
  "audience.segmentBytes": {
    ...bound,
    description: "a file of telemetry is closed, and a new one begun, before it would grow beyond this; 0 is no bound",
    default: 67_108_864,
    env: "MASQUE_AUDIENCE_SEGMENT_BYTES",
    isProjectSafe: false,
  },
  "audience.segmentHours": {
    ...bound,
    description: "the same for a file that is so old; 0 is no bound",
    default: 24,
    env: "MASQUE_AUDIENCE_SEGMENT_HOURS",
    isProjectSafe: false,
  },
  "audience.retentionBytes": {
    ...bound,
    description: "the oldest telemetry is dropped when all of it together is larger; 0 keeps it",
    default: 5_368_709_120,
    env: "MASQUE_AUDIENCE_RETENTION_BYTES",
    isProjectSafe: false,
  },
  "audience.retentionDays": {
    ...bound,
    description: "telemetry is dropped so many days after its file was closed; 0 keeps it",
    default: 90,
    env: "MASQUE_AUDIENCE_RETENTION_DAYS",
    isProjectSafe: false,
  },
  "audience.autoStart": {
    ...yesOrNo,
    description: "whether a session of Claude Code starts the audience when the audience does not run",
    default: false,
    env: "MASQUE_AUDIENCE_AUTO_START",
    isProjectSafe: false,
  },
  "judge.minComposite": {
    ...score,
    description: "the bar for the composite",
    default: null,
    env: "MASQUE_JUDGE_MIN_COMPOSITE",
    isProjectSafe: true,
  },
  "judge.minQuality": {
    ...score,
    description: "the bar for quality",
    default: null,
    env: "MASQUE_JUDGE_MIN_QUALITY",
    isProjectSafe: true,
  },
  "judge.minAutonomy": {
    ...score,
    description: "the bar for autonomy",
    default: null,
    env: "MASQUE_JUDGE_MIN_AUTONOMY",
    isProjectSafe: true,
  },
  "judge.minProductivity": {
    ...score,
    description: "the bar for productivity",
    default: null,
    env: "MASQUE_JUDGE_MIN_PRODUCTIVITY",
    isProjectSafe: true,
  },
  "judge.minTokenEfficiency": {
    ...score,
    description: "the bar for token efficiency",
    default: null,
    env: "MASQUE_JUDGE_MIN_TOKEN_EFFICIENCY",
    isProjectSafe: true,
  },
  "judge.minCostEfficiency": {
    ...score,
    description: "the bar for cost efficiency",
    default: null,
    env: "MASQUE_JUDGE_MIN_COST_EFFICIENCY",
    isProjectSafe: true,
  },
  "judge.maxCost": {
    ...dollars,
    description: "what one session may cost, in US dollars",
    default: null,
    env: "MASQUE_JUDGE_MAX_COST",
    isProjectSafe: true,
  },
  "judge.requireConfidence": {
    ...oneOf(["low", "medium", "high", "any"]),
    description: "the least confidence of a verdict; `any` asks for none",
    default: "any",
    env: "MASQUE_JUDGE_REQUIRE_CONFIDENCE",
    isProjectSafe: true,
  },
} as const satisfies Readonly<
  Record<string, Setting<string> | Setting<number> | Setting<boolean> | Setting<number | null>>
>;

/** A setting's name, dotted: in a file each part is a level. */
export type SettingKey = keyof typeof SETTINGS;

/** The value of every setting that nobody has set. */
export function defaultConfig(): Config {
  const defaults = Object.entries(SETTINGS).map(([key, setting]) => [key, setting.default] as const);
  // Object.fromEntries forgets which keys there are.
  return Object.fromEntries(defaults) as unknown as Config;
}

/** A value for every setting. */
export type Config = { readonly [Key in SettingKey]: (typeof SETTINGS)[Key] extends Setting<infer T> ? T : never };
