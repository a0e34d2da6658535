import { describe, expect, test } from "bun:test";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { MASQUE_BINARY } from "../support/binary.ts";
import { openPty } from "../support/pty.ts";
import { testWith } from "../support/requirement.ts";
import { type Terminal, terminal } from "../support/terminal.ts";
import { openTmux, TMUX } from "../support/tmux.ts";

/** `masque don` without a name: a person chooses from a list, and anything else is refused. */

const CEILING_MS = 60_000;
const QUESTION = "Which masque? Enter puts it on, Esc cancels";
const SESSION = "bcd06328-9d01-4e42-bf7a-4c6a8ede615a";

function privateMasque(me: Terminal, name: string, tagline: string): void {
  const folder = join(me.home, ".masques");
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const text = `name: ${name}\nversion: "1.0.0"\nattributes: {tagline: ${JSON.stringify(tagline)}}\nlens: x\n`;
  writeFileSync(join(folder, `${name.toLowerCase()}.masque.yaml`), text);
}

const screenOf = (me: Terminal, size: { columns: number; rows: number }) =>
  openTmux({ folder: me.project, env: me.env, ...size });

const wornBy = async (me: Terminal) => JSON.parse((await me.masque(["id", "--json"])).stdout).worn?.masque ?? null;

describe("masque don on a terminal", () => {
  testWith(TMUX)(
    "lists the masques with what they are for, and the arrow keys and Enter put one on",
    async () => {
      using me = terminal();
      await using tmux = await screenOf(me, { columns: 80, rows: 24 });
      await tmux.press(`clear; ${MASQUE_BINARY} don`, "Enter");
      const list = await tmux.until("Codesmith");
      expect(list).toContain(QUESTION);
      expect(list).toMatch(/^● Archivist {6}Answers a question from sources/m);
      expect(list).toMatch(/^○ Codesmith {6}Adds a feature the way/m);
      await tmux.press("Down");
      await tmux.until("● Assayer");
      await tmux.press("Enter");
      const shown = await tmux.until("You now wear Assayer");
      // What is left of the list is the answer: nothing was drawn in the wrong place.
      expect(shown).not.toMatch(/[●○]/);
      expect(await wornBy(me)).toBe("Assayer");
    },
    CEILING_MS,
  );

  testWith(TMUX)(
    "begins at what is worn and marks it",
    async () => {
      using me = terminal();
      await me.masque(["don", "helmsman"]);
      await using tmux = await screenOf(me, { columns: 80, rows: 24 });
      await tmux.press(`clear; ${MASQUE_BINARY} don`, "Enter");
      const list = await tmux.until("● Helmsman");
      expect(list).toMatch(/^● Helmsman \(worn\) {2}Gets a piece/m);
      expect(list).toMatch(/^○ Glazier {10}Builds interfaces/m);
    },
    CEILING_MS,
  );

  testWith(TMUX)(
    "scrolls a list that is longer than the screen, one line a masque on a narrow one",
    async () => {
      using me = terminal();
      for (let nr = 10; nr < 40; nr++) privateMasque(me, `Zany${nr}`, `number ${nr} ${"and on ".repeat(5)}`);
      await using tmux = await screenOf(me, { columns: 40, rows: 12 });
      await tmux.press(`clear; ${MASQUE_BINARY} don`, "Enter");
      await tmux.until("● Archivist");
      await tmux.press("Up");
      const end = await tmux.until("● Zany39");
      expect(
        end
          .split("\n")
          .filter((line) => line.includes("Zany"))
          .every((line) => /[●○] Zany\d\d/.test(line)),
      ).toBe(true);
      await tmux.press("Enter");
      await tmux.until("takes it off");
      expect(await wornBy(me)).toBe("Zany39");
    },
    CEILING_MS,
  );

  test.each([
    ["Esc", "\u001b"],
    ["Ctrl-C", "\u0003"],
    ["Ctrl-D", "\u0004"],
  ])(
    "%s changes nothing, says so, and puts the terminal back",
    async (_key, bytes) => {
      using me = terminal();
      await me.masque(["don", "helmsman"]);
      const events = me.events();
      // The shell stays after masque, so that the terminal can be looked at.
      const script = `"$0" don; echo "exit $?"; read -r line`;
      const at = { cwd: me.project, env: me.env, columns: 80, rows: 24 };
      await using person = openPty(["sh", "-c", script, MASQUE_BINARY], at);
      const modes = person.modes();
      await person.until(QUESTION);
      expect(person.modes()).not.toBe(modes);
      person.type(bytes);
      await person.until("exit 1");
      expect(person.output()).toContain("Nothing was changed: you chose no masque");
      expect(person.output().lastIndexOf("\u001b[?25h")).toBeGreaterThan(person.output().lastIndexOf("\u001b[?25l"));
      expect(person.modes()).toBe(modes);
      expect(await wornBy(me)).toBe("Helmsman");
      expect(me.events()).toEqual(events);
    },
    CEILING_MS,
  );

  test("under Claude Code asks nothing", async () => {
    using me = terminal();
    const env = { ...me.env, CLAUDE_CODE_SESSION_ID: SESSION };
    await using person = openPty([MASQUE_BINARY, "don"], { cwd: me.project, env, columns: 80, rows: 24 });
    expect(await person.exited).toBe(2);
    expect(person.output()).toContain("try: masque list");
  });
});

test.each([[["don"]], [["don", "--json"]]])("masque %p without a terminal is refused", async (args) => {
  using me = terminal();
  expect(await me.masque(args)).toEqual({
    exit: 2,
    stdout: "",
    stderr: "masque: Cannot don: name a masque; only a terminal can show a list to choose from\n  try: masque list\n",
  });
});
