import { expect, test } from "bun:test";
import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import manifest from "../../package.json" with { type: "json" };
import {
  AREAS,
  CLI_GROUPS,
  EDGES,
  FOLDER_RULES,
  folderOf,
  HOSTS,
  MAY_IMPORT,
  OWNERS,
  PURE,
  type Room,
} from "./house.ts";
import {
  buildTimeRule,
  computedRule,
  cycleRule,
  declaredRule,
  edgeRule,
  extensionRule,
  folderRule,
  heavyRule,
  hostRule,
  ownerRule,
  pureRule,
  roomRule,
} from "./import-rules.ts";
import { CHECKOUT, exists, type Module, moduleOf, productModules, shown, type Violation } from "./module.ts";

const modules = productModules();
const dependencies = Object.keys(manifest.dependencies);
const isEdge = (path: string) => EDGES.some((folder) => path.startsWith(folder));
const isStart = (path: string) => path === "src/main.ts" || (/^src\/cli\/.+\.ts$/.test(path) && !isEdge(path));
const noFiles = () => false;

const RULES: Readonly<Record<string, (modules: readonly Module[]) => Violation[]>> = {
  "a folder imports only what the house lets it": roomRule,
  "a folder inside a room imports only what its rule lets it": folderRule,
  "a folder that computes does nothing else": pureRule,
  "only deps.ts opens an edge": edgeRule,
  "only deps.ts knows which agent program there is": hostRule,
  "what runs while building is imported as a macro": buildTimeRule,
  "each package has one owner": ownerRule,
  "each imported package is declared": (modules) => declaredRule(modules, dependencies),
  "a relative import names a file": (modules) => extensionRule(modules, exists),
  "import() names what it loads": computedRule,
  "there are no cycles": cycleRule,
  "no command loads anything heavy by being imported": (modules) => heavyRule(modules, isStart),
};

test.each(Object.entries(RULES))("src: %s", (_name, rule) => {
  expect(shown(rule(modules))).toEqual([]);
});

test("every edge folder says in a README what it speaks to", () => {
  const folders = [...EDGES, ...HOSTS].filter((folder) => exists(folder));
  expect(folders.filter((folder) => !existsSync(join(CHECKOUT, folder, "README.md")))).toEqual([]);
});

test("every folder with an adapter is a host", () => {
  const withAdapter = modules.filter(({ path }) => path.endsWith("/adapter.ts")).map(({ path }) => `${dirname(path)}/`);
  expect(withAdapter.filter((folder) => !HOSTS.includes(folder))).toEqual([]);
  expect(withAdapter.length).toBeGreaterThan(0);
});

test("every declared dependency has an owner", () => {
  expect(dependencies.filter((name) => !(name in OWNERS) && !name.startsWith("@duckdb/"))).toEqual([]);
});

/** What each rule must refuse: a rule that cannot fail holds nothing. */
const REFUSED: readonly (readonly [Violation[], string])[] = [
  [roomRule([moduleOf("src/masque/a.ts", `import { b } from "../app/b.ts";`)]), "masque may not import app"],
  [roomRule([moduleOf("src/kernel/a.ts", `import type { B } from "../cli/b.ts";`)]), "kernel may not import cli"],
  [roomRule([moduleOf("src/session/a.ts", `import { b } from "../masque/b.ts";`)]), "only types of masque"],
  [roomRule([moduleOf("src/cli/a.ts", `import { realDeps } from "../deps.ts";`)]), "only types of deps"],
  [roomRule([moduleOf("src/deps.ts", `import("./cli/run.ts");`)]), "deps may import only types of cli"],
  [roomRule([moduleOf("src/attic/a.ts", `import "node:fs";`)]), "no room of the house"],
  [edgeRule([moduleOf("src/judge/a.ts", `import { open } from "./duckdb/open.ts";`)]), "imports the edge"],
  [edgeRule([moduleOf("src/deps.ts", `import { open } from "./judge/duckdb/open.ts";`)]), "imports the edge"],
  [hostRule([moduleOf("src/app/wear/a.ts", `import { b } from "../../host/claude/b.ts";`)]), "use src/host/host.ts"],
  [hostRule([moduleOf("src/host/a.ts", `import type { B } from "./claude/b.ts";`)]), "use src/host/host.ts"],
  [hostRule([moduleOf("src/cli/wear/a.ts", `import("../../host/claude/b.ts");`)]), "use src/host/host.ts"],
  [
    heavyRule([moduleOf("src/main.ts", `import { parseTree } from "jsonc-parser";`)], isStart),
    "src/main.ts → jsonc-parser",
  ],
  [buildTimeRule([moduleOf("src/masque/a.ts", `import { m } from "./m-macro.ts";`)]), "without { type"],
  [ownerRule([moduleOf("src/cli/a.ts", `import { type } from "arktype";`)]), "src/masque/arktype/ owns"],
  [ownerRule([moduleOf("src/cli/a.ts", `import type { X } from "@opentui/core/testing";`)]), "src/tui/ owns"],
  [ownerRule([moduleOf("src/cli/a.ts", `import left from "left-pad";`)]), "has no owner"],
  [declaredRule([moduleOf("src/cli/a.ts", `import left from "left-pad";`)], ["citty"]), "does not list"],
  [extensionRule([moduleOf("src/cli/a.ts", `import { b } from "./b";`)], noFiles), "no such file"],
  [computedRule([moduleOf("src/deps.ts", "const load = (name: string) => import(name);")]), "computed name"],
  [
    cycleRule([
      moduleOf("src/app/a.ts", `import { b } from "./b.ts";`),
      moduleOf("src/app/b.ts", `import { a } from "./a.ts";`),
    ]),
    "src/app/a.ts → src/app/b.ts → src/app/a.ts",
  ],
  [
    heavyRule(
      [
        moduleOf("src/cli/a.ts", `import { b } from "../app/b.ts";`),
        moduleOf("src/app/b.ts", `import { type } from "arktype";`),
      ],
      isStart,
    ),
    "src/cli/a.ts → src/app/b.ts → arktype",
  ],
  [
    heavyRule([moduleOf("src/main.ts", `import { y } from "./kernel/text/yaml.ts";`)], isStart),
    "src/kernel/text/yaml.ts",
  ],
];

test.each(REFUSED.map(([violations, text]) => [text, violations] as const))("refused: %s", (text, violations) => {
  expect(shown(violations)).toEqual([expect.stringContaining(text)]);
});

/** What they must let pass. */
const ALLOWED: readonly (readonly [string, Violation[]])[] = [
  ["the agent program that deps.ts chooses", hostRule([moduleOf("src/deps.ts", `import "./host/claude/adapter.ts";`)])],
  ["an agent program's own files", hostRule([moduleOf("src/host/claude/a.ts", `import "./setup/b.ts";`)])],
  ["the port", hostRule([moduleOf("src/app/a.ts", `import "../host/host.ts";`)])],
  ["types of an edge", edgeRule([moduleOf("src/judge/a.ts", `import type { D } from "./duckdb/d.ts";`)])],
  ["an edge within itself", edgeRule([moduleOf("src/judge/duckdb/a.ts", `import { b } from "./b.ts";`)])],
  ["an edge that deps.ts opens", edgeRule([moduleOf("src/deps.ts", `import("./judge/duckdb/open.ts");`)])],
  [
    "the types of deps.ts in a command",
    roomRule([moduleOf("src/cli/a.ts", `import type { Deps } from "../deps.ts";`)]),
  ],
  [
    "an edge opened while building",
    edgeRule([moduleOf("src/masque/m-macro.ts", `import { r } from "./arktype/r.ts";`)]),
  ],
  [
    "a macro, which runs while building",
    heavyRule(
      [moduleOf("src/cli/a.ts", `import { r } from "../kernel/text/yaml.ts" with { type: "macro" };`)],
      isStart,
    ),
  ],
  [
    "a cycle of types",
    cycleRule([
      moduleOf("src/app/a.ts", `import type { B } from "./b.ts";`),
      moduleOf("src/app/b.ts", `import { type A } from "./a.ts";`),
    ]),
  ],
];

test.each(ALLOWED)("allowed: %s", (_text, violations) => {
  expect(shown(violations)).toEqual([]);
});

const IMPORT = {
  value: (target: string) => `import { x } from "${target}";`,
  type: (target: string) => `import type { X } from "${target}";`,
  dynamic: (target: string) => `const load = () => import("${target}");`,
} as const;

/** A file of one folder that imports a file of another, each at its place in the tree. */
function planted(from: string, to: string, kind: keyof typeof IMPORT, file = "b.ts"): readonly Module[] {
  const up = "../".repeat(from.split("/").length);
  return [moduleOf(`${from}/a.ts`, IMPORT[kind](`${up}${to}/${file}`))];
}

/** Every folder of every room that has rules, as it is in the tree. */
const FOLDERS = [...new Set(modules.map(({ path }) => folderOf(path)))];

/** Every import inside a room that its rule does not let through. */
const FORBIDDEN = FOLDER_RULES.flatMap(({ folder, may }) =>
  FOLDERS.filter((to) => to !== folder && to.split("/")[1] === folder.split("/")[1] && may[to] === undefined).map(
    (to) => [folder, to] as const,
  ),
);

test.each(FORBIDDEN)("%s may import neither values nor types of %s", (from, to) => {
  for (const kind of ["value", "type", "dynamic"] as const) {
    expect(shown(folderRule(planted(from, to, kind)))).toEqual([expect.stringContaining(`${from} may not import`)]);
  }
});

test("the folders that are kept apart are folders of the tree", () => {
  expect(FORBIDDEN.length).toBeGreaterThan(60);
  expect(FOLDER_RULES.map(({ folder }) => folder).filter((folder) => !FOLDERS.includes(folder))).toEqual([]);
  expect(PURE.filter((folder) => !exists(folder))).toEqual([]);
});

test("a folder whose types alone are open gives no values", () => {
  expect(shown(folderRule(planted("src/audience/files", "src/audience/process", "value")))).toEqual([
    expect.stringContaining("only types of src/audience/process"),
  ]);
  expect(folderRule(planted("src/audience/files", "src/audience/process", "type"))).toEqual([]);
});

test.each(CLI_GROUPS)("the table of commands loads cli/%s lazily", (group) => {
  const to = `src/cli/${group}`;
  expect(shown(folderRule(planted("src/cli", to, "value")))).toEqual([expect.stringContaining("only lazily")]);
  expect(folderRule(planted("src/cli", to, "dynamic"))).toEqual([]);
  expect(folderRule(planted("src/cli", to, "value", "group.ts"))).toEqual([]);
});

test.each([...AREAS, "kernel"])("%s may import neither app nor cli nor tui", (area) => {
  for (const to of ["app", "cli", "tui"]) {
    expect(shown(roomRule(planted(`src/${area}`, `src/${to}`, "type")))).toEqual([
      expect.stringContaining(`${area} may not import ${to}`),
    ]);
  }
});

test.each(Object.keys(MAY_IMPORT).filter((room) => !["kernel", "main", "deps"].includes(room)))(
  "kernel may not import %s",
  (room) => {
    expect(shown(roomRule(planted("src/kernel", `src/${room as Room}`, "type")))).toEqual([
      expect.stringContaining(`kernel may not import ${room}`),
    ]);
  },
);

test.each(PURE.flatMap((folder) => ["node:fs", "bun", "../../kernel/files/files.ts"].map((what) => [folder, what])))(
  "%s may not import %s",
  (folder, what) => {
    const module = moduleOf(`${folder}a.ts`, `import { x } from "${what}";`);
    expect(shown(pureRule([module]))).toEqual([expect.stringContaining("only computes")]);
  },
);

test.each(Object.entries(OWNERS))("%s has its owner, and no other folder may import it", (name, owner) => {
  const owners = typeof owner === "string" ? [owner] : owner;
  for (const path of owners.map((one) => (one.endsWith(".ts") ? one : `${one}a.ts`))) {
    expect(ownerRule([moduleOf(path, `import { x } from "${name}";`)])).toEqual([]);
  }
  expect(ownerRule([moduleOf("src/session/a.ts", `import { x } from "${name}";`)])).toHaveLength(1);
});
