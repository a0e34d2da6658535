import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";

/** Which files import which, read from the sources. Paths are relative to the checkout, with slashes. */
export type Importers = ReadonlyMap<string, ReadonlySet<string>>;

const CODE = /\.tsx?$/;

/** Reads the imports of every source file and test: for each file, the files that import it. */
export function readImporters(checkout: string): Importers {
  const importers = new Map<string, Set<string>>();
  for (const path of codeFiles(checkout)) {
    for (const target of importsOf(checkout, path)) {
      const known = importers.get(target) ?? new Set();
      importers.set(target, known.add(path));
    }
  }
  return importers;
}

/** The tests that reach one of the changed files through imports, or are changed themselves, by name. */
export function testsOf(changed: Iterable<string>, importers: Importers): readonly string[] {
  const reached = new Set(changed);
  for (const path of reached) for (const importer of importers.get(path) ?? []) reached.add(importer);
  return [...reached].filter((path) => path.endsWith(".test.ts")).sort();
}

function codeFiles(checkout: string): string[] {
  return ["src", "tests"].flatMap((folder) =>
    readdirSync(join(checkout, folder), { recursive: true, encoding: "utf8" })
      .map((name) => `${folder}/${name.replaceAll("\\", "/")}`)
      .filter((path) => CODE.test(path) && !path.includes("/node_modules/")),
  );
}

function importsOf(checkout: string, path: string): string[] {
  const scanned = new Bun.Transpiler({ loader: "ts" }).scanImports(readFileSync(join(checkout, path), "utf8"));
  return scanned
    .filter(({ path: specifier }) => specifier.startsWith("."))
    .map(({ path: specifier }) => resolve(checkout, dirname(path), specifier))
    .filter((target) => existsSync(target))
    .map((target) => relative(checkout, target).replaceAll("\\", "/"));
}
