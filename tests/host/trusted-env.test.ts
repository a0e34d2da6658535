import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { SETTINGS } from "../../src/app/settings.ts";
import { envBelow, isGuarded } from "../../src/host/claude/trusted-env.ts";
import { variableOf } from "../../src/kernel/config/setting.ts";
import type { Env } from "../../src/kernel/paths.ts";

const NO_SETTINGS = () => ({});

describe("isGuarded()", () => {
  test("holds for every setting that a project's own config may not set, and for no other", () => {
    for (const [key, { isProjectSafe }] of Object.entries(SETTINGS)) {
      const env = variableOf(key);
      expect([env, isGuarded(env)]).toEqual([env, !isProjectSafe]);
    }
  });

  test("holds for what says where masque reads and writes", () => {
    const places = ["HOME", "USERPROFILE", "MASQUES_HOME", "MASQUE_DATA_DIR", "XDG_CONFIG_HOME", "XDG_DATA_HOME"];
    for (const name of [...places, "XDG_CACHE_HOME", "CLAUDE_CONFIG_DIR", "GITHUB_STEP_SUMMARY", "MASQUE_NEW_ONE"]) {
      expect([name, isGuarded(name)]).toEqual([name, true]);
    }
    for (const name of ["PATH", "MASQUE_DEBUG", "NO_COLOR", "CLAUDE_CODE_SESSION_ID", "MASQUERADE"]) {
      expect([name, isGuarded(name)]).toEqual([name, false]);
    }
  });
});

describe("envBelow()", () => {
  test("leaves the environment alone where no client is above", () => {
    const env = { MASQUES_HOME: "/m" };
    expect(envBelow(env, [], NO_SETTINGS)).toEqual({ env, ignored: [] });
  });

  test("believes nothing that no process vouches for, where the client cannot be seen, but the home and the project", () => {
    const env = { HOME: "/h", CLAUDE_PROJECT_DIR: "/p", MASQUES_HOME: "/m", XDG_DATA_HOME: "/d", PATH: "/bin" };
    expect(envBelow(env, null, NO_SETTINGS)).toEqual({
      env: { HOME: "/h", CLAUDE_PROJECT_DIR: "/p", PATH: "/bin" },
      ignored: [
        { name: "MASQUES_HOME", value: "/m", used: undefined },
        { name: "XDG_DATA_HOME", value: "/d", used: undefined },
      ],
    });
    expect(envBelow(env, null, () => ({ MASQUES_HOME: "/m", XDG_DATA_HOME: "/mine" }))).toEqual({
      env: { ...env, XDG_DATA_HOME: "/mine" },
      ignored: [{ name: "XDG_DATA_HOME", value: "/d", used: "/mine" }],
    });
  });

  test("takes an environment that is hidden for one that vouches for nothing", () => {
    const env = { MASQUES_HOME: "/m" };
    const hidden = { host: null, child: null, isParent: false };
    expect(envBelow(env, [hidden], NO_SETTINGS).env).toEqual({});
  });

  test("reads the user's settings where the client's own home says, and only when something does not count", () => {
    const asked: Env[] = [];
    const settings = (env: Env) => {
      asked.push(env);
      return {};
    };
    const host = { HOME: "/h" };
    envBelow({ HOME: "/h" }, [{ host, child: { HOME: "/h" }, isParent: true }], settings);
    expect(asked).toEqual([]);
    const child = { HOME: "/evil", CLAUDE_CONFIG_DIR: "/evil" };
    envBelow(child, [{ host, child, isParent: true }], settings);
    expect(asked).toEqual([{ HOME: "/h", CLAUDE_CONFIG_DIR: undefined }]);
  });

  test("believes the client about the project of its hooks, and no one about a shell's", () => {
    const env = { CLAUDE_PROJECT_DIR: "/p" };
    const above = (isParent: boolean) => [{ host: {}, child: env, isParent }];
    expect(envBelow(env, above(true), NO_SETTINGS).env).toEqual(env);
    expect(envBelow(env, above(false), NO_SETTINGS).env).toEqual({});
  });

  test("never uses a value that only settings of a project gave, through any clients in clients", () => {
    const value = fc.option(fc.constantFrom("", "/a", "/b"), { nil: undefined });
    // Each client: what its project's settings give to its child, and what a shell below sets on purpose.
    const levels = fc.array(fc.record({ given: value, set: value }), { minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(value, levels, (started, clients) => {
        const hosts = [];
        let actual = started;
        let trusted = started;
        for (const { given, set } of clients) {
          const child = given ?? actual;
          hosts.unshift({ host: envWith(actual), child: envWith(child), isParent: false });
          // A shell that sets what is there already changes nothing that could be seen.
          if (set !== undefined && set !== child) trusted = set;
          actual = set ?? child;
        }
        const found = envBelow(envWith(actual), hosts, NO_SETTINGS).env["MASQUES_HOME"];
        expect(found).toBe(actual === undefined ? undefined : trusted);
      }),
      { numRuns: 1_000 },
    );
  });
});

function envWith(value: string | undefined): Env {
  return value === undefined ? {} : { MASQUES_HOME: value };
}
