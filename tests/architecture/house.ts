/**
 * The house as data: which folder may import which, who owns which package, and what is heavy.
 * docs/internals/architecture.md says it in prose; the tests beside this file hold it.
 */

/** The areas: what the program is about. None imports `app`, `cli` or `tui`. */
export const AREAS = ["masque", "session", "telemetry", "host", "audience", "judge", "analytics"] as const;

/** What a room may import of another: its values, or only its types. */
export type Access = "value" | "type";

/** One room of the house: a folder of `src/`, or one of the two files beside the folders. */
export type Room = "main" | "deps" | "cli" | "tui" | "app" | (typeof AREAS)[number] | "kernel";

const everyArea = Object.fromEntries(AREAS.map((area) => [area, "value"])) as Record<(typeof AREAS)[number], Access>;

/** What each room may import besides itself. */
export const MAY_IMPORT: Readonly<Record<Room, Readonly<Partial<Record<Room, Access>>>>> = {
  main: { cli: "value", deps: "value", kernel: "value" },
  deps: { ...everyArea, app: "value", cli: "type", tui: "value", kernel: "value" },
  cli: { ...everyArea, app: "value", deps: "type", tui: "type", kernel: "value" },
  tui: { ...everyArea, app: "value", kernel: "value" },
  app: { ...everyArea, kernel: "value" },
  masque: { kernel: "value" },
  session: { masque: "type", telemetry: "value", kernel: "value" },
  telemetry: { kernel: "value" },
  host: { kernel: "value" },
  audience: { telemetry: "value", kernel: "value" },
  judge: { session: "type", telemetry: "value", kernel: "value" },
  analytics: { telemetry: "value", kernel: "value" },
  kernel: {},
};

/**
 * What a folder may import of the other folders of its room; `src/cli` means the files directly in that room. A folder that
 * is not listed here may import all of its room.
 */
export type FolderRule = {
  readonly folder: string;
  /** `lazy`: with `import()`, or a group's `group.ts`, which loads no command. */
  readonly may: Readonly<Record<string, Access | "lazy">>;
  readonly because: string;
};

/** The folders of `cli/` with commands, each a group of the help. */
export const CLI_GROUPS = ["wear", "masques", "audience", "judge", "install"] as const;

const DOOR = {
  may: { "src/audience": "value" },
  because:
    "a door turns bytes into a request and an outcome into bytes; files, processes and the other door are not its business",
} as const;
const CODEC = {
  may: { "src/telemetry": "value", "src/telemetry/line": "value" },
  because: "one encoding knows nothing of the other",
} as const;

/** The rules inside the rooms that have some. */
export const FOLDER_RULES: readonly FolderRule[] = [
  {
    folder: "src/cli",
    may: { "src/cli/print": "value", ...Object.fromEntries(CLI_GROUPS.map((name) => [`src/cli/${name}`, "lazy"])) },
    because: "a command's module is loaded when the command runs",
  },
  { folder: "src/cli/print", may: {}, because: "what all groups share knows none of them" },
  ...CLI_GROUPS.map((name) => ({
    folder: `src/cli/${name}`,
    may: { "src/cli": "value", "src/cli/print": "value" } as const,
    because: "what two groups share belongs into cli/print/",
  })),
  { folder: "src/audience/http", ...DOOR },
  { folder: "src/audience/grpc", ...DOOR },
  {
    folder: "src/audience/files",
    may: { "src/audience": "value", "src/audience/process": "type" },
    because: "what is written does not depend on the door that it came through",
  },
  { folder: "src/audience/flock", may: { "src/audience/process": "type" }, because: "a system call knows no receiver" },
  { folder: "src/telemetry/json", ...CODEC },
  { folder: "src/telemetry/protobuf", ...CODEC },
  { folder: "src/judge/score", may: {}, because: "the score is arithmetic" },
  { folder: "src/judge/explain", may: { "src/judge/score": "value" }, because: "an explanation is made of scores" },
  {
    folder: "src/judge/reading",
    may: { "src/judge": "type" },
    because: "lines become rows without knowing who keeps them",
  },
  {
    folder: "src/judge/store",
    may: { "src/judge": "type", "src/judge/reading": "value" },
    because: "what the store holds can be read without DuckDB",
  },
  {
    folder: "src/judge/echarts",
    may: { "src/judge": "type", "src/judge/score": "value" },
    because: "a chart is drawn from scores",
  },
];

/** Folders that only compute: no file, no process, no package, no clock of the system. */
export const PURE = ["src/judge/score/", "src/judge/explain/", "src/masque/rubric/", "src/masque/lint/"] as const;

/** What of the kernel a folder that only computes may not import. */
export const EFFECTS = /^src\/kernel\/(?:files|process|config)\//;

/**
 * Folders named for a technology: only `src/deps.ts` opens them, and does so dynamically. `telemetry/protobuf/` is not
 * among them: it is a codec, bytes in and records out, that receiving and judging share.
 */
export const EDGES = [
  "src/masque/arktype/",
  "src/masque/re2/",
  "src/masque/gpt-tokenizer/",
  "src/telemetry/otlp-transformer/",
  "src/audience/http/",
  "src/audience/grpc/",
  "src/audience/flock/",
  "src/judge/duckdb/",
  "src/judge/echarts/",
  "src/analytics/clickhouse/",
  "src/cli/consola/",
] as const;

/** The agent programs: a folder each, with the same file names. */
export const HOSTS: readonly string[] = ["src/host/claude/"];

/** Each third-party package, or privileged module of Bun's, and the folders or files that may import it: one, unless two edges need it. */
export const OWNERS: Readonly<Record<string, string | readonly string[]>> = {
  arktype: "src/masque/arktype/",
  re2js: "src/masque/re2/",
  "gpt-tokenizer": "src/masque/gpt-tokenizer/",
  yaml: ["src/kernel/text/yaml.ts", "src/kernel/text/edit-yaml.ts"],
  diff: "src/kernel/text/compare-lines.ts",
  "jsonc-parser": "src/host/settings/",
  "@opentelemetry/api-logs": "src/telemetry/otlp-transformer/",
  "@opentelemetry/otlp-transformer": "src/telemetry/otlp-transformer/",
  "@opentelemetry/resources": "src/telemetry/otlp-transformer/",
  protobufjs: "src/telemetry/protobuf/",
  "bun:ffi": ["src/judge/duckdb/", "src/audience/flock/"],
  echarts: "src/judge/echarts/",
  "bun:sqlite": "src/kernel/files/lock.ts",
  "@opentui/core": "src/tui/",
  citty: "src/cli/",
  consola: "src/cli/consola/",
};

/** What no command may load that does not need it: each costs more than a hot command may take in all. */
export const HEAVY = [
  "jsonc-parser",
  "arktype",
  "re2js",
  "gpt-tokenizer",
  "yaml",
  "bun:ffi",
  "@opentui/core",
  "protobufjs",
  "echarts",
  "consola",
] as const;

/** Files that are heavy by what they hold rather than by what they import. */
export const HEAVY_FILES = ["src/kernel/text/yaml.ts", "src/kernel/text/edit-yaml.ts"] as const;

/** What runs only while the program is built: it may open edges, and is imported as a macro or for its types. */
export const BUILD_TIME = /-macro\.ts$/;

/** The room that a path from the checkout's root lies in, or `undefined` for an unknown folder. */
export function roomOf(path: string): Room | undefined {
  if (path === "src/main.ts") return "main";
  if (path === "src/deps.ts") return "deps";
  const folder = /^src\/([^/]+)\//.exec(path)?.[1];
  return folder !== undefined && folder in MAY_IMPORT ? (folder as Room) : undefined;
}

/** The folder that a rule can name: `src/cli/judge` of `src/cli/judge/page/page.ts`, `src/cli` of `src/cli/run.ts`. */
export function folderOf(path: string): string {
  return path.split("/").slice(0, -1).slice(0, 3).join("/");
}

/** The package of a bare specifier: `@opentui/core/testing` is of `@opentui/core`. */
export function packageOf(specifier: string): string {
  const parts = specifier.split("/");
  return specifier.startsWith("@") ? parts.slice(0, 2).join("/") : (parts[0] ?? specifier);
}
