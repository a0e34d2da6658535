import {
  BUILD_TIME,
  EDGES,
  EFFECTS,
  FOLDER_RULES,
  folderOf,
  HEAVY,
  HEAVY_FILES,
  HOSTS,
  MAY_IMPORT,
  OWNERS,
  PURE,
  packageOf,
  roomOf,
} from "./house.ts";
import { COMPUTED, type Import, type Module, type Violation } from "./module.ts";

/** Rules on who imports whom. Each answers what breaks it, in words that name the fix. */

/**
 * A folder imports only the folders that the house lets it, and only their types where it says so. Which edges `deps.ts`
 * may open is up to {@link edgeRule}.
 */
export function roomRule(modules: readonly Module[]): Violation[] {
  return eachImport(modules, ({ path }, one) => {
    const from = roomOf(path);
    if (!from) return `no room of the house: move it into one of ${Object.keys(MAY_IMPORT).join(", ")}`;
    if (one.target === undefined || !one.target.startsWith("src/") || one.kind === "macro") return undefined;
    const to = roomOf(one.target);
    if (!to) return `imports "${one.target}", which is in no room of the house`;
    if (from === to) return undefined;
    if (from === "deps" && EDGES.some((folder) => one.target?.startsWith(folder))) return undefined;
    const access = MAY_IMPORT[from][to];
    if (!access) return `${from} may not import ${to} ("${one.target}")`;
    const isTypes = one.kind === "type";
    return access === "type" && !isTypes ? `${from} may import only types of ${to} ("${one.target}")` : undefined;
  });
}

/** A folder inside a room imports of that room what its rule lets it. */
export function folderRule(modules: readonly Module[]): Violation[] {
  return eachImport(modules, ({ path }, { target, kind }) => {
    if (target === undefined || roomOf(path) !== roomOf(target) || kind === "macro") return undefined;
    const [from, to] = [folderOf(path), folderOf(target)];
    const rule = FOLDER_RULES.find(({ folder }) => folder === from);
    if (!rule || from === to) return undefined;
    const access = rule.may[to];
    if (access === "value") return undefined;
    const refused = `may not import "${target}": ${rule.because}`;
    if (access === undefined) return `${from} ${refused}`;
    const isLazy = kind === "type" || (access === "lazy" && (kind === "dynamic" || target.endsWith("/group.ts")));
    return isLazy
      ? undefined
      : `${from} may import ${access === "type" ? "only types of" : "only lazily"} ${to}, and ${refused}`;
  });
}

/** A folder that only computes imports nothing that reads, writes, waits or asks. */
export function pureRule(modules: readonly Module[]): Violation[] {
  return eachImport(modules, ({ path }, { target, kind, specifier }) => {
    const folder = PURE.find((pure) => path.startsWith(pure));
    if (!folder || kind === "type") return undefined;
    return target === undefined || EFFECTS.test(target)
      ? `imports "${specifier}", and ${folder} only computes: take its result as an argument`
      : undefined;
  });
}

/** An edge folder is opened by `deps.ts` alone, dynamically; its types are open to those who may see the area. */
export function edgeRule(modules: readonly Module[]): Violation[] {
  return eachImport(modules, ({ path }, one) => {
    const edge = EDGES.find((folder) => one.target?.startsWith(folder));
    if (!edge || path.startsWith(edge) || one.kind === "type" || one.kind === "macro") return undefined;
    if (BUILD_TIME.test(path)) return undefined;
    if (path === "src/deps.ts" && one.kind === "dynamic") return undefined;
    return `imports the edge "${one.target}" by value: only src/deps.ts may, with import()`;
  });
}

/** The folder of one agent program is known to itself and to `deps.ts`, which chooses; the port is for all others. */
export function hostRule(modules: readonly Module[]): Violation[] {
  return eachImport(modules, ({ path }, { target }) => {
    const folder = /^src\/host\/[^/]+\//.exec(target ?? "")?.[0];
    if (folder === undefined || !HOSTS.includes(folder) || path.startsWith(folder) || path === "src/deps.ts") {
      return undefined;
    }
    return `imports "${target}", which is of one agent program: use src/host/host.ts`;
  });
}

/** What runs while the program is built never becomes part of it. */
export function buildTimeRule(modules: readonly Module[]): Violation[] {
  return eachImport(modules, (_module, one) => {
    if (one.target === undefined || !BUILD_TIME.test(one.target) || one.kind === "type") return undefined;
    return one.kind === "macro" ? undefined : `imports "${one.specifier}" without { type: "macro" }`;
  });
}

/** Each package has one owner: no other folder imports it, not even its types. */
export function ownerRule(modules: readonly Module[]): Violation[] {
  return eachImport(modules, ({ path }, one) => {
    if (one.target !== undefined || one.specifier === COMPUTED || /^(node:|bun$)/.test(one.specifier)) return undefined;
    const name = packageOf(one.specifier);
    const owner = OWNERS[name];
    if (!owner) return `imports "${name}", which has no owner: name one in tests/architecture/house.ts`;
    const owners = typeof owner === "string" ? [owner] : owner;
    return owners.some((one) => path.startsWith(one))
      ? undefined
      : `imports "${name}", which ${owners.join(" or ")} owns`;
  });
}

/** Every package that is imported is listed in package.json under `dependencies`. */
export function declaredRule(modules: readonly Module[], dependencies: readonly string[]): Violation[] {
  return eachImport(modules, (_module, one) => {
    if (one.target !== undefined || one.specifier === COMPUTED || /^(node:|bun(:|$))/.test(one.specifier))
      return undefined;
    const name = packageOf(one.specifier);
    return dependencies.includes(name) ? undefined : `imports "${name}", which package.json does not list`;
  });
}

/** A relative import names an existing file, with its extension. */
export function extensionRule(modules: readonly Module[], exists: (path: string) => boolean): Violation[] {
  return eachImport(modules, (_module, one) => {
    if (one.target === undefined || exists(one.target)) return undefined;
    return `imports "${one.specifier}": no such file (name the file that defines the thing, with its extension)`;
  });
}

/** `import()` names what it loads: a computed name is one that the build cannot follow. */
export function computedRule(modules: readonly Module[]): Violation[] {
  return eachImport(modules, (_module, one) =>
    one.kind === "dynamic" && one.specifier === COMPUTED
      ? "imports a computed name: the build cannot follow it"
      : undefined,
  );
}

/** No file leads back to itself through imports of values. */
export function cycleRule(modules: readonly Module[]): Violation[] {
  const violations: Violation[] = [];
  const graph = staticGraph(modules);
  const done = new Set<string>();
  const walk = (path: string, trail: readonly string[]): void => {
    const start = trail.indexOf(path);
    if (start !== -1) {
      const cycle = [...trail.slice(start), path].join(" → ");
      violations.push({ path, line: 1, rule: `imports itself: ${cycle}` });
      return;
    }
    if (done.has(path)) return;
    for (const target of graph.get(path) ?? []) walk(target, [...trail, path]);
    done.add(path);
  };
  for (const { path } of modules) walk(path, []);
  return violations;
}

/**
 * What these roots load as soon as they are imported holds nothing heavy. The chain of imports that does is named.
 *
 * @param isRoot The modules to start from: `main.ts`, and the commands, whose modules are loaded when they run.
 */
export function heavyRule(modules: readonly Module[], isRoot: (path: string) => boolean): Violation[] {
  const byPath = new Map(modules.map((module) => [module.path, module]));
  const violations: Violation[] = [];
  for (const root of modules.filter(({ path }) => isRoot(path))) {
    const cameFrom = new Map<string, string | undefined>([[root.path, undefined]]);
    for (const path of cameFrom.keys()) {
      for (const one of byPath.get(path)?.imports ?? []) {
        if (one.kind !== "value") continue;
        if (isHeavy(one)) violations.push({ path: root.path, line: 1, rule: heavyText(cameFrom, path, one) });
        else if (one.target !== undefined && !cameFrom.has(one.target)) cameFrom.set(one.target, path);
      }
    }
  }
  return violations;
}

function isHeavy(one: Import): boolean {
  const name = packageOf(one.specifier);
  return HEAVY.some((heavy) => heavy === name) || HEAVY_FILES.some((file) => file === one.target);
}

function heavyText(cameFrom: ReadonlyMap<string, string | undefined>, from: string, one: Import): string {
  const chain = [one.target ?? one.specifier];
  for (let path: string | undefined = from; path !== undefined; path = cameFrom.get(path)) chain.unshift(path);
  return `loads something heavy at once: ${chain.join(" → ")}; open it through a thunk in src/deps.ts`;
}

function staticGraph(modules: readonly Module[]): ReadonlyMap<string, readonly string[]> {
  return new Map(
    modules.map(({ path, imports }) => [
      path,
      imports.flatMap(({ kind, target }) => (kind === "value" && target !== undefined ? [target] : [])),
    ]),
  );
}

function eachImport(
  modules: readonly Module[],
  judge: (module: Module, one: Import) => string | undefined,
): Violation[] {
  return modules.flatMap((module) =>
    module.imports.flatMap((one) => {
      const rule = judge(module, one);
      return rule === undefined ? [] : [{ path: module.path, line: one.line, rule }];
    }),
  );
}
