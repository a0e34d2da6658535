import { describe, expect, test } from "bun:test";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { MASQUE_BINARY } from "../support/binary.ts";
import { succeeded } from "../support/process.ts";
import { openPty } from "../support/pty.ts";
import { testWith } from "../support/requirement.ts";
import { type Terminal, terminal } from "../support/terminal.ts";
import { openTmux, TMUX } from "../support/tmux.ts";

/** `masque new`: the interview on a terminal, and flags everywhere else. */

const CEILING_MS = 60_000;
const SESSION = "bcd06328-9d01-4e42-bf7a-4c6a8ede615a";

const ANSWERS: readonly (readonly [question: string, answer: string])[] = [
  ["What is the masque called?", "Ferrier"],
  ["Which kind of masque?", ""],
  ["Which field is it for?", "database-migrations"],
  ["What is it for, in one line?", 'Says "no" to # locks: \\ always'],
  ["look at first?", "the lock; the slowest query"],
  ["refuse?", ""],
  ["report?", "the plan, then the risk"],
  ["When does it stop?", "when the way back was run"],
  ["went well?", "The answer names the lock"],
];

const masques = (me: Terminal) => {
  const folder = join(me.home, ".masques");
  return existsSync(folder) ? readdirSync(folder).sort() : [];
};

describe("masque new on a terminal", () => {
  testWith(TMUX)(
    "asks, and writes a masque that is valid and says what was answered",
    async () => {
      using me = terminal();
      await using tmux = await openTmux({ folder: me.project, env: me.env, columns: 120, rows: 50 });
      await tmux.press(`clear; ${MASQUE_BINARY} new`, "Enter");
      for (const [question, answer] of ANSWERS) {
        await tmux.until(question);
        if (answer !== "") {
          await tmux.press("-l", answer);
          await tmux.until(answer);
        }
        await tmux.press("Enter");
      }
      const shown = await tmux.until("Edit the file with: masque edit ferrier");
      expect(shown).not.toContain("undefined");
      expect(succeeded(await me.masque(["validate"])).stdout).toBe("1 masque checked: fine\n");
      const said = JSON.parse(succeeded(await me.masque(["inspect", "ferrier", "--json"])).stdout);
      expect(said).toMatchObject({
        name: "Ferrier",
        attributes: { category: "specialist", domain: "database-migrations", tagline: ANSWERS[3]?.[1] },
        criteria: [{ text: "The answer names the lock" }],
      });
      expect(said.lens).toStartWith(
        "Look first, in this order:\n1. the lock\n2. the slowest query\n\nRefuse:\n- a change",
      );
      expect(said.lens).toEndWith("Report: the plan, then the risk\n\nStop: when the way back was run\n");
    },
    CEILING_MS,
  );

  test.each([
    ["../x", "never by a path"],
    ["taken", "exists"],
    ["", "it is empty"],
  ])(
    "asks again for a name that cannot be used, such as %j, and only for what no flag says",
    async (name, fault) => {
      using me = terminal();
      succeeded(await me.masque(["new", "Taken"]));
      const flags = ["--category", "art", "--domain", "d", "--tagline", "t", "--look", "l", "--refuse", "r"];
      const line = [MASQUE_BINARY, "new", ...flags, "--report", "p", "--stop", "s"];
      await using person = openPty(line, { cwd: me.project, env: me.env, columns: 120, rows: 40 });
      await person.until("What is the masque called?");
      person.type(`${name}\r`);
      await person.until("Which name instead?");
      expect(person.output()).toContain(fault);
      person.type("Fresh\r");
      await person.until("went well?");
      person.type("It held\r");
      expect(await person.exited).toBe(0);
      expect(person.output()).not.toContain("Which field");
      expect(masques(me)).toEqual(["fresh.masque.yaml", "taken.masque.yaml"]);
    },
    CEILING_MS,
  );

  test.each(ANSWERS.map(([question], at) => [question, at] as const))(
    'Ctrl-C at "%s" leaves nothing',
    async (_question, last) => {
      using me = terminal();
      const at = { cwd: me.project, env: me.env, columns: 120, rows: 50 };
      await using person = openPty([MASQUE_BINARY, "new"], at);
      for (const [question, answer] of ANSWERS.slice(0, last)) {
        await person.until(question);
        person.type(`${answer}\r`);
      }
      await person.until(ANSWERS[last]?.[0] ?? "");
      person.type("\u0003");
      await person.until("Nothing was written: the interview was cancelled");
      expect(await person.exited).toBe(1);
      expect([masques(me), existsSync(join(me.home, ".local"))]).toEqual([[], false]);
    },
    CEILING_MS,
  );

  test(
    "asks again for an answer that may not be in a masque",
    async () => {
      using me = terminal();
      await using person = openPty([MASQUE_BINARY, "new", "Fresh", "--category", "art"], {
        cwd: me.project,
        env: me.env,
        columns: 120,
        rows: 50,
      });
      await person.until("Which field is it for?");
      person.type("a\u200bb\r");
      await person.until("The invisible character U+200B may not be in a masque");
    },
    CEILING_MS,
  );

  test("inside an agent session asks nothing", async () => {
    using me = terminal();
    const env = { ...me.env, CLAUDE_CODE_SESSION_ID: SESSION };
    await using person = openPty([MASQUE_BINARY, "new"], { cwd: me.project, env, columns: 80, rows: 24 });
    expect(await person.exited).toBe(2);
    expect(person.output()).toContain("<name> is missing");
  });
});

test("masque new names the schema in the first line, and writes it where the line says", async () => {
  using me = terminal();
  const data = join(me.root, "my data");
  const { stdout } = succeeded(await me.masque(["new", "Ferrier"], { MASQUE_DATA_DIR: data }));
  const [first = ""] = readFileSync(stdout.trim(), "utf8").split("\n");
  // The language server reads an address up to the first space.
  const [, url = ""] = /^# yaml-language-server: \$schema=(\S+)$/.exec(first) ?? [];
  const path = fileURLToPath(url);
  expect(path).toBe(join(data, "masque.schema.json"));
  expect(readFileSync(path, "utf8")).toBe(succeeded(await me.masque(["schema"])).stdout);
});

test("masque edit brings an older schema up to date, and schema --write does", async () => {
  using me = terminal();
  succeeded(await me.masque(["new", "Ferrier"]));
  const path = join(me.home, ".local/share/masque/masque.schema.json");
  const schema = readFileSync(path, "utf8");
  for (const line of [
    ["edit", "ferrier"],
    ["schema", "--write"],
  ]) {
    await Bun.write(path, "{}\n");
    succeeded(await me.masque(line, { EDITOR: "true" }));
    expect(readFileSync(path, "utf8")).toBe(schema);
  }
});

test.each([
  ["a bidirectional character", "--domain", "x\u202ey"],
  ["a control character", "--tagline", "a\u0007b"],
  ["an invisible character", "--report", "x\u200b"],
  ["a text that is too long", "--criterion", "y".repeat(70_000)],
])("masque new refuses %s in %s, and writes no masque", async (_what, flag, text) => {
  using me = terminal();
  const ended = await me.masque(["new", "Fresh", flag, text]);
  expect(ended).toMatchObject({ exit: 2, stdout: "", stderr: expect.stringContaining("may not be in a masque") });
  expect(masques(me)).toEqual([]);
});

test("masque new writes any text of one line as it was given", async () => {
  using me = terminal();
  const text = `--- # "x": {y} & *z | > ' % @ \` $(touch x) \\n [a] ! ?`;
  succeeded(await me.masque(["new", "Fresh", `--domain=${text}`, `--stop=${text}`, `--criterion=${text}`]));
  const said = JSON.parse(succeeded(await me.masque(["inspect", "fresh", "--json"])).stdout);
  expect(said).toMatchObject({ attributes: { domain: text }, criteria: [{ text }] });
  expect(said.lens).toEndWith(`Stop: ${text}\n`);
});

test.each([
  ["without answers", []],
  ["with some", ["--look", "the locks that the change takes, in order; the slowest query", "--refuse", "a table lock"]],
])("what masque new writes %s lints clean", async (_what, answers) => {
  using me = terminal();
  succeeded(await me.masque(["new", "Ferrier", ...answers]));
  expect(succeeded(await me.masque(["lint"])).stdout).toBe("1 masque checked: fine\n");
});
