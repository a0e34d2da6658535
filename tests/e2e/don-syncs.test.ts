import { expect } from "bun:test";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { MASQUE_BINARY, requireFreshBinary } from "../support/binary.ts";
import { writePrivateMasque } from "../support/private-masque.ts";
import { finish, succeeded } from "../support/process.ts";
import { testWith } from "../support/requirement.ts";
import { readTrace, strace, straceCommand } from "../support/strace.ts";
import { type Terminal, terminal } from "../support/terminal.ts";

/** What a don asks of the disk, as strace counts it: a hundred agents at once wait for each of these. */

const CEILING_MS = 60_000;
const traced = testWith(strace());
const RENAMES = ["rename", "renameat", "renameat2", "link", "linkat"];
const SYNCS = ["fsync", "fdatasync", "sync", "syncfs", "msync", "sync_file_range"];

/** Runs a command of an agent session under strace; answers how often it renamed and synced. */
async function costOf(me: Terminal, session: string, args: readonly string[]) {
  requireFreshBinary();
  const trace = join(me.root, `${session}.trace`);
  const command = [...straceCommand(trace, [...RENAMES, ...SYNCS]), MASQUE_BINARY, ...args];
  succeeded(await finish(command, { cwd: me.project, env: { ...me.env, CLAUDE_CODE_SESSION_ID: session } }));
  const names = readTrace(trace).map(({ name }) => name);
  return {
    renames: names.filter((name) => RENAMES.includes(name)).length,
    syncs: names.filter((name) => SYNCS.includes(name)).length,
  };
}

/** Every masque used here was donned before, as on a machine in use. */
async function machine(): Promise<Terminal> {
  const me = terminal();
  writePrivateMasque(me.home, { name: "Plain" });
  for (const name of ["plain", "codesmith", "assayer"]) {
    succeeded(await me.masque(["don", name], { CLAUDE_CODE_SESSION_ID: "earlier" }));
  }
  succeeded(await me.masque(["doff", "--no-score"], { CLAUDE_CODE_SESSION_ID: "earlier" }));
  return me;
}

traced(
  "a don without verbs, and one whose verbs are shown already, make at most two renames and four syncs",
  async () => {
    using me = await machine();
    expect(await costOf(me, "plain", ["don", "plain", "steer"])).toEqual({ renames: 2, syncs: 4 });
    succeeded(await me.masque(["don", "codesmith"], { CLAUDE_CODE_SESSION_ID: "first" }));
    expect(await costOf(me, "second", ["don", "codesmith", "forge"])).toEqual({ renames: 2, syncs: 4 });
  },
  CEILING_MS,
);

traced(
  "a don that changes the verbs makes at most three renames and six syncs",
  async () => {
    using me = await machine();
    const settings = join(me.project, ".claude/settings.local.json");
    mkdirSync(join(me.project, ".claude"), { recursive: true });
    writeFileSync(settings, '{ "model": "opus" }\n');
    expect(await costOf(me, "first", ["don", "codesmith"])).toEqual({ renames: 3, syncs: 6 });
    expect(await costOf(me, "second", ["don", "assayer"])).toEqual({ renames: 3, syncs: 6 });
  },
  CEILING_MS,
);

traced(
  "looking, and hooks with nothing to do, write nothing",
  async () => {
    using me = await machine();
    succeeded(await me.masque(["don", "codesmith"], { CLAUDE_CODE_SESSION_ID: "worn" }));
    expect(await costOf(me, "worn", ["id"])).toEqual({ renames: 0, syncs: 0 });
    expect(await costOf(me, "worn", ["statusline"])).toEqual({ renames: 0, syncs: 0 });
  },
  CEILING_MS,
);
