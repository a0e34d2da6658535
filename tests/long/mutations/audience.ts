import type { Mutation } from "./mutation.ts";

/** The receiver: who may send, where it listens, how it starts at login. */
export const AUDIENCE: readonly Mutation[] = [
  {
    fault: "every token is the right one",
    file: "src/audience/bearer.ts",
    find: `if (token === "") return () => true;`,
    replace: `if (token.length < 100) return () => true;`,
    tests: ["audience/bearer.test.ts"],
  },
  {
    fault: "the receiver listens for other machines",
    file: "src/audience/address.ts",
    find: `if (address !== undefined) return address;`,
    replace: `return address ?? host;`,
    tests: ["audience/settings.test.ts", "audience/config.test.ts"],
  },
  {
    fault: "a unit that the user wrote is overwritten",
    file: "src/audience/login/login-file.ts",
    find: `if (made === undefined) throw foreign(path);`,
    replace: `if (made === undefined) return undefined;`,
    tests: ["audience/login.test.ts"],
  },
  {
    fault: "a % in a path begins a specifier of systemd",
    file: "src/audience/login/systemd.ts",
    find: `.replaceAll("%", "%%")`,
    replace: "",
    tests: ["audience/login.test.ts"],
  },
  {
    fault: "starting at login writes the token into a file",
    file: "src/audience/login/start-at-login.ts",
    find: `if (env[TOKEN_VARIABLE]) throw tokenInEnvironment();`,
    replace: "",
    tests: ["audience/login.test.ts"],
  },
];
