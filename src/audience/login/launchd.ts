import { join } from "node:path";
import { MasqueError } from "../../kernel/errors.ts";
import { indexOfUnprintable, printableLine } from "../../kernel/text/printable.ts";
import type { LoginJob, LoginManager, LoginPlace } from "./login-job.ts";

/**
 * A launchd agent of the user's. It is started at each login and again when it fails; one that ends by itself, as when
 * another receiver runs already, is left alone.
 *
 * @source launchd.plist(5), launchctl(1). A property list is XML 1.0, which has no way to write a control character.
 */

const LABEL = "masque-audience";
/** 0077: a property list has no octal numbers. */
const UMASK = 63;
/** Longer than the receiver takes to drain. */
const EXIT_SECONDS = 15;

/** Where the user's agents lie, and how they are made to count. */
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
  const env = Object.entries(job.env).map(([name, value]) => `    <key>${xml(name)}</key>\n    ${string(value)}\n`);
  return `<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">
<!-- ${marker} -->
<plist version="1.0">
<dict>
  <key>Label</key>
  ${string(LABEL)}
  <key>ProgramArguments</key>
  <array>
${[...job.program, ...job.args].map((word) => `    ${string(word)}\n`).join("")}  </array>
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
  <integer>${EXIT_SECONDS}</integer>
  <key>Umask</key>
  <integer>${UMASK}</integer>
  <key>ProcessType</key>
  <string>Background</string>
  <key>StandardErrorPath</key>
  ${string(job.log)}
</dict>
</plist>
`;
}

function string(text: string): string {
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
