import { dirname, join } from "node:path";
import { MasqueError } from "../../kernel/errors.ts";
import type { Paths } from "../../kernel/paths.ts";
import { indexOfUnprintable, printableLine } from "../../kernel/text/printable.ts";

/**
 * The two programs that start others at login, systemd and launchd: where each keeps its file, what the file says and
 * which commands put it into effect. All of it is data; `at-login.ts` writes the file and runs the commands.
 */

/** What is to run at login. */
export type LoginJob = {
  /** The command line that starts masque, by a path that stays valid after an upgrade. */
  readonly program: readonly string[];
  /** Its arguments. */
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** The receiver's log, which also takes what the receiver writes to stderr under launchd. */
  readonly log: string;
};

/** What decides where a manager looks for its file. */
export type LoginPlace = {
  readonly platform: string;
  readonly home: string;
  /** `${XDG_CONFIG_HOME:-~/.config}` */
  readonly configHome: string;
  readonly uid: number;
};

/** One command that puts the file, or its removal, into effect. */
export type Step = {
  readonly command: readonly string[];
  /** The command is skipped if this one succeeds. */
  readonly unless?: readonly string[];
  /** Whether a failure is not reported, because it means that there was nothing to do. */
  readonly isBestEffort?: boolean;
};

/** systemd or launchd. */
export type LoginManager = {
  readonly name: "systemd" | "launchd";
  readonly file: string;
  /**
   * The text of the file for a job.
   *
   * @throws {MasqueError} `audience.login-unsupported` for text that the file cannot hold.
   */
  text(job: LoginJob, marker: string): string;
  /** After the file was written: starts the receiver now and at each login. */
  enabling(isChanged: boolean): readonly Step[];
  /** Before the file is removed. */
  disabling(): readonly Step[];
  /** After the file was removed. */
  forgetting(): readonly Step[];
  /** The link that enabling makes. It is removed with the file. */
  readonly link: string | null;
};

/** Where this machine looks for what to run at login. */
export function loginPlaceOf({ paths }: { readonly paths: Paths }): LoginPlace {
  // Windows has no user id, and no manager here that needs one.
  const uid = process.getuid?.() ?? 0;
  return { platform: process.platform, home: paths.home, configHome: dirname(dirname(paths.configFile)), uid };
}

/**
 * What starts programs at login on this platform.
 *
 * @throws {MasqueError} `audience.login-unsupported` on other platforms.
 */
export function loginManager(place: LoginPlace): LoginManager {
  switch (place.platform) {
    case "linux":
      return systemd(place);
    case "darwin":
      return launchd(place);
    default:
      throw new MasqueError(
        "audience.login-unsupported",
        `Cannot start the audience at login on "${printableLine(place.platform)}": masque knows systemd and launchd`,
        { hint: "let your system run `masque audience start` when you log in" },
      );
  }
}

/**
 * A systemd user unit. Quoting is systemd's own, not a shell's: inside of double quotes a backslash escapes as in C and
 * `%` begins a specifier. In `ExecStart` a `$` would begin a variable, so its line opens with `:`, which turns that off.
 *
 * @source systemd.service(5), "Command lines"; systemd.syntax(7), "Quoting"; systemd.unit(5), "Specifiers".
 */

const UNIT = "masque-audience.service";
/** Longer than the receiver takes to drain. */
const STOP_SECONDS = 15;
/** A receiver that cannot start, for example because its port is taken, is started five times in a minute and no more. */
const [START_TRIES, START_WINDOW_SECONDS, RESTART_SECONDS] = [5, 60, 2];
/** systemd accepts no quotes, backslashes or control characters in the path of an executable. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: finding control characters is the purpose
const UNSAFE_EXECUTABLE = /["'\\\u0000-\u001f\u007f]/;

/** The user's own systemd. */
export function systemd({ configHome }: Pick<LoginPlace, "configHome">): LoginManager {
  const folder = join(configHome, "systemd", "user");
  return {
    name: "systemd",
    file: join(folder, UNIT),
    text: unitText,
    enabling: (isChanged) => [
      systemctl("daemon-reload"),
      systemctl("enable", UNIT),
      systemctl(isChanged ? "restart" : "start", UNIT),
    ],
    disabling: () => [
      { ...systemctl("stop", UNIT), isBestEffort: true },
      { ...systemctl("disable", UNIT), isBestEffort: true },
    ],
    forgetting: () => [{ ...systemctl("daemon-reload"), isBestEffort: true }],
    link: join(folder, "default.target.wants", UNIT),
  };
}

function systemctl(...args: readonly string[]): Step {
  return { command: ["systemctl", "--user", ...args] };
}

function unitText(job: LoginJob, marker: string): string {
  const command = executable([...job.program, ...job.args]);
  const env = Object.entries(job.env).map(([name, value]) => `Environment=${quoted(`${name}=${value}`)}\n`);
  return `# ${marker}
# Changes of yours belong beside it: systemctl --user edit ${UNIT}

[Unit]
Description=masque audience: receives the telemetry of coding agents, on this machine
StartLimitIntervalSec=${START_WINDOW_SECONDS}
StartLimitBurst=${START_TRIES}

[Service]
Type=exec
ExecStart=${command.map((word, at) => quoted(at === 0 ? `:${word}` : word)).join(" ")}
${env.join("")}UMask=0077
Restart=on-failure
RestartSec=${RESTART_SECONDS}
TimeoutStopSec=${STOP_SECONDS}

[Install]
WantedBy=default.target
`;
}

/** A program whose path systemd would refuse is started by a shell, which gets the path as an argument. */
function executable(command: readonly string[]): readonly string[] {
  if (!UNSAFE_EXECUTABLE.test(command[0] ?? "")) return command;
  return ["/bin/sh", "-c", 'exec "$0" "$@"', ...command];
}

function quoted(word: string): string {
  const escaped = word
    .replace(/["\\]/g, (found) => `\\${found}`)
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they would end the line
    .replace(/[\u0001-\u001f\u007f]/g, (found) => `\\x${found.charCodeAt(0).toString(16).padStart(2, "0")}`)
    .replaceAll("%", "%%");
  return `"${escaped}"`;
}

/**
 * A launchd agent of the user. launchd starts it at each login, and again after it fails. It does not start it again
 * after an end with 0, such as when another receiver runs already.
 *
 * @source launchd.plist(5), launchctl(1). A property list is XML 1.0, which has no way to write a control character.
 */

const LABEL = "masque-audience";
/** 0077: a property list has no octal numbers. */
const UMASK = 63;

/** The user's own launchd. */
export function launchd({ home, uid }: Pick<LoginPlace, "home" | "uid">): LoginManager {
  const file = join(home, "Library", "LaunchAgents", `${LABEL}.plist`);
  const domain = `gui/${uid}`;
  const bootstrap = ["launchctl", "bootstrap", domain, file];
  const bootout = { command: ["launchctl", "bootout", `${domain}/${LABEL}`], isBestEffort: true };
  return {
    name: "launchd",
    file,
    text: agentText,
    enabling: (isChanged) =>
      isChanged
        ? [bootout, { command: bootstrap }]
        : [{ command: bootstrap, unless: ["launchctl", "print", `${domain}/${LABEL}`] }],
    disabling: () => [bootout],
    forgetting: () => [],
    link: null,
  };
}

function agentText(job: LoginJob, marker: string): string {
  const env = Object.entries(job.env).map(
    ([name, value]) => `    <key>${xml(name)}</key>\n    ${stringElement(value)}\n`,
  );
  return `<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">
<!-- ${marker} -->
<plist version="1.0">
<dict>
  <key>Label</key>
  ${stringElement(LABEL)}
  <key>ProgramArguments</key>
  <array>
${[...job.program, ...job.args].map((word) => `    ${stringElement(word)}\n`).join("")}  </array>
  <key>EnvironmentVariables</key>
  <dict>
${env.join("")}  </dict>
  <key>RunAtLoad</key>
  <true/>
  <key>KeepAlive</key>
  <dict>
    <key>SuccessfulExit</key>
    <false/>
  </dict>
  <key>ExitTimeOut</key>
  <integer>${STOP_SECONDS}</integer>
  <key>Umask</key>
  <integer>${UMASK}</integer>
  <key>ProcessType</key>
  <string>Background</string>
  <key>StandardErrorPath</key>
  ${stringElement(job.log)}
</dict>
</plist>
`;
}

function stringElement(text: string): string {
  return `<string>${xml(text)}</string>`;
}

function xml(text: string): string {
  if (indexOfUnprintable(text) !== -1 || text.includes("\n")) {
    throw new MasqueError(
      "audience.login-unsupported",
      `Cannot write "${printableLine(text)}" into a launchd agent: it has a control character`,
      { hint: "put masque, and its data folder, under a plainer path" },
    );
  }
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}
