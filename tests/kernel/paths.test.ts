import { expect, test } from "bun:test";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathsFrom, projectRoot } from "../../src/kernel/paths.ts";
import { temporaryFolder } from "../support/temp-folder.ts";

test("pathsFrom() lays everything out under a home", () => {
  expect(pathsFrom({ HOME: "/h" })).toMatchObject({
    home: "/h",
    masques: "/h/.masques",
    configFile: "/h/.config/masque/config.yaml",
    data: "/h/.local/share/masque",
    store: "/h/.local/share/masque/store",
    otel: "/h/.local/share/masque/otel",
    events: "/h/.local/share/masque/otel/masque.jsonl",
    libraries: "/h/.cache/masque/lib",
  });
});

test.each([
  [{ MASQUES_HOME: "/m" }, "masques", "/m"],
  [{ MASQUES_HOME: "~/m" }, "masques", "/h/m"],
  [{ MASQUES_HOME: "~" }, "masques", "/h"],
  [{ MASQUES_HOME: "" }, "masques", "/h/.masques"],
  [{ XDG_CONFIG_HOME: "/c" }, "configFile", "/c/masque/config.yaml"],
  [{ XDG_DATA_HOME: "/d" }, "store", "/d/masque/store"],
  [{ MASQUE_DATA_DIR: "/own", XDG_DATA_HOME: "/d" }, "otel", "/own/otel"],
  [{ XDG_CACHE_HOME: "/cache" }, "libraries", "/cache/masque/lib"],
] as const)("pathsFrom(%j) puts %s at %s", (env, key, path) => {
  expect(pathsFrom({ HOME: "/h", ...env })[key]).toBe(path);
});

test.each(["XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_CACHE_HOME"])("pathsFrom() leaves out a relative %s", (name) => {
  for (const value of ["data", "./data", "../data", ".", "~other/data"]) {
    expect(pathsFrom({ HOME: "/h", [name]: value })).toEqual(pathsFrom({ HOME: "/h" }));
  }
});

test.each(["MASQUES_HOME", "MASQUE_DATA_DIR"])(
  "pathsFrom() refuses a relative %s, with what to write instead",
  (name) => {
    for (const value of ["data", "./data", "../data", ".", "~other/data"]) {
      expect(() => pathsFrom({ HOME: "/h", [name]: value })).toThrow(
        expect.objectContaining({
          code: "config.invalid",
          message: `Cannot use ${name}="${value}": it is not an absolute path`,
          hint: expect.stringContaining(`${name}="$PWD/`),
        }),
      );
    }
  },
);

test("pathsFrom() starts from no relative home", () => {
  expect(pathsFrom({ HOME: ".", USERPROFILE: "/users/me" }).home).toBe("/users/me");
});

test("projectRoot() is what the host says, before anything on disk", () => {
  expect(projectRoot({ HOME: "/h", CLAUDE_PROJECT_DIR: "/p/../q" }, "/anywhere")).toBe("/q");
});

test.each([".git", ".claude"])("projectRoot() is the nearest ancestor that holds %s", (mark) => {
  using folder = temporaryFolder();
  const inner = join(folder.path, "outer", "inner", "deep", "deeper");
  mkdirSync(inner, { recursive: true });
  mkdirSync(join(folder.path, "outer", mark));
  mkdirSync(join(folder.path, "outer", "inner", mark));
  expect(projectRoot({ HOME: "/h" }, inner)).toBe(join(folder.path, "outer", "inner"));
});

test("projectRoot() counts a worktree, whose .git is a file", () => {
  using folder = temporaryFolder();
  const inner = join(folder.path, "tree", "src");
  mkdirSync(inner, { recursive: true });
  writeFileSync(join(folder.path, "tree", ".git"), "gitdir: elsewhere");
  expect(projectRoot({ HOME: "/h" }, inner)).toBe(join(folder.path, "tree"));
});

test("projectRoot() is never the home folder, whose .claude is the host's own", () => {
  using folder = temporaryFolder();
  const home = join(folder.path, "home");
  const work = join(home, "work");
  mkdirSync(work, { recursive: true });
  mkdirSync(join(home, ".claude"));
  expect(projectRoot({ HOME: home }, work)).toBe(work);
  expect(projectRoot({ HOME: home }, home)).toBe(home);
});

test("projectRoot() is the working folder when nothing marks a project", () => {
  using folder = temporaryFolder();
  expect(projectRoot({ HOME: "/h" }, folder.path)).toBe(folder.path);
});
