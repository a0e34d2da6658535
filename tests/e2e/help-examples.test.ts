import { describe, expect, test } from "bun:test";
import { chmodSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { CommandEntry } from "../../src/cli/command.ts";
import { COMMANDS } from "../../src/cli/commands.ts";
import { MASQUE_BINARY } from "../support/binary.ts";
import { type Finished, finish, succeeded, told } from "../support/process.ts";
import { openPty } from "../support/pty.ts";
import { program, testWith } from "../support/requirement.ts";
import { markLine } from "../support/telemetry-lines.ts";
import { type Terminal, terminal } from "../support/terminal.ts";
import { EXAMPLES, type Example } from "./help-examples/examples.ts";

/** Every line under "Examples" in every help text, pasted into a shell by someone who has what the line is about. */

const CEILING_MS = 60_000;
/** How long a program that stays may take to show what is waited for: only ever met by one that hangs. */
const STAYS_MS_MAX = 30_000;
/** The session that examples name, as people find such an id in `masque sessions`. */
const EXAMPLE_ID = "bcd06328-9d01-4e42-bf7a-4c6a8ede615a";
const RECORDING = join(import.meta.dir, "../fixtures/telemetry/quick-http-json/000-logs.json");
const RECORDED_ID = /"session\.id","value":\{"stringValue":"([^"]+)"/;
/** Printed last on a terminal: a program may have ended before all of its output has been read. */
const END = "(the shell has ended)";
/** What a shell answers when a line that prepares an example fails. */
const NOT_PREPARED = 99;

const PATHS = ["", ...pathsOf(COMMANDS)];

describe.each(PATHS)("masque %s --help", (path) => {
  testWith(program("zstd", "Debian package zstd"))(
    "each example does what it says when pasted",
    async () => {
      const shown = await examplesShown(path);
      expect(shown.map(([line]) => line)).toEqual(EXAMPLES.get(path)?.map(({ line }) => line) ?? []);
      for (const [, purpose] of shown) expect(purpose).toMatch(/\w/);
      for (const example of EXAMPLES.get(path) ?? []) {
        using me = await furnished();
        try {
          expectAnswer(await pasted(me, example), example);
        } finally {
          await me.masque(["audience", "stop"]);
        }
      }
    },
    CEILING_MS,
  );
});

test("no example is expected of a command that is not there", () => {
  expect([...EXAMPLES.keys()].filter((path) => !PATHS.includes(path))).toEqual([]);
});

/** Every command and group, as they are typed. */
function pathsOf(group: Readonly<Record<string, CommandEntry>>, before = ""): string[] {
  return Object.entries(group).flatMap(([name, entry]) => {
    const path = `${before}${name}`;
    return "group" in entry ? [path, ...pathsOf(entry.group, `${path} `)] : [path];
  });
}

async function examplesShown(path: string): Promise<readonly (readonly [line: string, purpose: string])[]> {
  using me = terminal();
  const { stdout } = succeeded(await me.masque([...path.split(" ").filter(Boolean), "--help"]));
  const rows = stdout.split("\nExamples:\n")[1]?.split("\n\n")[0]?.trimEnd().split("\n") ?? [];
  return rows.map((row) => {
    const [line = "", purpose = ""] = row.trim().split(/ {2,}/);
    return [line, purpose];
  });
}

/** Runs what an example needs, the example, and what shows its effect, in one shell. */
async function pasted(me: Terminal, example: Example): Promise<Finished> {
  const { before, line, shows, answers, until } = example;
  const prepared = before && `{ ${before}; } >/dev/null 2>&1 || exit ${NOT_PREPARED}`;
  // What stays takes the shell's place, so that it is the one that is ended.
  const script = [prepared, until ? `exec ${line}` : line, shows].filter(Boolean).join("\n");
  const at = { cwd: me.project, env: { ...me.env, ...example.env } };
  if (answers) {
    const ending = `status=$?\necho '${END}'\nexit $status`;
    await using person = openPty(["sh", "-c", `${script}\n${ending}`], { ...at, columns: 100, rows: 30 });
    for (const [prompt, keys] of answers) {
      await person.until(prompt);
      person.type(keys);
    }
    await person.until(END);
    const stdout = Bun.stripANSI(person.output()).replace(END, "").trimEnd();
    return { exit: await person.exited, stdout: `${stdout}\n`, stderr: "" };
  }
  return until === undefined ? finish(["sh", "-c", script], at) : endedOnceShown(["sh", "-c", script], at, until);
}

/** Runs a program that stays, ends it once it has shown what is waited for, and answers all that it said. */
async function endedOnceShown(
  command: readonly string[],
  at: { cwd: string; env: Readonly<Record<string, string>> },
  until: RegExp,
): Promise<Finished> {
  const child = Bun.spawn([...command], { ...at, stdin: "ignore", stdout: "pipe", stderr: "pipe" });
  const overdue = setTimeout(() => child.kill("SIGKILL"), STAYS_MS_MAX);
  let stdout = "";
  for await (const chunk of child.stdout.pipeThrough(new TextDecoderStream())) {
    stdout += chunk;
    if (until.test(stdout)) child.kill("SIGTERM");
  }
  clearTimeout(overdue);
  return { exit: await child.exited, stdout, stderr: await child.stderr.text() };
}

function expectAnswer(ran: Finished, { line, exit, stdout, stderr }: Example): void {
  const said = `${line}\n${told(ran)}`;
  expect(ran.exit, said).toBe(exit ?? 0);
  expect(ran.stdout, said).toMatch(stdout);
  expect(ran.stderr, said).toMatch(stderr ?? /^$/);
}

/** Someone with telemetry of a session, with masques of their own, and with ports for a receiver that no other program has. */
async function furnished(): Promise<Terminal> {
  const me = terminal();
  const { logs, marks } = recordedToday(me.project);
  for (const folder of [
    me.otel,
    join(me.project, "otel"),
    join(me.home, ".config/masque"),
    join(me.project, "masques"),
  ]) {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
  }
  for (const folder of [me.otel, join(me.project, "otel")])
    writeFileSync(join(folder, "logs.jsonl"), logs, { mode: 0o600 });
  writeFileSync(join(me.otel, "masque.jsonl"), `${marks}\n`, { mode: 0o600 });
  writeFileSync(join(me.project, "old.jsonl.zst"), Bun.zstdCompressSync(logs));
  for (const file of ["draft.masque.yaml", "masques/other.masque.yaml"]) {
    writeFileSync(
      join(me.project, file),
      `name: ${file.includes("draft") ? "Draft" : "Other"}\nversion: "1.0.0"\nlens: x\n`,
    );
  }
  const [http, grpc, health] = freePorts(3);
  const ports = `audience:\n  httpPort: ${http}\n  grpcPort: ${grpc}\n  healthPort: ${health}\n`;
  writeFileSync(join(me.home, ".config/masque/config.yaml"), ports, { mode: 0o600 });
  mkdirSync(join(me.home, ".claude"));
  writeFileSync(join(me.home, ".claude/mine.sh"), "#!/bin/sh\necho my own line\n");
  chmodSync(join(me.home, ".claude/mine.sh"), 0o755);
  const bin = join(me.root, "bin");
  mkdirSync(bin);
  symlinkSync(MASQUE_BINARY, join(bin, "masque"));
  return { ...me, env: { ...me.env, PATH: `${bin}:${dirname(Bun.which("zstd") ?? "")}:${me.env["PATH"]}` } };
}

/** The session of the examples, recorded today, a moment after it put on Codesmith. */
function recordedToday(project: string): { logs: string; marks: string } {
  const recorded = JSON.stringify(JSON.parse(readFileSync(RECORDING, "utf8")));
  const [, id = ""] = RECORDED_ID.exec(recorded) ?? [];
  const times = [...recorded.matchAll(/imeUnixNano":"(\d+)"/g)].map(([, digits]) => BigInt(digits ?? 0));
  const [first = 0n] = times.toSorted((a, b) => Number(a - b));
  const start = BigInt(Date.now()) * 1_000_000n - 3_600_000_000_000n;
  const logs = recorded
    .replaceAll(id, EXAMPLE_ID)
    .replace(/imeUnixNano":"(\d+)"/g, (_, digits: string) => `imeUnixNano":"${start + BigInt(digits) - first}"`);
  const don = { session: EXAMPLE_ID, masqueSession: "m-1", unixNano: start, project };
  return { logs: `${logs}\n`, marks: markLine("don", don) };
}

/** Ports that nothing listens on, all different: a fixed port, for where telemetry goes to is not known of port 0. */
function freePorts(count: number): readonly number[] {
  const listeners = Array.from({ length: count }, () =>
    Bun.listen({ hostname: "127.0.0.1", port: 0, socket: { data: () => undefined } }),
  );
  const ports = listeners.map(({ port }) => port);
  for (const listener of listeners) listener.stop();
  return ports;
}
