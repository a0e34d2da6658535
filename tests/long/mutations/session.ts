import type { Mutation } from "./mutation.ts";

/** What is worn, its spans and records, and the disk under them. */
export const SESSION: readonly Mutation[] = [
  {
    fault: "the anchor comes right after the identity block",
    file: "src/app/wear/repeat-anchor.ts",
    find: `return counted === null || anchor === undefined`,
    replace: `return anchor === undefined`,
    tests: ["app/repeat-anchor.test.ts"],
  },
  {
    fault: "the anchor comes right after a compaction",
    file: "src/app/wear/hooks.ts",
    find: `if (block !== null) dropAnchorCount(`,
    replace: `if (block === "") dropAnchorCount(`,
    tests: ["app/repeat-anchor.test.ts"],
  },
  {
    fault: "a don's state is renamed into place before it is on disk",
    file: "src/session/write-state.ts",
    find: `    fsyncSync(fd);\n`,
    replace: "",
    tests: ["e2e/don-syncs.test.ts"],
  },
  {
    fault: "the record of a don is not synced",
    file: "src/kernel/files/append-line.ts",
    find: `      fdatasyncSync(fd);\n`,
    replace: "",
    tests: ["e2e/don-syncs.test.ts"],
  },
  {
    fault: "a record that another process appended before it died is appended again",
    file: "src/session/append-events.ts",
    find: `found.filter((line) => !present.has(line))`,
    replace: `found`,
    tests: ["session/session-file.test.ts"],
  },
  {
    fault: "donning another masque takes nothing off",
    file: "src/session/transition.ts",
    find: `const bare = doffTransition(state, "switch", at);`,
    replace: `const bare = { ...state, worn: null };`,
    tests: ["session/transition.test.ts"],
  },
  {
    fault: "a doff forgets why",
    file: "src/session/transition.ts",
    find: `kind: "doff", reason });`,
    replace: `kind: "doff", reason: "user" });`,
    tests: ["session/transition.test.ts"],
  },
  {
    fault: "donning the same masque again keeps the first intent",
    file: "src/session/transition.ts",
    find: `return withIntent(openSpan(state, at), masque.intent);`,
    replace: `return openSpan(state, at);`,
    tests: ["session/transition.test.ts"],
  },
  {
    fault: "a clock that goes back puts a doff before its don",
    file: "src/session/transition.ts",
    find: `if (ahead <= 0n || ahead > CLOCK_BACK_NANO_MAX) return at;`,
    replace: `if (ahead <= 0n || ahead > 0n) return at;`,
    tests: ["session/transition.test.ts"],
  },
  {
    fault: "a fork takes the old session's span along",
    file: "src/session/host-life.ts",
    find: `if (announced.note.session === state.session) return openSpan(state, at);`,
    replace: `if (announced.note.session !== state.session) return openSpan(state, at);`,
    tests: ["session/transition.test.ts", "app/hooks.test.ts"],
  },
  {
    fault: "a state of a later masque is taken for corrupt and replaced",
    file: "src/session/session-file.ts",
    find: `    case "newer":\n      throw`,
    replace: `    case "newer":\n      if (text !== "") return { state: emptyState(session), isCorrupt: true };\n      throw`,
    tests: ["e2e/bad-input.test.ts"],
  },
  {
    fault: "a corrupt state is written over",
    file: "src/session/session-file.ts",
    find: `const warnings = isCorrupt ? [setAside(path)] : [];`,
    replace: `const warnings = isCorrupt ? ["the session file was corrupt"] : [];`,
    tests: ["session/session-file.test.ts", "e2e/bad-input.test.ts"],
  },
];
