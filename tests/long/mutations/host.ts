import type { Mutation } from "./mutation.ts";

/** Claude Code's files: which are followed, when they are written, and how every edit comes out again. */
export const HOST: readonly Mutation[] = [
  {
    fault: "links in a project are followed",
    file: "src/host/settings/file.ts",
    find: `if (lstatSync(at, { throwIfNoEntry: false })?.isSymbolicLink()) {`,
    replace: `if (lstatSync(at, { throwIfNoEntry: false })?.isSocket()) {`,
    tests: ["host/spinner-file.test.ts", "e2e/hostile-settings.test.ts"],
  },
  {
    fault: "a link to a file of another user is followed",
    file: "src/host/settings/file.ts",
    find: `uid === undefined || found.uid === uid`,
    replace: `uid === undefined || found.uid >= 0`,
    tests: ["host/setup-claude.test.ts"],
  },
  {
    fault: "a settings file is the same whenever its text is",
    file: "src/host/settings/file.ts",
    find: `one.identity === other.identity && `,
    replace: "",
    tests: ["host/spinner-file.test.ts"],
  },
  {
    fault: "the spinner tries once",
    file: "src/host/claude/spinner-file.ts",
    find: `attempt <= LIMITS.settingsWritesMax`,
    replace: `attempt <= 1`,
    tests: ["host/spinner-file.test.ts"],
  },
  {
    fault: "a record of the spinner may mean any key",
    file: "src/host/claude/spinner.ts",
    find: `path.length !== 1 || path[0] !== SPINNER_PATH[0]`,
    replace: `path.length !== 1`,
    tests: ["host/spinner-file.test.ts"],
  },
  {
    fault: "former bytes are put back whatever they say",
    file: "src/host/settings/undo.ts",
    find: `exact !== undefined && meanTheSame(exact, byKey)`,
    replace: `exact !== undefined`,
    tests: ["host/settings-undo.test.ts", "host/spinner-file.test.ts"],
  },
  {
    fault: "an edit is taken out although its key says something else",
    file: "src/host/settings/text.ts",
    find: `return found && isValue(found.value, value) ? found`,
    replace: `return found ? found`,
    tests: ["host/settings-text.test.ts", "host/spinner.test.ts"],
  },
  {
    fault: "setup writes before it saves what it means to do",
    file: "src/host/setup/apply-plan.ts",
    find: `  ground.save(plan.intent);\n`,
    replace: "",
    tests: ["host/setup-apply.test.ts", "e2e/setup-interrupted.test.ts"],
  },
  {
    fault: "setup writes what was planned over what came meanwhile",
    file: "src/host/setup/apply-plan.ts",
    find: `if (found !== planned) throw outdated(path);`,
    replace: "",
    tests: ["host/setup-apply.test.ts", "e2e/setup-interrupted.test.ts"],
  },
  {
    fault: "an undone setup leaves its value behind what came after it",
    file: "src/host/setup/journal.ts",
    find: `former: under ? under.former : edit.former`,
    replace: `former: edit.former`,
    tests: ["host/setup-claude.test.ts"],
  },
  {
    fault: "setup leaves its lock",
    file: "src/host/setup/apply-setup.ts",
    find: `]) rmSync(path, { force: true });`,
    replace: `]) void path;`,
    tests: ["e2e/setup-interrupted.test.ts"],
  },
  {
    fault: "a declined undo names the command that sets up",
    file: "src/cli/install/setup-claude.ts",
    find: `\${undo ? " --undo" : ""}`,
    replace: "",
    tests: ["host/setup-claude.test.ts"],
  },
];
