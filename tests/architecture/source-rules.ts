import ts from "typescript";
import { lineOf, type Module, type Violation, visitAll } from "./module.ts";

/** Rules on what one source file says. Each answers what breaks it, in words that name the fix. */

const VAGUE_NAMES = /^(utils?|helpers?|common|misc|shared-utils)$/;

/** Where the process may be asked for its environment and ended. */
const PROCESS_OWNER = "src/main.ts";

/** The one variable that is set: OpenTUI reads it, and nothing else, to find its library. */
const SET_BY_DEPS = 'process.env["OTUI_ASSET_ROOT"] =';

/** Where foreign JSON becomes a value that admits it may be anything; telemetry's own keeps 64-bit integers whole. */
const JSON_OWNERS = ["src/kernel/text/json.ts", "src/telemetry/json/decode.ts"];

/** No drawer for whatever has no name, and no barrel. */
export function nameRule(module: Module): Violation[] {
  const parts = module.path.replace(/\.tsx?$/, "").split("/");
  const vague = parts.find((part) => VAGUE_NAMES.test(part));
  if (vague) return [{ path: module.path, line: 1, rule: `"${vague}" says nothing: name it for what it does` }];
  if (parts.at(-1) === "index") return [{ path: module.path, line: 1, rule: "is a barrel: name it for its export" }];
  return [];
}

/** Longer files than this hold more than one thing. */
const LINES_MAX = 250;

/** No file is too long to be read in one go. */
export function lengthRule(module: Module): Violation[] {
  const lines = module.syntax.text.trimEnd().split("\n").length;
  const rule = `has ${lines} lines, and ${LINES_MAX} is the most: split it where a second noun or verb begins`;
  return lines > LINES_MAX ? [{ path: module.path, line: LINES_MAX + 1, rule }] : [];
}

/** Nothing is re-exported: import the file that defines it. */
export function barrelRule(module: Module): Violation[] {
  return found(module, (node) =>
    ts.isExportDeclaration(node) && node.moduleSpecifier ? "re-exports: import the file that defines it" : undefined,
  );
}

/** The process's environment, arguments, streams and end belong to `main.ts`; everyone else is handed values. */
export function processRule(module: Module): Violation[] {
  if (module.path === PROCESS_OWNER) return [];
  return found(module, (node) => {
    if (!ts.isPropertyAccessExpression(node) && !ts.isElementAccessExpression(node)) return undefined;
    const name = ts.isPropertyAccessExpression(node) ? node.name.text : node.argumentExpression.getText();
    const owner = node.expression.getText();
    if (module.path === "src/deps.ts" && node.parent.parent.getText().startsWith(SET_BY_DEPS)) return undefined;
    if (isGlobal(node, owner, "process") && /^(exit|exitCode|env|argv|cwd|stdin|stdout|stderr|abort)$/.test(name)) {
      return `uses process.${name}: take it as an argument; only main.ts knows the process`;
    }
    if ((owner === "Bun" || owner === "import.meta") && /^(env|argv)$/.test(name)) {
      return `uses ${owner}.${name}: take it as an argument`;
    }
    return undefined;
  });
}

/** Whether `process` here is the global one and not a parameter of that name. */
function isGlobal(node: ts.Node, text: string, name: string): boolean {
  if (text === `globalThis.${name}`) return true;
  if (text !== name) return false;
  for (let scope: ts.Node | undefined = node; scope; scope = scope.parent) {
    if (ts.isFunctionLike(scope) && scope.parameters.some((given) => given.name.getText() === name)) return false;
  }
  return true;
}

/** The areas that meet foreign keys most: names of masques, settings and environment variables. */
const TABLES_ARE_MAPS = /^src\/(?:kernel|masque|session)\//;

/** Foreign JSON is parsed in one place, and never cast to what one hopes it is. */
export function jsonRule(module: Module): Violation[] {
  return found(module, (node) => {
    if (ts.isCallExpression(node) && node.expression.getText() === "JSON.parse" && !JSON_OWNERS.includes(module.path)) {
      return "calls JSON.parse, which answers any: use parseJson of kernel/text/json.ts";
    }
    if (ts.isAsExpression(node) && /^(JSON\.parse|parseJson)\(/.test(node.expression.getText()) && !isConst(node)) {
      return "casts parsed JSON: look at it with a guard instead";
    }
    if (ts.isBinaryExpression(node) && !JSON_OWNERS.includes(module.path) && asksForObject(node.getText())) {
      return "asks once more what an object is: use isObject of kernel/text/json.ts, or recordOf of json-shape.ts";
    }
    return undefined;
  });
}

function asksForObject(condition: string): boolean {
  return /\btypeof\b[^=!]*[!=]==? "object"/.test(condition) && condition.includes("Array.isArray(");
}

function isConst(node: ts.AsExpression): boolean {
  return node.type.getText() === "const";
}

/** What was typed is looked up in a Map: in an object, `in` also finds what every object has, such as `constructor`. */
export function keyRule(module: Module): Violation[] {
  if (!module.path.startsWith("src/cli/")) return [];
  return found(module, (node) =>
    ts.isBinaryExpression(node) &&
    node.operatorToken.kind === ts.SyntaxKind.InKeyword &&
    !ts.isStringLiteral(node.left) &&
    !ts.isPrivateIdentifier(node.left)
      ? "asks with `in` for a key that was computed: use a Map, or Object.hasOwn"
      : undefined,
  );
}

/**
 * No object literal is a table of foreign keys: `TABLE["constructor"]` answers what every object has. Found are a literal that is
 * indexed where it is written, and one that its type opens for every string.
 */
export function tableRule(module: Module): Violation[] {
  if (!TABLES_ARE_MAPS.test(module.path)) return [];
  const open = new Set<string>();
  visitAll(module.syntax, (node) => {
    const isOpen = ts.isVariableDeclaration(node) && /Record<string,/.test(node.type?.getText() ?? "");
    if (isOpen && node.initializer && ts.isObjectLiteralExpression(node.initializer)) open.add(node.name.getText());
  });
  return found(module, (node) => {
    if (!ts.isElementAccessExpression(node) || ts.isStringLiteralLike(node.argumentExpression)) return undefined;
    const table = ts.isParenthesizedExpression(node.expression) ? node.expression.expression : node.expression;
    return ts.isObjectLiteralExpression(table) || open.has(table.getText())
      ? "looks a computed key up in an object literal: use a Map"
      : undefined;
  });
}

/** The types are never switched off. */
export function typeRule(module: Module): Violation[] {
  const comments = [...module.syntax.text.matchAll(/@ts-(ignore|expect-error|nocheck)/g)].map((match) => ({
    path: module.path,
    line: module.syntax.getLineAndCharacterOfPosition(match.index).line + 1,
    rule: `${match[0]} switches the types off`,
  }));
  return [
    ...comments,
    ...found(module, (node) => {
      if (node.kind === ts.SyntaxKind.AnyKeyword) return "says any: say unknown, and look";
      if (ts.isNonNullExpression(node)) return "asserts that a value is there: handle its absence";
      return undefined;
    }),
  ];
}

/** Every export says what its signature cannot. */
export function docRule(module: Module): Violation[] {
  const documented = new Set<string>();
  return module.syntax.statements.flatMap((statement) => {
    if (!isExported(statement)) return [];
    const names = namesOf(statement);
    const isDocumented = ts.getJSDocCommentsAndTags(statement).some(ts.isJSDoc);
    if (isDocumented) for (const name of names) documented.add(name);
    // Overloads share the comment of the first.
    const missing = names.filter((name) => !documented.has(name));
    return missing.map((name) => ({
      path: module.path,
      line: lineOf(module.syntax, statement),
      rule: `exports ${name} without a doc comment`,
    }));
  });
}

function isExported(statement: ts.Statement): boolean {
  return ts.canHaveModifiers(statement) && hasExportKeyword(ts.getModifiers(statement));
}

function hasExportKeyword(modifiers: readonly ts.Modifier[] | undefined): boolean {
  return modifiers?.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword) ?? false;
}

function namesOf(statement: ts.Statement): string[] {
  if (ts.isVariableStatement(statement)) {
    return statement.declarationList.declarations.map(({ name }) => name.getText());
  }
  if (
    ts.isFunctionDeclaration(statement) ||
    ts.isClassDeclaration(statement) ||
    ts.isTypeAliasDeclaration(statement) ||
    ts.isInterfaceDeclaration(statement) ||
    ts.isEnumDeclaration(statement)
  ) {
    return [statement.name?.text ?? "default"];
  }
  return [];
}

/** Importing a file does nothing: no statement at its top acts. Only `main.ts` begins anything. */
export function importTimeRule(module: Module): Violation[] {
  if (module.path === "src/main.ts") return [];
  return module.syntax.statements.flatMap((statement) => {
    const isDeclaration =
      ts.isImportDeclaration(statement) ||
      ts.isExportDeclaration(statement) ||
      ts.isVariableStatement(statement) ||
      namesOf(statement).length > 0 ||
      ts.isModuleDeclaration(statement);
    const hasAwait = ts.isVariableStatement(statement) && awaits(statement);
    if (isDeclaration && !hasAwait) return [];
    const line = lineOf(module.syntax, statement);
    return [{ path: module.path, line, rule: "acts while it is imported: put this into a function" }];
  });
}

function awaits(statement: ts.VariableStatement): boolean {
  const search = (node: ts.Node): boolean =>
    ts.isAwaitExpression(node) || (!ts.isFunctionLike(node) && (ts.forEachChild(node, search) ?? false));
  return search(statement);
}

function found(module: Module, judge: (node: ts.Node) => string | undefined): Violation[] {
  const violations: Violation[] = [];
  visitAll(module.syntax, (node) => {
    const rule = judge(node);
    if (rule !== undefined) violations.push({ path: module.path, line: lineOf(module.syntax, node), rule });
  });
  return violations;
}
