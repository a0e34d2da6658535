import { expect } from "bun:test";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { MASQUE_BINARY, requireFreshBinary } from "../support/binary.ts";
import { testWith } from "../support/requirement.ts";
import { temporaryFolder } from "../support/temp-folder.ts";
import { openTmux, TMUX } from "../support/tmux.ts";

/** What a person sees of the compiled program: a shell in tmux, `masque tui` in it, and the shell again. */

const MS_MAX = 120_000;

testWith(TMUX)(
  "masque tui browses, filters, reads and gives the terminal back as it was",
  async () => {
    requireFreshBinary();
    using folder = temporaryFolder();
    const env = { HOME: folder.path };
    await using person = await openTmux({ folder: folder.path, env, columns: 80, rows: 24 });
    await person.until("ready");
    await person.press(`echo line above; ${MASQUE_BINARY} tui; echo "ended $?"`, "Enter");

    const first = await person.until("▸ ");
    expect(first).toMatch(/Masques \d+ /);
    expect(first).toContain("Codesmith");
    expect(first).not.toContain("line above");

    await person.press("Down");
    await person.until("  Archivist");
    await person.press("/", "lockw");
    const filtered = await person.until("▸ Lockwright");
    expect(filtered).toContain("Masques 1 of");
    await person.press("Enter", "Enter");
    await person.until("Esc back");
    await person.resize(40, 12);
    const narrow = await person.until("–9 of");
    expect(narrow).toContain("Lockwright");
    await person.press("Escape");
    await person.until("Masques 1 of");
    await person.press("q");

    const after = await person.until("ended 0");
    expect(after).toContain("line above");
    expect(after).not.toContain("▸");
    // The line discipline is back: what is typed is echoed, and the shell takes it line by line.
    await person.press("echo still $((40+2))", "Enter");
    expect(await person.until("still 42")).toContain("echo still");
  },
  MS_MAX,
);

testWith(TMUX)(
  "masque tui shows private masques, and with its reason one that cannot be donned",
  async () => {
    requireFreshBinary();
    using folder = temporaryFolder();
    mkdirSync(join(folder.path, ".masques"));
    writeFileSync(join(folder.path, ".masques", "aaa.masque.yaml"), "name: Aaa\nversion: 1.0.0\nlens: Look twice.\n");
    writeFileSync(join(folder.path, ".masques", "zzz.masque.yaml"), "name: Zzz\nversion: 1.0.0\n");
    const env = { HOME: folder.path };
    await using person = await openTmux({ folder: folder.path, env, columns: 100, rows: 24 });
    await person.until("ready");
    await person.press(`${MASQUE_BINARY} tui`, "Enter");
    expect(await person.until("▸ Aaa")).toContain("Look twice.");
    await person.press("G");
    expect(await person.until("▸ zzz.masque.yaml")).toContain("unusable");
    await person.until('"lens"');
    await person.press("C-c");
    await person.until("ready");
  },
  MS_MAX,
);
