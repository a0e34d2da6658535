import { join } from "node:path";
import type { LoginJob, LoginManager, LoginPlace, Step } from "./login-job.ts";

/**
 * A systemd user unit. Quoting is systemd's own, not a shell's: inside of double quotes a backslash escapes as in C and
 * `%` begins a specifier. In `ExecStart` a `$` would begin a variable, so its line opens with `:`, which turns that off.
 *
 * @source systemd.service(5), "Command lines"; systemd.syntax(7), "Quoting"; systemd.unit(5), "Specifiers".
 */

const UNIT = "masque-audience.service";
/** Longer than the receiver takes to drain. */
const STOP_SECONDS = 15;
/** A receiver that cannot start, such as for a port that is taken, is tried five times in a minute and then left. */
const [START_TRIES, START_WINDOW_SECONDS, RESTART_SECONDS] = [5, 60, 2];
/** In the path of an executable systemd takes neither quotes nor backslashes nor control characters. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: finding control characters is the purpose
const UNSAFE_EXECUTABLE = /["'\\\u0000-\u001f\u007f]/;

/** Where the user's units lie, and how they are made to count. */
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

/** A program whose path systemd would refuse is started by a shell that is handed the path, and leaves at once. */
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
