import { describe, expect, test } from "bun:test";
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { startAtLogin, stopAtLogin } from "../../src/audience/login/at-login.ts";
import { markerFor } from "../../src/audience/login/login-file.ts";
import { type LoginJob, type LoginPlace, launchd, systemd } from "../../src/audience/login/login-manager.ts";
import type { ProgramOutcome } from "../../src/kernel/process/run-program.ts";
import { finish } from "../support/process.ts";
import { program, testWith } from "../support/requirement.ts";
import { temporaryFolder } from "../support/temp-folder.ts";
import { type TestDeps, testDeps } from "../support/test-deps.ts";

/** Starting at login. The managers are told nothing here but in the tests that say so: their commands are recorded. */

const FINE: ProgramOutcome = { kind: "ended", exit: 0, stderr: "" };
const NO_BUS: ProgramOutcome = { kind: "ended", exit: 1, stderr: "Failed to connect to bus: No such file\n" };

const PLAIN: LoginJob = {
  program: ["/usr/local/bin/masque"],
  args: ["audience", "run", "--log"],
  env: { MASQUE_DATA_DIR: "/home/ada/.local/share/masque" },
  log: "/home/ada/.local/share/masque/audience/log",
};

/** Every character that one of the two files could take for its own. */
const ODD: LoginJob = {
  program: ["/opt/a b/100%/$HOME/ma;s&q<u>e"],
  args: ["audience", "run", "--host", "say \"hi\" \\ 'there'"],
  env: { MASQUE_DATA_DIR: '/data/%h $X "q" \\n' },
  log: "/data/<log> & more",
};

const UNIT = systemd({ configHome: "/home/ada/.config" });
const AGENT = launchd({ home: "/Users/ada", uid: 501 });

describe("systemd()", () => {
  test("names the user's own unit", () => {
    expect(UNIT.file).toBe("/home/ada/.config/systemd/user/masque-audience.service");
  });

  test("writes a unit that restarts what fails", () => {
    expect(UNIT.text(PLAIN, markerFor(2))).toMatchInlineSnapshot(`
      "# Written by masque to start the audience at login; folders made for it: 2
      # Changes of yours belong beside it: systemctl --user edit masque-audience.service

      [Unit]
      Description=masque audience: receives the telemetry of coding agents, on this machine
      StartLimitIntervalSec=60
      StartLimitBurst=5

      [Service]
      Type=exec
      ExecStart=":/usr/local/bin/masque" "audience" "run" "--log"
      Environment="MASQUE_DATA_DIR=/home/ada/.local/share/masque"
      UMask=0077
      Restart=on-failure
      RestartSec=2
      TimeoutStopSec=15

      [Install]
      WantedBy=default.target
      "
    `);
  });

  test("escapes what systemd would read as its own, and nothing more", () => {
    const lines = UNIT.text(ODD, markerFor(0)).split("\n");
    expect(lines.filter((line) => /^(ExecStart|Environment)=/.test(line)).join("\n")).toMatchInlineSnapshot(`
      "ExecStart=":/opt/a b/100%%/$HOME/ma;s&q<u>e" "audience" "run" "--host" "say \\"hi\\" \\\\ 'there'"
      Environment="MASQUE_DATA_DIR=/data/%%h $X \\"q\\" \\\\n""
    `);
  });

  test("has a shell start what systemd would not: a path with quotes, a backslash or a newline in it", () => {
    const job = { ...PLAIN, program: ['/opt/"a"\\b\n/masque'] };
    const line = UNIT.text(job, markerFor(0))
      .split("\n")
      .find((one) => one.startsWith("ExecStart="));
    expect(line).toBe(
      String.raw`ExecStart=":/bin/sh" "-c" "exec \"$0\" \"$@\"" "/opt/\"a\"\\b\x0a/masque" "audience" "run" "--log"`,
    );
  });
});

describe("launchd()", () => {
  test("names the user's own agent", () => {
    expect(AGENT.file).toBe("/Users/ada/Library/LaunchAgents/masque-audience.plist");
  });

  test("writes an agent that restarts what fails", () => {
    expect(AGENT.text(PLAIN, markerFor(0))).toMatchInlineSnapshot(`
      "<?xml version="1.0" encoding="UTF-8"?>
      <!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">
      <!-- Written by masque to start the audience at login; folders made for it: 0 -->
      <plist version="1.0">
      <dict>
        <key>Label</key>
        <string>masque-audience</string>
        <key>ProgramArguments</key>
        <array>
          <string>/usr/local/bin/masque</string>
          <string>audience</string>
          <string>run</string>
          <string>--log</string>
        </array>
        <key>EnvironmentVariables</key>
        <dict>
          <key>MASQUE_DATA_DIR</key>
          <string>/home/ada/.local/share/masque</string>
        </dict>
        <key>RunAtLoad</key>
        <true/>
        <key>KeepAlive</key>
        <dict>
          <key>SuccessfulExit</key>
          <false/>
        </dict>
        <key>ExitTimeOut</key>
        <integer>15</integer>
        <key>Umask</key>
        <integer>63</integer>
        <key>ProcessType</key>
        <string>Background</string>
        <key>StandardErrorPath</key>
        <string>/home/ada/.local/share/masque/audience/log</string>
      </dict>
      </plist>
      "
    `);
  });

  test("escapes what XML would read as its own", () => {
    const strings = AGENT.text(ODD, markerFor(0)).match(/<string>.*<\/string>/g);
    expect(strings?.join("\n")).toMatchInlineSnapshot(`
      "<string>masque-audience</string>
      <string>/opt/a b/100%/$HOME/ma;s&amp;q&lt;u&gt;e</string>
      <string>audience</string>
      <string>run</string>
      <string>--host</string>
      <string>say "hi" \\ 'there'</string>
      <string>/data/%h $X "q" \\n</string>
      <string>Background</string>
      <string>/data/&lt;log&gt; &amp; more</string>"
    `);
  });

  test("refuses what XML cannot say", () => {
    const job = { ...PLAIN, program: ["/opt/\u0007/masque"] };
    expect(() => AGENT.text(job, markerFor(0))).toThrow(
      expect.objectContaining({ code: "audience.login-unsupported" }),
    );
  });

  test("loads the agent again when it has changed, and only once when it has not", () => {
    const bootstrap = ["launchctl", "bootstrap", "gui/501", AGENT.file];
    expect(AGENT.enabling(true).map(({ command }) => command)).toEqual([
      ["launchctl", "bootout", "gui/501/masque-audience"],
      bootstrap,
    ]);
    expect(AGENT.enabling(false)).toEqual([
      { command: bootstrap, unless: ["launchctl", "print", "gui/501/masque-audience"] },
    ]);
  });
});

const FREE = { host: "127.0.0.1", httpPort: 0, grpcPort: 0, healthPort: 0 };
const FLAGS = ["--http-port", "0", "--grpc-port", "0", "--health-port", "0"];

/** A world whose manager answers as it is told, and keeps what it was asked. */
function withManager(world: TestDeps, answer: ProgramOutcome) {
  const asked: string[] = [];
  const place: LoginPlace = { platform: "linux", home: world.home, configHome: join(world.home, ".config"), uid: 1 };
  const { env, paths, program: own } = world.deps;
  const run = async (command: readonly string[]) => {
    asked.push(command.join(" "));
    return answer;
  };
  return { place, asked, world: { env, paths, program: own, run } };
}

describe("startAtLogin() and stopAtLogin()", () => {
  test("without a manager: the unit is written, the receiver started all the same, and what is left is said", async () => {
    await using world = testDeps();
    const at = withManager(world, NO_BUS);
    try {
      const login = await startAtLogin(at.world, at.place, { address: FREE, flags: FLAGS });
      expect(login).toMatchObject({ kind: "started", manager: "systemd", written: "created" });
      expect(login.undone.map(({ command }) => command.join(" "))).toEqual([
        "systemctl --user daemon-reload",
        "systemctl --user enable masque-audience.service",
        "systemctl --user restart masque-audience.service",
      ]);
      expect(login.undone[0]?.because).toBe("Failed to connect to bus: No such file");
      expect(readFileSync(login.file, "utf8")).toBe(login.text);
      expect(statSync(login.file).mode & 0o777).toBe(0o600);

      const again = await startAtLogin(at.world, at.place, { address: FREE, flags: FLAGS });
      expect(again).toMatchObject({ kind: "already-running", written: "unchanged", text: login.text });
      const other = await startAtLogin(at.world, at.place, { address: FREE, flags: ["--http-port", "4000"] });
      expect(other.written).toBe("updated");
      expect(other.text).toContain('"--http-port" "4000"');
    } finally {
      const stopped = await stopAtLogin(at.world, at.place);
      expect(stopped).toMatchObject({ kind: "stopped", isRemoved: true });
    }
    expect(existsSync(join(world.home, ".config"))).toBe(false);
    expect(await stopAtLogin(at.world, at.place)).toMatchObject({ kind: "not-running", isRemoved: false });
  });

  test("with a manager that starts it: nothing is left to do, and nothing started twice", async () => {
    await using world = testDeps();
    const at = withManager(world, FINE);
    // What the manager would do when it is told to.
    const started = await world.run("audience", "start", ...FLAGS, "--json");
    const { instance } = JSON.parse(started.stdout);
    try {
      const login = await startAtLogin(at.world, at.place, { address: FREE, flags: [] });
      expect(login).toMatchObject({ kind: "already-running", undone: [], health: { instance } });
    } finally {
      await stopAtLogin(at.world, at.place);
    }
    expect(at.asked).toEqual([
      "systemctl --user daemon-reload",
      "systemctl --user enable masque-audience.service",
      "systemctl --user restart masque-audience.service",
      "systemctl --user stop masque-audience.service",
      "systemctl --user disable masque-audience.service",
      "systemctl --user daemon-reload",
    ]);
  });

  test("a file that masque did not write is left alone, byte for byte, by both", async () => {
    await using world = testDeps();
    const at = withManager(world, FINE);
    const file = join(world.home, ".config/systemd/user/masque-audience.service");
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, "[Service]\nExecStart=/usr/bin/mine\n");
    const refused = expect.objectContaining({ code: "audience.login-foreign" });
    await expect(startAtLogin(at.world, at.place, { address: FREE, flags: [] })).rejects.toThrow(refused);
    await expect(stopAtLogin(at.world, at.place)).rejects.toThrow(refused);
    expect(readFileSync(file, "utf8")).toBe("[Service]\nExecStart=/usr/bin/mine\n");
    expect(at.asked).toEqual([]);
  });

  test("what else lies in the folders stays, and a link that enabling made goes though no manager takes it out", async () => {
    await using world = testDeps();
    const at = withManager(world, NO_BUS);
    mkdirSync(join(world.home, ".config"), { recursive: true });
    try {
      const { file } = await startAtLogin(at.world, at.place, { address: FREE, flags: FLAGS });
      const wants = join(dirname(file), "default.target.wants");
      mkdirSync(wants);
      symlinkSync(file, join(wants, "masque-audience.service"));
      writeFileSync(join(dirname(file), "other.service"), "");
    } finally {
      await stopAtLogin(at.world, at.place);
    }
    const user = join(world.home, ".config/systemd/user");
    expect(existsSync(join(user, "other.service"))).toBe(true);
    expect(existsSync(join(user, "default.target.wants"))).toBe(false);
    expect(existsSync(join(user, "masque-audience.service"))).toBe(false);
  });

  test("carries where data and settings are, and never a token", async () => {
    await using world = testDeps({ env: { MASQUE_AUDIENCE_HOST: "::1", OTEL_SECRET: "x" } });
    const at = withManager(world, NO_BUS);
    const token = { ...at.world, env: { ...at.world.env, MASQUE_AUDIENCE_TOKEN: "t".repeat(32) } };
    await expect(startAtLogin(token, at.place, { address: FREE, flags: [] })).rejects.toThrow("MASQUE_AUDIENCE_TOKEN");
    expect(existsSync(join(world.home, ".config"))).toBe(false);
    try {
      const { text } = await startAtLogin(at.world, at.place, { address: FREE, flags: FLAGS });
      expect(text.match(/^Environment=.*$/gm)).toEqual([
        `Environment="MASQUE_DATA_DIR=${world.deps.paths.data}"`,
        'Environment="MASQUE_AUDIENCE_HOST=::1"',
      ]);
    } finally {
      await stopAtLogin(at.world, at.place);
    }
  });

  test("a platform without either says what to do instead", async () => {
    await using world = testDeps();
    const at = withManager(world, FINE);
    const windows = { ...at.place, platform: "win32" };
    const unsupported = expect.objectContaining({ code: "audience.login-unsupported" });
    await expect(startAtLogin(at.world, windows, { address: FREE, flags: [] })).rejects.toThrow(unsupported);
  });
});

/** systemd's own reader finds the program, so it has read every escape as it was meant. */
testWith(program("systemd-analyze", "Debian: systemd"))(
  "systemd reads the unit, and finds the program under an odd path",
  async () => {
    using folder = temporaryFolder();
    const [runtime, configHome] = [join(folder.path, "run"), join(folder.path, "config")];
    mkdirSync(runtime);
    const manager = systemd({ configHome });
    mkdirSync(dirname(manager.file), { recursive: true });
    const odd = join(folder.path, "a b/100% $HOME/ma;sque é");
    mkdirSync(dirname(odd), { recursive: true });
    copyFileSync("/bin/true", odd);
    chmodSync(odd, 0o700);
    const verify = () =>
      finish(["systemd-analyze", "verify", "--user", manager.file], {
        cwd: folder.path,
        env: { PATH: process.env["PATH"], HOME: folder.path, XDG_RUNTIME_DIR: runtime, XDG_CONFIG_HOME: configHome },
      });
    const job = { ...ODD, program: [odd] };
    writeFileSync(manager.file, manager.text(job, markerFor(0)));
    expect(await verify()).toEqual({ exit: 0, stdout: "", stderr: "" });
    writeFileSync(manager.file, manager.text({ ...job, program: [`${odd}-gone`] }, markerFor(0)));
    expect((await verify()).stderr).toContain(`Command ${odd}-gone is not executable`);
    writeFileSync(manager.file, manager.text({ ...job, program: ['/opt/"a"\\b/masque'] }, markerFor(0)));
    expect(await verify()).toEqual({ exit: 0, stdout: "", stderr: "" });
  },
  60_000,
);
