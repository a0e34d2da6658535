import { expect, test } from "bun:test";
import { mkdirSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { shellQuoted } from "../../src/kernel/text/shell-quoted.ts";
import { CHECKOUT, MASQUE_BINARY, runMasque } from "../support/binary.ts";
import { openPty } from "../support/pty.ts";
import { temporaryFolder } from "../support/temp-folder.ts";

const CEILING_MS = 60_000;

test(
  "demo in a pipe plays one session, prints its score as YAML and leaves nothing behind",
  async () => {
    using folder = temporaryFolder();
    const [home, tmp] = [join(folder.path, "home"), join(folder.path, "tmp")];
    mkdirSync(home);
    mkdirSync(tmp);
    // Nothing listens there: what is sent to this machine goes through no proxy.
    const proxy = { http_proxy: "http://127.0.0.1:9", HTTP_PROXY: "http://127.0.0.1:9" };
    const env = { HOME: home, TMPDIR: tmp, PATH: "/usr/bin:/bin", ...proxy };
    const run = await runMasque(["demo"], { env, cwd: folder.path });
    expect(run).toMatchObject({ exit: 0, stderr: "" });
    // What the recording is known to score: tests/fixtures/telemetry/README.md.
    expect(parse(run.stdout)).toMatchObject({
      masque: "Codesmith",
      dimensions: { quality: 8.8, autonomy: 4.4, productivity: 7.9, token_efficiency: 9.6, cost_efficiency: 7.3 },
      composite: 7.5,
      recommendation: "keep",
      stats: { total_tools: 16, tools_ok: 14, prompts: 4 },
    });
    expect(readdirSync(home)).toEqual([]);
    expect(readdirSync(tmp)).toEqual([]);
  },
  CEILING_MS,
);

test(
  "demo on a terminal ends with the score for a person, what it means, and the next command",
  async () => {
    using folder = temporaryFolder();
    const env = {
      HOME: folder.path,
      TMPDIR: folder.path,
      PATH: "/usr/bin:/bin",
      NO_COLOR: "1",
      TERM: "xterm-256color",
    };
    await using person = openPty([MASQUE_BINARY, "demo"], { env, cwd: folder.path, columns: 80, rows: 50 });
    const program = shellQuoted(MASQUE_BINARY);
    await person.until(`next: ${program} setup claude`);
    expect(await person.exited).toBe(0);
    const shown = Bun.stripANSI(person.output()).replaceAll("\r\n", "\n").replace(program, "masque");
    const bars = shown.slice(shown.indexOf(": 7.5 of 10"), shown.indexOf(" tool calls succeeded"));
    expect(readFileSync(join(CHECKOUT, "README.md"), "utf8")).toContain(bars);
    expect(shown.slice(shown.indexOf(": 7.5 of 10"))).toMatchInlineSnapshot(`
      ": 7.5 of 10, keep it (medium confidence)

        quality            8.8  ███████████████████████████████████·····
        autonomy           4.4  █████████████████▊······················
        productivity       7.9  ███████████████████████████████▌········
        token efficiency   9.6  ██████████████████████████████████████▌·
        cost efficiency    7.3  █████████████████████████████···········

        14 of 16 tool calls succeeded · 4 prompts · 1.3 active min · $0.2649
        443,307 tokens in, 4,695 out

        The advice is to keep the masque from a score of 7 on, to review it from 4 on,
        and otherwise to take it off.
        Confidence grows with what was measured: it is medium from 10 tool calls on,
        and high from 30.
        The score says how the work went as the tools reported it, and not whether the
        result was right.
        This was a recording of a session, so its score is always the same. Your own
        sessions are scored in Claude Code.

        next: masque setup claude
      "
    `);
  },
  CEILING_MS,
);
