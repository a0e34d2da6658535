import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import ts from "typescript";

/** A source file as the rules see it: its path, its syntax, and what it imports. */
export type Module = {
  /** From the checkout's root, with slashes: `src/cli/run.ts`. */
  readonly path: string;
  readonly syntax: ts.SourceFile;
  readonly imports: readonly Import[];
};

/**
 * One import. `value` is there when the importer is; `type` leaves no trace in the program; `dynamic` is loaded when it
 * is reached; `macro` runs while the program is built.
 */
export type Import = {
  readonly kind: "value" | "type" | "dynamic" | "macro";
  readonly specifier: string;
  /** The path from the checkout's root of what a relative specifier names; `undefined` for a package. */
  readonly target: string | undefined;
  readonly line: number;
};

/** A rule that a file breaks, and where. */
export type Violation = { readonly path: string; readonly line: number; readonly rule: string };

/** The specifier of an `import()` whose name is computed. */
export const COMPUTED = "(computed)";

/** The folder that holds `src/`. */
export const CHECKOUT = join(import.meta.dir, "../..");

/** Every source file of the product, in this checkout or another. */
export function productModules(checkout = CHECKOUT): readonly Module[] {
  const names = readdirSync(join(checkout, "src"), { recursive: true, encoding: "utf8" });
  const paths = names.map((name) => `src/${name.replaceAll("\\", "/")}`).filter((path) => /\.tsx?$/.test(path));
  return paths.sort().map((path) => moduleOf(path, readFileSync(join(checkout, path), "utf8")));
}

/** A module from its text; tests of the rules write theirs as strings. */
export function moduleOf(path: string, text: string): Module {
  const syntax = ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true);
  const imports: Import[] = [];
  const add = (kind: Import["kind"], specifier: string, node: ts.Node) =>
    imports.push({ kind, specifier, target: targetOf(path, specifier), line: lineOf(syntax, node) });
  visitAll(syntax, (node) => {
    if (ts.isImportDeclaration(node) && ts.isStringLiteral(node.moduleSpecifier)) {
      add(kindOf(node), node.moduleSpecifier.text, node);
    } else if (ts.isExportDeclaration(node) && node.moduleSpecifier && ts.isStringLiteral(node.moduleSpecifier)) {
      add(node.isTypeOnly ? "type" : "value", node.moduleSpecifier.text, node);
    } else if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword) {
      const [specifier] = node.arguments;
      add("dynamic", specifier && ts.isStringLiteral(specifier) ? specifier.text : COMPUTED, node);
    } else if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument)) {
      const { literal } = node.argument;
      if (ts.isStringLiteral(literal)) add("type", literal.text, node);
    }
  });
  return { path, syntax, imports };
}

function kindOf(node: ts.ImportDeclaration): Import["kind"] {
  const isMacro = node.attributes?.elements.some(
    ({ name, value }) => name.text === "type" && ts.isStringLiteral(value) && value.text === "macro",
  );
  if (isMacro) return "macro";
  const clause = node.importClause;
  if (!clause) return "value";
  if (clause.isTypeOnly) return "type";
  const named = clause.namedBindings;
  const isAllTypes = !clause.name && named && ts.isNamedImports(named) && named.elements.every((one) => one.isTypeOnly);
  return isAllTypes ? "type" : "value";
}

function targetOf(path: string, specifier: string): string | undefined {
  if (!specifier.startsWith(".")) return undefined;
  return normalize(join(dirname(path), specifier)).replaceAll("\\", "/");
}

/** Calls `visit` with a node, and with every node inside. */
export function visitAll(node: ts.Node, visit: (node: ts.Node) => void): void {
  visit(node);
  ts.forEachChild(node, (child) => visitAll(child, visit));
}

/** The line a node begins on, from 1. */
export function lineOf(syntax: ts.SourceFile, node: ts.Node): number {
  return syntax.getLineAndCharacterOfPosition(node.getStart(syntax)).line + 1;
}

/** Whether a path from the checkout's root exists. */
export function exists(path: string): boolean {
  return existsSync(join(CHECKOUT, path));
}

/** Violations as lines for people: an empty list is what every rule hopes for. */
export function shown(violations: readonly Violation[]): readonly string[] {
  return violations.map(({ path, line, rule }) => `${path}:${line}: ${rule}`);
}
