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
    file: "src/audience/login/login-manager.ts",
    find: `.replaceAll("%", "%%")`,
    replace: "",
    tests: ["audience/login.test.ts"],
  },
  {
    fault: "starting at login writes the token into a file",
    file: "src/audience/login/at-login.ts",
    find: `if (env[TOKEN_VARIABLE]) throw tokenInEnvironment();`,
    replace: "",
    tests: ["audience/login.test.ts"],
  },
  {
    fault: "a web page may send telemetry",
    file: "src/audience/http/guard.ts",
    find: `if (headers.origin !== undefined) {`,
    replace: `if (headers.origin === "") {`,
    tests: ["audience/browser.test.ts", "audience/conformance.test.ts"],
  },
  {
    fault: "a web page that made its own name point here may send telemetry",
    file: "src/audience/http/guard.ts",
    find: `if (host !== undefined && !LOOPBACK_NAMES.has(nameOf(host))) {`,
    replace: `if (host === "") {`,
    tests: ["audience/conformance.test.ts"],
  },
  {
    fault: "a line is acknowledged before it is on disk",
    file: "src/audience/files/append-file.ts",
    find: `await fdatasyncOf(fd);`,
    replace: `void fd;`,
    tests: ["audience/durability.test.ts"],
  },
  {
    fault: "a sync that failed leaves its lines in the file",
    file: "src/audience/files/append-file.ts",
    find: `    } catch (error) {
      this.#takeBack(fd);
      throw error;
    }
  }

  /** How long`,
    replace: `    } catch (error) {
      throw error;
    }
  }

  /** How long`,
    tests: ["audience/line-writer.test.ts", "audience/durability.test.ts"],
  },
  {
    fault: "retention drops what was closed a moment ago",
    file: "src/audience/files/retention.ts",
    find: `if (isDated && nowMs - closedMs < rule.floorMs) continue;`,
    replace: "",
    tests: ["audience/retention.test.ts"],
  },
  {
    fault: "retention keeps everything for twice as long",
    file: "src/audience/files/retention.ts",
    find: `rule.retentionDays * MS_PER_DAY;`,
    replace: `rule.retentionDays * MS_PER_DAY * 2;`,
    tests: ["audience/retention.test.ts"],
  },
  {
    fault: "a clock that jumps ahead makes every file old",
    file: "src/audience/files/retention.ts",
    find: `return Math.min(latest, nowMs);`,
    replace: `return nowMs;`,
    tests: ["audience/retention.test.ts"],
  },
  {
    fault: "half of the corpus is dropped at the first look",
    file: "src/audience/files/retention.ts",
    find: `return bytesOf(drops) * 2 > closedBytes;`,
    replace: `return bytesOf(drops) > closedBytes;`,
    tests: ["audience/retention.test.ts"],
  },
];
