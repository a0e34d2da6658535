import { dirname } from "node:path";
import { parseArgs } from "node:util";
import ts from "typescript";
import { lineOf, type Module, productModules, visitAll } from "./module.ts";

/**
 * How large the sources are: lines by folder, the longest files and the longest functions. It reports and judges nothing.
 *
 *   bun tests/architecture/sizes.ts [--against CHECKOUT]
 */

const SHOWN = 12;

const { values } = parseArgs({ options: { against: { type: "string" } } });
const modules = productModules();
const former = values.against === undefined ? undefined : linesByFolder(productModules(values.against));
const now = linesByFolder(modules);

print("folder", former ? ["before", "after"] : ["lines"]);
for (const folder of [...new Set([...(former?.keys() ?? []), ...now.keys()])].sort()) {
  print(folder, former ? [former.get(folder) ?? 0, now.get(folder) ?? 0] : [now.get(folder) ?? 0]);
}
print("all", former ? [sum(former), sum(now)] : [sum(now)]);

print("\nlongest files", ["lines"]);
const files = modules.map((module) => ({ name: module.path, lines: linesOf(module) }));
for (const { name, lines } of longest(files)) print(name, [lines]);

print("\nlongest functions", ["lines"]);
const functions = modules.flatMap(functionsOf);
for (const { name, lines } of longest(functions)) print(name, [lines]);
const over = functions.filter(({ lines }) => lines > 30).length;
print(`\n${functions.length} functions, of which over 30 lines`, [over]);

type Sized = { readonly name: string; readonly lines: number };

function linesByFolder(all: readonly Module[]): ReadonlyMap<string, number> {
  const lines = new Map<string, number>();
  for (const module of all) {
    const folder = dirname(module.path);
    lines.set(folder, (lines.get(folder) ?? 0) + linesOf(module));
  }
  return lines;
}

function linesOf({ syntax }: Module): number {
  return syntax.text.trimEnd().split("\n").length;
}

function functionsOf({ path, syntax }: Module): Sized[] {
  const found: Sized[] = [];
  visitAll(syntax, (node) => {
    if (!ts.isFunctionLike(node) || !("body" in node) || node.body === undefined) return;
    const first = lineOf(syntax, node);
    const last = syntax.getLineAndCharacterOfPosition(node.end).line + 1;
    const name = node.name && "getText" in node.name ? node.name.getText() : "(without a name)";
    found.push({ name: `${path}:${first} ${name}`, lines: last - first + 1 });
  });
  return found;
}

function longest(all: readonly Sized[]): readonly Sized[] {
  return [...all].sort((left, right) => right.lines - left.lines).slice(0, SHOWN);
}

function sum(lines: ReadonlyMap<string, number>): number {
  return [...lines.values()].reduce((all, one) => all + one, 0);
}

function print(name: string, columns: readonly (string | number)[]): void {
  process.stdout.write(`${name.padEnd(72)}${columns.map((column) => String(column).padStart(8)).join("")}\n`);
}
