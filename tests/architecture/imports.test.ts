import { expect, test } from "bun:test";
import { existsSync } from "node:fs";
import { join } from "node:path";
import manifest from "../../package.json" with { type: "json" };
import { EDGES, OWNERS } from "./house.ts";
import {
  buildTimeRule,
  computedRule,
  cycleRule,
  declaredRule,
  edgeRule,
  extensionRule,
  heavyRule,
  ownerRule,
  roomRule,
} from "./import-rules.ts";
import { CHECKOUT, exists, type Module, moduleOf, productModules, shown, type Violation } from "./module.ts";

const modules = productModules();
const dependencies = Object.keys(manifest.dependencies);
const isStart = (path: string) => path === "src/main.ts" || /^src\/cli\/.+\.ts$/.test(path);
const noFiles = () => false;

const RULES: Readonly<Record<string, (modules: readonly Module[]) => Violation[]>> = {
  "a folder imports only what the house lets it": roomRule,
  "only deps.ts opens an edge": edgeRule,
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
  const folders = [...EDGES, "src/host/claude/"].filter((folder) => exists(folder));
  expect(folders.filter((folder) => !existsSync(join(CHECKOUT, folder, "README.md")))).toEqual([]);
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
  [roomRule([moduleOf("src/attic/a.ts", `import "node:fs";`)]), "no room of the house"],
  [edgeRule([moduleOf("src/judge/a.ts", `import { open } from "./duckdb/open.ts";`)]), "imports the edge"],
  [edgeRule([moduleOf("src/deps.ts", `import { open } from "./judge/duckdb/open.ts";`)]), "imports the edge"],
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
