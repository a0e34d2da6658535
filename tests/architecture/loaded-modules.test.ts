import { expect, test } from "bun:test";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { finish, told } from "../support/process.ts";
import { temporaryFolder } from "../support/temp-folder.ts";
import { CHECKOUT } from "./module.ts";

/**
 * What commands really load, run from source: the rules on imports cannot see what a thunk opens. Each heavy part is
 * also shown to be seen where it is the job, so that an empty answer means that nothing was loaded.
 */

const HEAVY: Readonly<Record<string, RegExp>> = {
  arktype: /node_modules\/(arktype|@ark)\//,
  re2js: /node_modules\/re2js\//,
  yaml: /node_modules\/yaml\//,
  OpenTUI: /node_modules\/@opentui\//,
  protobufjs: /node_modules\/protobufjs\//,
  DuckDB: /src\/judge\/duckdb\//,
};

/** Each command is transpiled again, with the masques' macro: seconds on a busy machine. */
const MS_MAX = 120_000;

const PRIVATE = 'name: Tester\nversion: "1.0.0"\nlens: |\n  You test.\n';

/** A home and a project, and the heavy parts that a command line loads in them. */
function machine() {
  const folder = temporaryFolder();
  const [home, project] = [join(folder.path, "home"), join(folder.path, "project")];
  mkdirSync(join(home, ".masques"), { recursive: true });
  mkdirSync(join(project, ".git"), { recursive: true });
  return {
    home,
    async heavyLoadedBy(args: readonly string[], { stdin = "", program = ["src/main.ts"] } = {}) {
      const list = join(folder.path, "loaded.json");
      const command = [process.execPath, "--preload", join(import.meta.dir, "list-loaded.ts"), ...program, ...args];
      const env = { HOME: home, PATH: "/usr/bin:/bin", MASQUE_LOADED: list, CLAUDE_PROJECT_DIR: project };
      const finished = await finish(command, { cwd: CHECKOUT, env, stdin });
      if (!existsSync(list)) throw new Error(`${args.join(" ")} wrote no list of modules: ${told(finished)}`);
      const loaded: unknown = JSON.parse(readFileSync(list, "utf8"));
      if (!Array.isArray(loaded) || loaded.length < 5) throw new Error(`Nothing was loaded: ${told(finished)}`);
      const heavy = Object.entries(HEAVY).filter(([, path]) => loaded.some((module) => path.test(String(module))));
      return { finished, heavy: heavy.map(([name]) => name) };
    },
    [Symbol.dispose]: () => folder[Symbol.dispose](),
  };
}

const SESSION = "6d159fe1-070a-4921-a218-8ca2075bc5f8";
const hook = (more: object) =>
  JSON.stringify({ session_id: SESSION, transcript_path: "/none.jsonl", cwd: "/", ...more });

test(
  "no hot command loads anything heavy",
  async () => {
    using place = machine();
    const hot: readonly (readonly [args: readonly string[], stdin?: string])[] = [
      [["id"]],
      [["don", "codesmith", "an", "intent"]],
      [["id", "--json"]],
      [["statusline"], hook({ hook_event_name: "Status" })],
      [["hook", "session-end"], hook({ hook_event_name: "SessionEnd", reason: "other" })],
      [["hook", "session-start"], hook({ hook_event_name: "SessionStart", source: "resume" })],
      [["hook", "prompt"], hook({ hook_event_name: "UserPromptSubmit", prompt: "hello" })],
      [["hook", "session-start"], hook({ hook_event_name: "SessionStart", source: "compact" })],
      [["hook", "expand"], hook({ hook_event_name: "UserPromptExpansion", command_name: "id", command_args: "" })],
    ];
    for (const [args, stdin] of hot) {
      const { finished, heavy } = await place.heavyLoadedBy(args, { stdin: stdin ?? "" });
      expect({ args, heavy, stderr: finished.stderr }).toEqual({ args, heavy: [], stderr: "" });
    }
  },
  MS_MAX,
);

test(
  "donning a private masque loads its reader the first time, and nothing heavy from then on",
  async () => {
    using place = machine();
    writeFileSync(join(place.home, ".masques", "tester.masque.yaml"), PRIVATE);
    const first = await place.heavyLoadedBy(["don", "tester"]);
    expect(first.heavy).toEqual(["arktype", "re2js", "yaml"]);
    const again = await place.heavyLoadedBy(["don", "tester"]);
    expect([again.finished.exit, again.heavy]).toEqual([0, []]);
  },
  MS_MAX,
);

test(
  "every other command loads what it needs and no more",
  async () => {
    using place = machine();
    expect((await place.heavyLoadedBy(["list"])).heavy).toEqual([]);
    writeFileSync(join(place.home, ".masques", "tester.masque.yaml"), PRIVATE);
    expect((await place.heavyLoadedBy(["validate"])).heavy).toEqual(["arktype", "re2js", "yaml"]);
    expect((await place.heavyLoadedBy(["judge", "--last"])).heavy).toContain("DuckDB");
  },
  MS_MAX,
);

test(
  "each heavy part is seen when it is loaded",
  async () => {
    using place = machine();
    const all = [
      "src/masque/arktype/read-masque.ts",
      "src/masque/re2/compile-pattern.ts",
      "src/tui/run-tui.ts",
      "src/judge/duckdb/open-judge.ts",
    ]
      .map((file) => join(CHECKOUT, file))
      .concat("protobufjs");
    const script = `for (const name of ${JSON.stringify(all)}) await import(name);`;
    const { heavy } = await place.heavyLoadedBy([], { program: ["-e", script] });
    expect(heavy.sort()).toEqual(Object.keys(HEAVY).sort());
  },
  MS_MAX,
);
