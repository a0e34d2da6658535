import { mkdirSync, symlinkSync } from "node:fs";
import { join, resolve } from "node:path";
import marketplace from "../../.claude-plugin/marketplace.json" with { type: "json" };
import plugin from "../../.claude-plugin/plugin.json" with { type: "json" };
import type { TelemetryProtocol } from "../../src/host/host.ts";
import type { Env } from "../../src/kernel/paths.ts";
import { isObject, parseJson, stringAt } from "../../src/kernel/text/json.ts";
import { CHECKOUT, MASQUE_BINARY, runMasque } from "./binary.ts";
import { defined, type Finished, finish, succeeded, told } from "./process.ts";
import { temporaryFolder } from "./temp-folder.ts";

/**
 * The real client, headless and without a network: a home, a project and an environment of its own, a model that is a
 * script on loopback, and a PATH on which the only thing of ours is `masque`.
 */

/** The native client that the lockfile pins. */
export const CLAUDE_BINARY = resolve(
  import.meta.dir,
  `../../node_modules/@anthropic-ai/claude-code-${process.platform}-${process.arch}/claude`,
);

/**
 * The port that `masque setup claude` writes down for telemetry where a test starts no receiver. Nothing listens there, so
 * that no client of a test sends telemetry to a receiver that runs on this machine.
 */
export const CLOSED_PORT = 9;

/** The plugin as it is installed: its name, and the marketplace's that this checkout is. */
export const PLUGIN = `${plugin.name}@${marketplace.name}`;

/** How telemetry leaves the client. */
export type ClientTelemetry = {
  /** `http://127.0.0.1:<port>` of a receiver, the port that serves the protocol. */
  readonly endpoint: string;
  readonly protocol: TelemetryProtocol;
  /** None unless given. */
  readonly compression?: "gzip" | undefined;
};

/** One headless call. */
export type Call = {
  readonly resume?: string;
  /** With `resume`: goes on under a new session id. */
  readonly fork?: boolean;
  /** Loads a plugin from a folder, uninstalled. */
  readonly pluginDir?: string;
  readonly telemetry?: ClientTelemetry;
  /** Leaves permissions as they are configured, as with a person; headless, whatever would be asked is denied. */
  readonly keepsPermissions?: boolean;
  readonly cwd?: string;
  readonly env?: Env;
};

/** What a headless call came to. */
export type Answer = {
  /** The agent session's id. */
  readonly session: string;
  /** The model's last words; empty when a command was aborted before any request. */
  readonly result: string;
  readonly isError: boolean;
  readonly stdout: string;
  readonly stderr: string;
};

/** A person's machine with the client on it, in a temporary folder. */
export type ClaudeHome = {
  readonly root: string;
  readonly home: string;
  readonly project: string;
  /** The complete environment that everything here runs with. */
  readonly env: Readonly<Record<string, string>>;
  /** Sends one prompt; fails with everything that was said when the client fails or hangs. */
  prompt(text: string, call?: Call): Promise<Answer>;
  /** Runs another subcommand of the client, such as `plugin install`. */
  claude(...args: readonly string[]): Promise<Finished>;
  /** Installs this checkout's plugin as its users do: the marketplace first, then the plugin out of it. */
  installPlugin(): Promise<void>;
  /** Runs `masque` in the project as a person at a terminal, or as the agent session that `env` names. */
  masque(args: readonly string[], env?: Env): Promise<Finished>;
  [Symbol.dispose](): void;
};

/** How a home is furnished. */
export type ClaudeHomeOptions = {
  /** `url` of a scripted API. */
  readonly apiUrl: string;
  /** The client's program; the one that the lockfile pins unless said otherwise. */
  readonly client?: string;
  /** The project's name as a folder. */
  readonly projectName?: string;
  /** Whether `masque` is on the PATH; it is unless said otherwise. */
  readonly hasMasque?: boolean;
  readonly env?: Env;
};

/** A fresh home and project with the client: `using person = claudeHome({ apiUrl: api.url });` */
export function claudeHome(options: ClaudeHomeOptions): ClaudeHome {
  const folder = temporaryFolder();
  const [home, project, bin, tmp] = ["home", options.projectName ?? "project", "bin", "tmp"].map((name) =>
    join(folder.path, name),
  );
  if (!home || !project || !bin || !tmp) throw new TypeError("four folders were named");
  for (const path of [home, join(project, ".git"), bin, tmp]) mkdirSync(path, { recursive: true });
  if (options.hasMasque !== false) symlinkSync(MASQUE_BINARY, join(bin, "masque"));
  const env = defined({
    ...clientEnvironment({ home, bin, tmp, apiUrl: options.apiUrl }),
    MASQUE_AUDIENCE_HTTP_PORT: String(CLOSED_PORT),
    ...options.env,
  });
  const run = (args: readonly string[], more: { cwd?: string | undefined; env?: Env | undefined } = {}) =>
    finish([options.client ?? CLAUDE_BINARY, ...args], {
      cwd: more.cwd ?? project,
      env: defined({ ...env, ...more.env }),
    });
  return {
    root: folder.path,
    home,
    project,
    env,
    prompt: async (text, call = {}) =>
      answerOf(
        text,
        await run(promptArguments(text, call), {
          cwd: call.cwd,
          env: { ...telemetryEnvironment(call.telemetry), ...call.env },
        }),
      ),
    claude: (...args) => run(args),
    installPlugin: async () => {
      succeeded(await run(["plugin", "marketplace", "add", CHECKOUT]));
      succeeded(await run(["plugin", "install", PLUGIN]));
    },
    masque: (args, more = {}) => runMasque(args, { cwd: project, env: { ...env, ...more } }),
    [Symbol.dispose]: () => folder[Symbol.dispose](),
  };
}

/** What the client needs to run alone: nothing is inherited. */
export function clientEnvironment(at: { home: string; bin: string; tmp: string; apiUrl: string }): Env {
  return {
    HOME: at.home,
    PATH: `${at.bin}:/usr/bin:/bin`,
    TMPDIR: at.tmp,
    CLAUDE_CODE_TMPDIR: at.tmp,
    LANG: "C.UTF-8",
    SHELL: "/bin/bash",
    TERM: "xterm-256color",
    ANTHROPIC_BASE_URL: at.apiUrl,
    ANTHROPIC_API_KEY: "dummy",
    CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: "1",
    DISABLE_AUTOUPDATER: "1",
    // The client refuses --dangerously-skip-permissions to root outside a sandbox.
    IS_SANDBOX: process.getuid?.() === 0 ? "1" : undefined,
  };
}

/** What switches the client's telemetry on. */
export function telemetryEnvironment(telemetry: ClientTelemetry | undefined): Env {
  if (!telemetry) return {};
  return {
    CLAUDE_CODE_ENABLE_TELEMETRY: "1",
    OTEL_METRICS_EXPORTER: "otlp",
    OTEL_LOGS_EXPORTER: "otlp",
    OTEL_EXPORTER_OTLP_PROTOCOL: telemetry.protocol,
    OTEL_EXPORTER_OTLP_ENDPOINT: telemetry.endpoint,
    OTEL_LOG_TOOL_DETAILS: "1",
    OTEL_EXPORTER_OTLP_COMPRESSION: telemetry.compression,
  };
}

function promptArguments(text: string, call: Call): string[] {
  return [
    "-p",
    text,
    "--output-format",
    "json",
    ...(call.keepsPermissions ? [] : ["--dangerously-skip-permissions"]),
    ...(call.resume === undefined ? [] : ["--resume", call.resume]),
    ...(call.fork ? ["--fork-session"] : []),
    ...(call.pluginDir === undefined ? [] : ["--plugin-dir", call.pluginDir]),
  ];
}

function answerOf(text: string, finished: Finished): Answer {
  const printed = parseJson(finished.stdout);
  const session = isObject(printed) ? stringAt(printed, "session_id") : undefined;
  if (!isObject(printed) || session === undefined) {
    throw new Error(`The client answered ${JSON.stringify(text)} with no result\n${told(finished)}`);
  }
  return {
    session,
    result: stringAt(printed, "result") ?? "",
    isError: printed["is_error"] === true || finished.exit !== 0,
    stdout: finished.stdout,
    stderr: finished.stderr,
  };
}
