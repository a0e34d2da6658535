import type { CommandTable } from "../command.ts";

/** The catalog of masques, and masque files. */
export const MASQUES = {
  list: {
    summary: "List every masque",
    load: () => import("./list.ts").then((m) => m.listCommand),
  },
  inspect: {
    summary: "Show one masque in full",
    load: () => import("./inspect.ts").then((m) => m.inspectCommand),
  },
  tui: {
    summary: "Browse the masques on a full screen",
    load: () => import("./tui.ts").then((m) => m.tuiCommand),
  },
  new: {
    summary: "Create a masque of your own",
    load: () => import("./new.ts").then((m) => m.newCommand),
  },
  edit: {
    summary: "Open a masque in your editor, and check what you save",
    load: () => import("./edit.ts").then((m) => m.editCommand),
  },
  fork: {
    summary: "Copy a masque into one of your own",
    load: () => import("./fork.ts").then((m) => m.forkCommand),
  },
  diff: {
    summary: "Compare two masques, field by field",
    load: () => import("./diff.ts").then((m) => m.diffCommand),
  },
  validate: {
    summary: "Check masque files, and show where each problem is",
    load: () => import("./validate.ts").then((m) => m.validateCommand),
  },
  test: {
    summary: "Ask a model with and without a masque, and compare the answers",
    load: () => import("./trial/test.ts").then((m) => m.testCommand),
  },
  export: {
    summary: "Write a masque's cases for another program",
    load: () => import("./trial/export.ts").then((m) => m.exportCommand),
  },
  lint: {
    summary: "Find what is weak or dangerous in masque files",
    load: () => import("./lint/lint.ts").then((m) => m.lintCommand),
  },
  placebo: {
    summary: "Print a text as long as a masque that helps with nothing, for a trial",
    load: () => import("./trial/placebo.ts").then((m) => m.placeboCommand),
  },
  schema: {
    summary: "Print the JSON Schema of masque files",
    load: () => import("./schema.ts").then((m) => m.schemaCommand),
  },
  "sync-manifest": {
    summary: "Refresh the list of your private masques (the manifest)",
    load: () => import("./sync-manifest.ts").then((m) => m.syncManifestCommand),
  },
} as const satisfies CommandTable;
