import { expect, test } from "bun:test";
import { readdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { CHECKOUT, type Module, moduleOf, productModules, shown, type Violation } from "./module.ts";
import {
  barrelRule,
  docRule,
  importTimeRule,
  jsonRule,
  keyRule,
  lengthRule,
  nameRule,
  processRule,
  tableRule,
  typeRule,
} from "./source-rules.ts";

const modules = productModules();

const RULES: Readonly<Record<string, (module: Module) => Violation[]>> = {
  "every file is named for what it does": nameRule,
  "no file is longer than 250 lines": lengthRule,
  "nothing is re-exported": barrelRule,
  "only main.ts knows the process": processRule,
  "foreign JSON is looked at, not cast": jsonRule,
  "a computed key is never looked up with `in`": keyRule,
  "no object literal is a table of foreign keys": tableRule,
  "the types are never switched off": typeRule,
  "every export has a doc comment": docRule,
  "importing a file does nothing": importTimeRule,
};

test.each(Object.entries(RULES))("src: %s", (_name, rule) => {
  expect(shown(modules.flatMap(rule))).toEqual([]);
});

/** What each rule must refuse: a rule that cannot fail holds nothing. */
const REFUSED: readonly (readonly [(module: Module) => Violation[], path: string, text: string, told: string])[] = [
  [nameRule, "src/kernel/utils/time.ts", "", `"utils" says nothing`],
  [nameRule, "src/masque/helpers.ts", "", `"helpers" says nothing`],
  [nameRule, "src/masque/index.ts", "", "is a barrel"],
  [lengthRule, "src/masque/a.ts", `const a = 1;${"\n// More.".repeat(250)}`, "has 251 lines"],
  [barrelRule, "src/masque/a.ts", `export * from "./b.ts";`, "re-exports"],
  [barrelRule, "src/masque/a.ts", `export type { B } from "./b.ts";`, "re-exports"],
  [processRule, "src/cli/a.ts", "process.exit(1);", "process.exit"],
  [processRule, "src/cli/a.ts", `const a = () => process.env["HOME"];`, "process.env"],
  [processRule, "src/cli/a.ts", "const a = globalThis.process.argv;", "process.argv"],
  [processRule, "src/deps.ts", `const a = () => { process.env["PATH"] = "/"; };`, "process.env"],
  [processRule, "src/cli/a.ts", "const a = Bun.env;", "Bun.env"],
  [processRule, "src/cli/a.ts", "const a = import.meta.env;", "import.meta.env"],
  [jsonRule, "src/cli/a.ts", "const a = JSON.parse(text);", "parseJson"],
  [jsonRule, "src/cli/a.ts", "const a = parseJson(text) as Settings;", "casts parsed JSON"],
  [jsonRule, "src/cli/a.ts", 'const a = () => typeof b.c === "object" && !Array.isArray(b.c);', "isObject"],
  [keyRule, "src/cli/a.ts", "const a = flag in lists;", "asks with `in`"],
  [keyRule, "src/cli/a.ts", "const a = given[0] in lists;", "asks with `in`"],
  [tableRule, "src/kernel/a.ts", "const a = { yes: true, no: false }[word];", "object literal"],
  [tableRule, "src/kernel/a.ts", "const a = ({ yes: true })[word.toLowerCase()];", "object literal"],
  [
    tableRule,
    "src/kernel/a.ts",
    `const T: Readonly<Record<string, string>> = { a: "b" };\nconst b = T[key];`,
    "object literal",
  ],
  [typeRule, "src/cli/a.ts", "const a: any = 1;", "says any"],
  [typeRule, "src/cli/a.ts", "const a = b!;", "asserts"],
  [typeRule, "src/cli/a.ts", "// @ts-ignore\nconst a = 1;", "@ts-ignore"],
  [docRule, "src/cli/a.ts", "export function a() {}", "exports a without"],
  [docRule, "src/cli/a.ts", "// A comment of the wrong kind.\nexport type A = 1;", "exports A without"],
  [docRule, "src/cli/a.ts", "export const a = 1;", "exports a without"],
  [importTimeRule, "src/cli/a.ts", "start();", "acts while it is imported"],
  [importTimeRule, "src/cli/a.ts", "const a = await start();", "acts while it is imported"],
  [importTimeRule, "src/cli/a.ts", "if (isReady) throw new Error();", "acts while it is imported"],
];

test.each(REFUSED)("%p refuses it in %s: %j", (rule, path, text, told) => {
  expect(shown(rule(moduleOf(path, text)))).toEqual([expect.stringContaining(told)]);
});

/** What they must let pass. */
const ALLOWED: readonly (readonly [(module: Module) => Violation[], path: string, text: string])[] = [
  [lengthRule, "src/masque/a.ts", `const a = 1;${"\n// More.".repeat(249)}\n`],
  [processRule, "src/main.ts", "process.exit(1);"],
  [processRule, "src/deps.ts", "const a = (process: NodeJS.Process) => process.env;"],
  [processRule, "src/deps.ts", `const a = () => { process.env["OTUI_ASSET_ROOT"] = root; };`],
  [processRule, "src/kernel/a.ts", "const a = process.platform;"],
  [jsonRule, "src/kernel/text/json.ts", "const a = () => JSON.parse(text);"],
  [
    jsonRule,
    "src/cli/a.ts",
    'const a = () => typeof b === "object" && b.c;\nconst d = () => Array.isArray(b) && b[0];',
  ],
  [keyRule, "src/cli/a.ts", `const a = "load" in entry;\nfor (const b in c) d(b);`],
  [tableRule, "src/kernel/a.ts", `const T: Record<"a", string> = { a: "b" };\nconst b = T[key];\nconst c = list[0];`],
  [tableRule, "src/kernel/a.ts", `const T: Record<string, string> = { a: "b" };\nconst b = T["a"];`],
  [docRule, "src/cli/a.ts", "/** Does it. */\nexport function a(): void;\nexport function a(b?: string) {}"],
  [docRule, "src/cli/a.ts", "/** It. */\nexport const a = 1;\nfunction b() {}"],
  [importTimeRule, "src/cli/a.ts", "const a = async () => await b();\ndeclare const C: string;"],
];

test.each(ALLOWED)("%p lets it pass in %s: %j", (rule, path, text) => {
  expect(shown(rule(moduleOf(path, text)))).toEqual([]);
});

/** More files than this in one folder are no longer seen at a glance. */
const FILES_A_FOLDER_MAX = 20;

test("no folder holds more files than can be seen at a glance", () => {
  const folders = Map.groupBy(filesBelow(join(CHECKOUT, "src")), dirname);
  const crowded = [...folders].filter(([, files]) => files.length > FILES_A_FOLDER_MAX).map(([folder]) => folder);
  expect(folders.size).toBeGreaterThan(30);
  expect(crowded).toEqual([]);
});

function filesBelow(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
}
