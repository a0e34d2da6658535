import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseJson } from "../../src/kernel/text/json.ts";
import { httpPort, post } from "./audience.ts";

/**
 * Runs within mount, network and process namespaces of its own, on the outside of the root:
 * `bun inside-minimal-root.ts ROOT BINARY RECORDING SESSION`. Mounts what a system has, starts the binary in the root as
 * an ordinary user and prints what came of it as JSON. It is not a test: `minimal-root.test.ts` judges what it prints.
 */

const [root = "", binary = "", recording = "", session = ""] = process.argv.slice(2);
const USER = "1000:1000";
const HOME = "/home/ada";
const SCREEN = { cols: 120, rows: 40 };
const SCREEN_MS_MAX = 30_000;

furnish();
const donned = masque("don", "codesmith", "see that it runs");
const started = masque("audience", "start", "--http-port", "0", "--grpc-port", "0", "--health-port", "0", "--json");
const captureStatus = await post(`http://127.0.0.1:${httpPort(parseJson(started) ?? null)}`, recording);
const score = parseJson(masque("judge", "--session", session, "--json"));
const doffed = masque("doff");
masque("audience", "stop");
const screen = await firstScreen();
process.stdout.write(
  JSON.stringify({
    tmpIsReadOnly: !canWriteTmp(),
    hasNetwork: hasNetwork(),
    donned,
    captureStatus,
    score: Array.isArray(score) ? score[0] : score,
    doffed,
    screen,
  }),
);

function furnish(): void {
  const home = join(root, HOME);
  mkdirSync(join(home, "project/.git"), { recursive: true });
  mkdirSync(join(root, "usr/local/bin"), { recursive: true });
  writeFileSync(join(root, "usr/local/bin/masque"), "");
  for (const command of [
    ["ip", "link", "set", "lo", "up"],
    ["mount", "--make-rprivate", "/"],
    ["mount", "--bind", binary, join(root, "usr/local/bin/masque")],
    ["mount", "-t", "proc", "proc", join(root, "proc")],
    ["mount", "--rbind", "/dev", join(root, "dev")],
    ["mount", "-t", "tmpfs", "-o", "ro", "tmpfs", join(root, "tmp")],
    ["mount", "-t", "tmpfs", "-o", "ro", "tmpfs", join(root, "var/tmp")],
    ["chown", "-R", USER, home],
  ]) {
    outside(command);
  }
}

function outside(command: string[]): void {
  const { exitCode, stderr } = Bun.spawnSync(command);
  if (exitCode !== 0) throw new Error(`${command.join(" ")}: exit ${exitCode}\n${stderr}`);
}

/** The command line that runs a program in the root as an ordinary user, with a clean environment. */
function within(...command: string[]): string[] {
  const settings = [`HOME=${HOME}`, "PATH=/usr/local/bin:/usr/bin:/bin", "TERM=xterm-256color", "LANG=C.UTF-8"];
  const enter = `cd ${HOME}/project && exec "$@"`;
  return [
    ...["chroot", `--userspec=${USER}`, root, "/usr/bin/env", "-i", ...settings],
    ...["/bin/sh", "-c", enter, "sh", ...command],
  ];
}

function masque(...args: string[]): string {
  const { exitCode, stdout, stderr } = Bun.spawnSync(within("masque", ...args), { stdin: "ignore" });
  if (exitCode !== 0) throw new Error(`masque ${args.join(" ")}: exit ${exitCode}\n${stdout}\n${stderr}`);
  return stdout.toString();
}

function canWriteTmp(): boolean {
  return Bun.spawnSync(within("touch", "/tmp/x")).exitCode === 0;
}

/** A network would have a route; the loopback interface has none. */
function hasNetwork(): boolean {
  return Bun.spawnSync(["ip", "route"]).stdout.length > 0;
}

/** What the catalog's screen holds, once it has a row, then quits. */
async function firstScreen(): Promise<string> {
  let shown = "";
  const decoder = new TextDecoder();
  const seen = Promise.withResolvers<void>();
  const child = Bun.spawn(within("masque", "tui"), {
    terminal: {
      ...SCREEN,
      data(_terminal, bytes) {
        shown += decoder.decode(bytes, { stream: true });
        if (shown.includes("Codesmith")) seen.resolve();
      },
    },
  });
  const overdue = setTimeout(() => child.kill("SIGKILL"), SCREEN_MS_MAX);
  await Promise.race([seen.promise, child.exited]);
  child.terminal?.write("q");
  await child.exited;
  clearTimeout(overdue);
  if (child.exitCode !== 0) throw new Error(`masque tui: exit ${child.exitCode}\n${shown}`);
  return Bun.stripANSI(shown);
}
